//! One person's record on one bid: what is known of both, what was said and ruled, and what an officer can rule.

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::Standing;
use super::office::reason;
use crate::access::{self, Action, OFFICE};
use crate::accounts::{holds_any, names_of};
use crate::applications::{application_of_reference, bid_of};
use crate::base::actor::Actor;
use crate::base::ids::AccountId;
use crate::conflicts::actions;
use crate::conflicts::model::{ConflictChange, ConflictRecord};
use crate::conflicts::store;
use crate::db::Conn;
use crate::error::{Faults, Problem};
use crate::rounds::get_round;
use crate::web::{Answer, Crumb, Ctx, Field, Form, Page, PageFaults, Row};

#[derive(Serialize)]
struct CaseView {
    title: String,
    breadcrumbs: Vec<Crumb>,
    errors: PageFaults,
    rows: Vec<Row>,
    standing: Standing,
    reasons: Vec<String>,
    events: Vec<CaseEvent>,
    reason: Field,
    can_pin: bool,
    can_lift: bool,
    can_dismiss: bool,
}

impl Page for CaseView {
    const TEMPLATE: &'static str = "conflicts/case.html";
}

#[derive(Serialize)]
struct CaseEvent {
    title: &'static str,
    by: String,
    at: String,
    at_iso: String,
    text: String,
}

fn view(
    conn: &mut Conn,
    actor: &Actor,
    (reference, person): (&str, AccountId),
    (typed, faults): (&str, &Faults),
) -> Result<CaseView, Problem> {
    let application = application_of_reference(conn, reference)?;
    let bid = bid_of(conn, &application, actor)?;
    access::require(actor, Action::RuleOnConflicts(&bid))?;
    let record = store::record_of(conn, application.id, person)?;
    let holds = record.is_some() || holds_any(conn, person, OFFICE)?;
    let names = names_of(conn)?;
    // Nobody rules on themselves, and applicants declare nothing.
    let name = names.get(&person).filter(|_| holds && actor.account() != Some(person)).ok_or(Problem::NotFound)?;
    let matches = store::matches_of(conn, &application, person)?;
    let changes = match &record {
        Some(record) => store::changes_of(conn, record.id)?,
        None => Vec::new(),
    };
    let round = get_round(conn, application.round)?;
    let stands = record.as_ref().is_some_and(ConflictRecord::stands);
    let nothing = Standing { text: "Not declared", tone: "todo" };
    let event = |change: ConflictChange| CaseEvent {
        title: change.what.title(),
        by: names.get(&change.by).cloned().unwrap_or_default(),
        at: change.at.moment_words(),
        at_iso: change.at.rfc3339(),
        text: match change.kind {
            Some(kind) => format!("{}. {}", kind.short(), change.words),
            None => change.words,
        },
    };
    let home = format!("/office/rounds/{}", round.reference);
    Ok(CaseView {
        title: format!("Conflict of interest of {name}"),
        breadcrumbs: vec![
            Crumb::to("Rounds", "/office"),
            Crumb::to(round.reference.clone(), home.clone()),
            Crumb::to("Conflicts of interest", format!("{home}/conflicts")),
            Crumb::here(application.reference.clone()),
        ],
        errors: faults.into(),
        rows: vec![
            Row::new("Person", name.clone()),
            Row::new("Application", application.reference.clone()),
            Row::new("Organisation", application.organisation_name.clone()),
            Row::new("Project", application.title.clone()),
        ],
        standing: record.as_ref().map_or(nothing, Standing::of),
        can_pin: !record.as_ref().is_some_and(ConflictRecord::is_pinned),
        can_lift: stands,
        can_dismiss: !stands && !matches.is_empty(),
        reasons: matches.iter().map(reason).collect(),
        events: changes.into_iter().rev().map(event).collect(),
        reason: Field::new("reason", "Why?")
            .hint("Kept with your name and the time. The person does not read it.")
            .value(typed)
            .faults(faults),
    })
}

pub(super) async fn show(ctx: Ctx, path: web::Path<(String, i32)>) -> Answer {
    let (reference, person) = path.into_inner();
    let view = ctx
        .read(move |conn, actor| view(conn, actor, (&reference, AccountId::new(person)), ("", &Faults::default())))
        .await?;
    ctx.page(&view)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleForm {
    #[serde(rename = "do")]
    what: String,
    reason: String,
}

pub(super) async fn rule(ctx: Ctx, path: web::Path<(String, i32)>, Form(fields): Form) -> Answer {
    let form: RuleForm = fields.parse()?;
    let (reference, row) = path.into_inner();
    let (of, person, why) = (reference.clone(), AccountId::new(row), form.reason.clone());
    let (done, said) = match form.what.as_str() {
        "pin" => (
            ctx.write(move |tx| actions::pin(tx, &of, person, &why)).await,
            "The conflict is recorded. The application is closed to this person",
        ),
        "lift" => (
            ctx.write(move |tx| actions::lift(tx, &of, person, &why)).await,
            "The conflict is lifted. On the panel this person declares again before they read the application",
        ),
        "dismiss" => {
            (ctx.write(move |tx| actions::dismiss(tx, &of, person, &why)).await, "The suggestion is dismissed")
        }
        other => return Err(Problem::Malformed(format!("{other} cannot be done"))),
    };
    match done {
        Err(Problem::Invalid(faults)) => {
            let view =
                ctx.read(move |conn, actor| view(conn, actor, (&reference, person), (&form.reason, &faults))).await?;
            ctx.faulty_page(&view)
        }
        other => {
            other?;
            ctx.redirect_with(&super::office::case_path(&reference, person), said)
        }
    }
}
