//! A member's score sheet beside the bid.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, web};
use serde::Serialize;

use super::answers::{BidSection, FileLink, bid_sections};
use super::panel::own_bids;
use crate::access::{self, Action, may};
use crate::applications::{Application, application_of_reference, bid_of};
use crate::base::actor::Actor;
use crate::db::Conn;
use crate::error::{Faults, Problem};
use crate::rounds::{Criterion, Round, RoundDefinition, RoundStage, get_definition, get_round};
use crate::scoring::model::{Mark, ScoreSheet, SheetStage};
use crate::scoring::{actions, rules, store};
use crate::web::{Answer, Crumb, Ctx, Field, Fields, Form, Page, PageFaults};

#[derive(Serialize)]
struct SheetView {
    title: String,
    breadcrumbs: Vec<Crumb>,
    errors: PageFaults,
    reference: String,
    project: String,
    organisation: String,
    ask: String,
    sections: Vec<BidSection>,
    criteria: Vec<CriterionView>,
    version: i32,
    /// Why the sheet cannot be changed; none while it can.
    locked: Option<String>,
    panel_scores: bool,
}

impl Page for SheetView {
    const TEMPLATE: &'static str = "scoring/sheet.html";
}

#[derive(Serialize)]
struct CriterionView {
    code: String,
    title: String,
    prompt: String,
    weight: String,
    informed_by: Vec<FileLink>,
    mark: Field,
    reason: Field,
    mark_words: String,
    reason_text: String,
}

/// What a form held, with the version of the sheet that it was made from.
#[derive(Debug, Clone)]
struct Typed {
    marks: BTreeMap<String, Mark>,
    version: i32,
}

/// Either the sheet, or where the member must go first.
enum Shown {
    Sheet(Box<SheetView>),
    Declare(String),
}

fn load(
    conn: &mut Conn,
    actor: &Actor,
    reference: &str,
    typed: Option<Typed>,
    faults: &Faults,
) -> Result<Shown, Problem> {
    let application = application_of_reference(conn, reference)?;
    let bid = bid_of(conn, &application, actor)?;
    if may(actor, Action::DeclareOn(&bid)) && !may(actor, Action::Score(&bid)) {
        return Ok(Shown::Declare(format!("/panel/applications/{}/conflict", application.reference)));
    }
    access::require(actor, Action::Score(&bid))?;
    let round = get_round(conn, application.round)?;
    let (_, definition) = get_definition(conn, round.id)?;
    let own = store::find_assignment(conn, application.id, actor.account().ok_or(Problem::SignIn)?)?;
    let sheet = store::sheet_of(conn, own.ok_or(Problem::NotFound)?.id)?;
    let locked = locked(&round, sheet.as_ref());
    let stored = Typed {
        version: sheet.as_ref().map_or(0, |sheet| sheet.version),
        marks: sheet.map(|sheet| sheet.marks).unwrap_or_default(),
    };
    let shown = typed.filter(|_| locked.is_none()).unwrap_or(stored);
    let sections = bid_sections(conn, &application, &definition)?;
    Ok(Shown::Sheet(Box::new(SheetView {
        title: if locked.is_some() { "Your score sheet".to_owned() } else { "Score this bid".to_owned() },
        breadcrumbs: vec![Crumb::to("Your bids", "/panel"), Crumb::here(application.reference.clone())],
        errors: faults.into(),
        criteria: definition
            .criteria
            .iter()
            .map(|criterion| {
                let mark = shown.marks.get(&criterion.code);
                criterion_view(&definition, criterion, mark, &sections, faults)
            })
            .collect(),
        version: shown.version,
        sections,
        locked,
        panel_scores: may(actor, Action::ReadAssessment(&bid)),
        ask: ask(&application),
        reference: application.reference,
        project: application.title,
        organisation: application.organisation_name,
    })))
}

fn ask(application: &Application) -> String {
    application.ask.map_or_else(|| "Not answered".to_owned(), |ask| ask.to_string())
}

fn locked(round: &Round, sheet: Option<&ScoreSheet>) -> Option<String> {
    let submitted = sheet.filter(|sheet| sheet.stage == SheetStage::Submitted);
    match (submitted.and_then(|sheet| sheet.submitted_at), round.stage) {
        (Some(at), _) => Some(format!("You submitted this score sheet on {at}. It is locked, and counts.")),
        (None, RoundStage::Scoring) => None,
        (None, _) => Some("Scoring is over. This score sheet was not submitted, and does not count.".to_owned()),
    }
}

fn criterion_view(
    definition: &RoundDefinition,
    criterion: &Criterion,
    mark: Option<&Mark>,
    sections: &[BidSection],
    faults: &Faults,
) -> CriterionView {
    let code = &criterion.code;
    let typed = mark.and_then(|mark| mark.mark);
    let reason = mark.map_or_else(String::new, |mark| mark.reason.clone());
    let informed_by = definition
        .questions_informing(code)
        .map(|question| FileLink { href: format!("#answer-{}", question.code), text: question.text.clone() })
        .filter(|link| {
            // What this bid was not asked has no place to lead to.
            let is_there = |id: &str| link.href.strip_prefix('#') == Some(id);
            sections.iter().flat_map(|section| &section.answers).any(|answer| is_there(&answer.id))
        })
        .collect();
    CriterionView {
        code: code.clone(),
        title: criterion.title.clone(),
        prompt: criterion.prompt.clone(),
        weight: criterion.weight.to_string(),
        informed_by,
        mark: Field::new(format!("{code}-mark"), format!("Your score for {}", criterion.title))
            .items(super::mark_items(definition))
            .value(typed.map_or_else(String::new, |mark| mark.to_string()))
            .faults(faults),
        reason: Field::new(format!("{code}-reason"), format!("Your reason for {}", criterion.title))
            .hint("What in the bid led you to this score? At least 10 characters.")
            .value(reason.clone())
            .faults(faults),
        mark_words: typed.map_or_else(|| "No score".to_owned(), |mark| rules::mark_words(definition, mark)),
        reason_text: reason,
    }
}

/// Reads the marks of a form: `CODE-mark` and `CODE-reason`. Whether the codes are of the round, the action says.
fn read_marks(fields: &Fields) -> Result<Typed, Problem> {
    let mut marks: BTreeMap<String, Mark> = BTreeMap::new();
    for name in fields.names() {
        let value = fields.get(name);
        if let Some(code) = name.strip_suffix("-mark") {
            let mark = match value.trim() {
                "" => None,
                number => Some(number.parse().map_err(|_| Problem::Malformed(format!("{name} is no number")))?),
            };
            marks.entry(code.to_owned()).or_default().mark = mark;
        } else if let Some(code) = name.strip_suffix("-reason") {
            value.clone_into(&mut marks.entry(code.to_owned()).or_default().reason);
        } else if name != "version" && name != "then" {
            return Err(Problem::Malformed(format!("{name} is no field of this form")));
        }
    }
    let version = fields.get("version").parse().map_err(|_| Problem::Malformed("no version".to_owned()))?;
    Ok(Typed { marks, version })
}

pub(super) async fn show(ctx: Ctx, reference: web::Path<String>) -> Answer {
    let shown = ctx.read(move |conn, actor| load(conn, actor, &reference, None, &Faults::default())).await?;
    match shown {
        Shown::Sheet(view) => ctx.page(&*view),
        Shown::Declare(to) => Ok(ctx.redirect(&to)),
    }
}

pub(super) async fn save(ctx: Ctx, reference: web::Path<String>, Form(fields): Form) -> Answer {
    let reference = reference.into_inner();
    let typed = read_marks(&fields)?;
    let (of, form) = (reference.clone(), typed.clone());
    let then = fields.get("then").to_owned();
    let done = match then.as_str() {
        "submit" | "next" => ctx.write(move |tx| actions::submit_sheet(tx, &of, &form.marks, form.version)).await,
        _ => ctx.write(move |tx| actions::save_marks(tx, &of, &form.marks, form.version)).await.map(|_| ()),
    };
    match done {
        Err(Problem::Invalid(faults)) => {
            let shown = ctx.read(move |conn, actor| load(conn, actor, &reference, Some(typed), &faults)).await?;
            match shown {
                Shown::Sheet(view) => ctx.faulty_page(&*view),
                Shown::Declare(to) => Ok(ctx.redirect(&to)),
            }
        }
        Err(other) => Err(other),
        Ok(()) if then == "next" => {
            let of = reference.clone();
            let next = ctx.read(move |conn, actor| next_bid(conn, actor, &of)).await?;
            let to = next.unwrap_or_else(|| "/panel".to_owned());
            ctx.redirect_with(&to, &format!("Your score sheet for {reference} is submitted and locked"))
        }
        Ok(()) if then == "submit" => {
            ctx.redirect_with("/panel", &format!("Your score sheet for {reference} is submitted and locked"))
        }
        Ok(()) => ctx.redirect_with(&format!("/panel/applications/{reference}/sheet"), "Draft saved"),
    }
}

/// The member's next bid of the round that is not submitted: after this one in the member's own order, else from the start.
fn next_bid(conn: &mut Conn, actor: &Actor, reference: &str) -> Result<Option<String>, Problem> {
    let application = application_of_reference(conn, reference)?;
    let round = get_round(conn, application.round)?;
    let bids = own_bids(conn, actor, &round)?;
    let here = bids.iter().position(|bid| bid.reference == application.reference).unwrap_or(0);
    let (after, before): (Vec<_>, Vec<_>) = bids
        .into_iter()
        .enumerate()
        .filter(|(place, bid)| !bid.done && *place != here)
        .partition(|(place, _)| *place > here);
    Ok(after.into_iter().chain(before).next().map(|(_, bid)| bid.href))
}

pub(super) async fn autosave(ctx: Ctx, reference: web::Path<String>, Form(fields): Form) -> Answer {
    let typed = read_marks(&fields)?;
    let version = ctx.write(move |tx| actions::save_marks(tx, &reference, &typed.marks, typed.version)).await?;
    let (hour, minute) = ctx.now().london_hour_minute();
    let saved = serde_json::json!({ "saved_at": format!("{hour:02}:{minute:02}"), "version": version });
    Ok(HttpResponse::Ok().json(saved))
}
