//! One improvement beside what the new bid says: where an officer records whether it was acted on.

use actix_web::web;
use serde::Serialize;

use super::again::{ItemView, advice_views, agreed, answers_on};
use super::{HOME, crumbs};
use crate::access::Phase;
use crate::accounts::names_of;
use crate::applications::application_of_reference;
use crate::base::actor::Actor;
use crate::db::Conn;
use crate::error::{Faults, Problem};
use crate::insight::actions;
use crate::insight::model::Verdict;
use crate::insight::store;
use crate::rounds::get_definition;
use crate::scoring::mark_words;
use crate::web::{Answer, Crumb, Ctx, Field, Fields, Form, Item, Page, PageFaults, Row};

#[derive(Serialize)]
struct JudgingView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    errors: PageFaults,
    reference: String,
    item: ItemView,
    score: String,
    answers: Vec<Row>,
    verdict: Field,
    reason: Field,
    /// The version that the page shows.
    seen: i32,
}

impl Page for JudgingView {
    const TEMPLATE: &'static str = "insight/judging.html";
}

type Path = (String, String, i32);

fn view(
    conn: &mut Conn,
    actor: &Actor,
    (reference, letter, number): &Path,
    (typed, faults): (&Fields, &Faults),
) -> Result<JudgingView, Problem> {
    let application = application_of_reference(conn, reference)?;
    let phase = actions::require_judged(conn, actor, &application)?;
    let key = (letter.clone(), *number);
    let mut advice = actions::advice_of(conn, actor, &application)?;
    for one in &mut advice {
        one.items.retain(|item| item.key == key);
    }
    advice.retain(|one| !one.items.is_empty());
    let code = advice.iter().flat_map(|one| &one.items).find_map(|item| item.code.clone());
    let judgements = store::judgements_of(conn, application.id)?;
    let stored = judgements.iter().find(|one| one.key == key);
    let (_, definition) = get_definition(conn, application.round)?;
    let code = code.filter(|code| definition.criterion(code).is_some());
    let mark = match &code {
        Some(code) if phase >= Phase::Decided => agreed(conn, application.id)?.get(code).copied(),
        _ => None,
    };
    let answers = match &code {
        Some(code) => answers_on(conn, &application, &definition, code)?,
        None => Vec::new(),
    };
    let or = |name: &str, stored: Option<&str>| {
        if typed.has(name) { typed.get(name).to_owned() } else { stored.unwrap_or_default().to_owned() }
    };
    let field =
        |name: &str, label: &str, stored: Option<&str>| Field::new(name, label).value(or(name, stored)).faults(faults);
    let verdicts = Verdict::ALL.iter().map(|one| Item::new(one.word(), one.title())).collect();
    let names = names_of(conn)?;
    let here = format!("{HOME}/again/{}", application.reference);
    let mut breadcrumbs = crumbs("Was it acted on?");
    breadcrumbs.insert(2, Crumb::to(&application.reference, &here));
    Ok(JudgingView {
        title: "Was it acted on?",
        breadcrumbs,
        errors: faults.into(),
        score: match (&code, mark) {
            (None, _) => "This round has no criterion of that name.".to_owned(),
            (Some(_), Some(mark)) => mark_words(&definition, mark),
            (Some(_), None) => "Not decided yet".to_owned(),
        },
        verdict: field("verdict", "What did you find?", stored.map(|one| one.verdict.word())).items(verdicts),
        reason: field("reason", "Why?", stored.map(|one| one.reason.as_str())).hint(
            "Where does the application show it? Members of the panel read this once their own score sheet is in.",
        ),
        seen: stored.map_or(0, |one| one.version),
        answers: answers.into_iter().map(|(question, value)| Row::new(question, value).prose()).collect(),
        item: advice_views(advice, &judgements, Some(&names), &here)
            .into_iter()
            .flat_map(|one| one.items)
            .next()
            .ok_or(Problem::NotFound)?,
        reference: application.reference,
    })
}

pub(super) async fn show(ctx: Ctx, path: web::Path<Path>) -> Answer {
    let path = path.into_inner();
    let view = ctx.read(move |conn, actor| view(conn, actor, &path, (&Fields::default(), &Faults::default()))).await?;
    ctx.page(&view)
}

pub(super) async fn save(ctx: Ctx, path: web::Path<Path>, Form(fields): Form) -> Answer {
    fields.only(|name| matches!(name, "verdict" | "reason" | "seen"))?;
    let path = path.into_inner();
    let (reference, key) = (path.0.clone(), (path.1.clone(), path.2));
    let seen = fields.get("seen").parse().unwrap_or(0);
    let (verdict, reason) = (fields.get("verdict").to_owned(), fields.get("reason").to_owned());
    let saved = ctx
        .write(move |tx| {
            let application = application_of_reference(tx.conn(), &reference)?;
            actions::judge(tx, application.id, &key, (&verdict, &reason), seen)
        })
        .await;
    match saved {
        Err(Problem::Invalid(faults)) => {
            let view = ctx.read(move |conn, actor| view(conn, actor, &path, (&fields, &faults))).await?;
            ctx.faulty_page(&view)
        }
        other => {
            other?;
            ctx.redirect_with(&format!("{HOME}/again/{}", path.0), "Recorded")
        }
    }
}
