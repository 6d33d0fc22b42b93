//! A second person sees the numbers, the dates and three letters, and approves all letters of the round.

use actix_web::web;
use serde::Serialize;

use super::{address, crumbs, require_open};
use crate::base::actor::Actor;
use crate::base::time::{At, date_words};
use crate::db::Conn;
use crate::error::{Faults, Problem};
use crate::letters::actions;
use crate::letters::model::title;
use crate::rounds::round_of_reference;
use crate::web::{Answer, Crumb, Ctx, Field, Form, Item, Page, PageFaults, Row};

#[derive(Debug, Serialize)]
struct Sample {
    title: String,
    href: String,
}

#[derive(Debug, Serialize)]
struct ApprovalView {
    title: &'static str,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    round: String,
    facts: Vec<Row>,
    samples: Vec<Sample>,
    seen: String,
    read: Field,
    button: String,
}

impl Page for ApprovalView {
    const TEMPLATE: &'static str = "letters/approve.html";
}

fn view(conn: &mut Conn, actor: &Actor, reference: &str, now: At, faults: &Faults) -> Result<ApprovalView, Problem> {
    let round = round_of_reference(conn, reference)?;
    require_open(conn, actor, &round)?;
    let account = actor.account().ok_or(Problem::SignIn)?;
    let approval = actions::what_to_approve(conn, &round, account, now)?;
    let mut facts = vec![Row::new("Letters", approval.letters.len().to_string())];
    facts.extend(approval.kinds.iter().map(|(kind, count)| Row::new(*kind, count.to_string())));
    facts.extend(approval.groups.iter().map(|(group, count)| {
        let applicants = if *count == 1 { "1 applicant".to_owned() } else { format!("{count} applicants") };
        Row::new(format!("Outcome: {}", group.title().to_lowercase()), applicants)
    }));
    facts.push(Row::new("Money offered in these letters", approval.offered.to_string()));
    facts.push(Row::new("Date on the letters", date_words(approval.date)));
    for (what, days) in &approval.deadlines {
        facts.push(Row::new(*what, days.iter().cloned().collect::<Vec<_>>().join("; ")));
    }
    let samples = approval.samples.iter().map(|letter| Sample {
        title: format!("{} {}", title(letter.kind), letter.reference),
        href: format!("/office/letters/{}", letter.reference),
    });
    let count = approval.letters.len();
    Ok(ApprovalView {
        title: "Approve the letters",
        errors: faults.into(),
        breadcrumbs: crumbs(actor, &round, Some("Approve")),
        round: format!("{} {}", round.reference, round.name),
        facts,
        samples: samples.collect(),
        seen: approval.digest,
        read: Field::new("read", "")
            .items(vec![
                Item::new("numbers", "The numbers, the money and the dates above are right"),
                Item::new("samples", "I have read these letters to the end"),
            ])
            .faults(faults),
        button: if count == 1 { "Approve 1 letter".to_owned() } else { format!("Approve {count} letters") },
    })
}

pub(super) async fn show(ctx: Ctx, path: web::Path<String>) -> Answer {
    let (reference, now) = (path.into_inner(), ctx.now());
    let view = ctx.read(move |conn, actor| view(conn, actor, &reference, now, &Faults::default())).await?;
    ctx.page(&view)
}

pub(super) async fn approve(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    let (reference, now) = (path.into_inner(), ctx.now());
    fields.only(|name| matches!(name, "seen" | "read"))?;
    let round = super::round_for(&ctx, reference.clone()).await?;
    let ticked = fields.all("read");
    if !["numbers", "samples"].iter().all(|wanted| ticked.iter().any(|word| word == wanted)) {
        let mut faults = Faults::default();
        faults.add("read", "Check the numbers and read the letters, and tick both boxes");
        let view = ctx.read(move |conn, actor| view(conn, actor, &reference, now, &faults)).await?;
        return ctx.faulty_page(&view);
    }
    let (id, seen) = (round.id, fields.get("seen").to_owned());
    ctx.write(move |tx| actions::approve_round(tx, id, &seen)).await?;
    ctx.redirect_with(&address(&round), "Every letter is approved")
}
