//! Letters are issued now, or at a set time on the day whose date they bear.

use actix_web::web;
use jiff::civil::Date;
use serde::Serialize;

use super::{address, crumbs, require_open, round_for};
use crate::access::{self, Action};
use crate::base::actor::Actor;
use crate::base::time::{At, date_words};
use crate::db::Conn;
use crate::error::{Faults, Problem};
use crate::letters::{actions, store};
use crate::rounds::{Round, round_of_reference};
use crate::web::{Answer, Crumb, Ctx, Field, Fields, Form, Item, Page, PageFaults};

#[derive(Debug, Serialize)]
struct IssueView {
    title: &'static str,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    round: String,
    letters: usize,
    date: String,
    today: bool,
    when: Field,
    time: Field,
}

impl Page for IssueView {
    const TEMPLATE: &'static str = "letters/issue.html";
}

/// The date that the letters of a round bear, or today.
fn date_of(conn: &mut Conn, round: &Round, now: At) -> Result<Date, Problem> {
    let today = now.london_date();
    let letters = store::letters_of_round(conn, round.id)?;
    Ok(letters.first().and_then(crate::letters::Letter::date).map_or(today, |date| date.max(today)))
}

fn view(
    conn: &mut Conn,
    actor: &Actor,
    reference: &str,
    now: At,
    (typed, faults): (&Fields, &Faults),
) -> Result<IssueView, Problem> {
    access::require(actor, Action::RunRounds)?;
    let round = round_of_reference(conn, reference)?;
    require_open(conn, actor, &round)?;
    let date = date_of(conn, &round, now)?;
    let letters = actions::check_issue(conn, &round, date, now)?;
    let (words, today) = (date_words(date), date == now.london_date());
    let mut items = Vec::new();
    if today {
        items.push(Item::new("now", "Now"));
    }
    items.push(Item::new("later", format!("On {words}, at a time that you set")));
    Ok(IssueView {
        title: "Issue the letters",
        errors: faults.into(),
        breadcrumbs: crumbs(actor, &round, Some("Issue")),
        round: format!("{} {}", round.reference, round.name),
        letters: letters.len(),
        date: words,
        today,
        when: Field::new("when", "When are they issued?").items(items).value(typed.get("when")).faults(faults),
        time: Field::new("time", "Time")
            .hint("London time, such as 17:00. Needed only if you set a time")
            .value(typed.get("time"))
            .width("5")
            .faults(faults),
    })
}

pub(super) async fn show(ctx: Ctx, path: web::Path<String>) -> Answer {
    let (reference, now) = (path.into_inner(), ctx.now());
    let view = ctx
        .read(move |conn, actor| view(conn, actor, &reference, now, (&Fields::default(), &Faults::default())))
        .await?;
    ctx.page(&view)
}

fn read_time(date: Date, typed: &str, faults: &mut Faults) -> Option<At> {
    let time = typed.trim().replace('.', ":");
    let clock = time.split_once(':').and_then(|(hour, minute)| Some((hour.parse().ok()?, minute.parse().ok()?)));
    let Some((hour, minute)) = clock else {
        faults.add("time", "Enter a time on the 24-hour clock, such as 17:00");
        return None;
    };
    faults.take("time", At::from_london(date, hour, minute))
}

pub(super) async fn issue(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    let (reference, now) = (path.into_inner(), ctx.now());
    fields.only(|name| matches!(name, "when" | "time"))?;
    let round = round_for(&ctx, reference.clone()).await?;
    let (app, id, home) = (ctx.app.clone(), round.id, address(&round));
    let mut faults = Faults::default();
    let done = match fields.get("when") {
        "now" => ctx
            .write(move |tx| actions::issue_round(tx, &app, id))
            .await
            .map(|()| "Every letter is issued, and the round is over".to_owned()),
        "later" => {
            let date = ctx.read(move |conn, _| date_of(conn, &round, now)).await?;
            let at = read_time(date, fields.get("time"), &mut faults);
            match (faults.check(), at) {
                (Err(problem), _) => Err(problem),
                (Ok(()), None) => Err(Problem::internal("a time without a fault is none")),
                (Ok(()), Some(at)) => ctx
                    .write(move |tx| actions::schedule_round(tx, id, at))
                    .await
                    .map(|()| format!("The letters are to be issued on {}", at.moment_words())),
            }
        }
        _ => {
            faults.add("when", "Choose when the letters are issued");
            Err(Problem::Invalid(faults))
        }
    };
    match done {
        Err(Problem::Invalid(faults)) => {
            let view = ctx.read(move |conn, actor| view(conn, actor, &reference, now, (&fields, &faults))).await?;
            ctx.faulty_page(&view)
        }
        other => ctx.redirect_with(&home, &other?),
    }
}
