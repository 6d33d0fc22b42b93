//! Every version of a score sheet: for its member at any time, for officers once the panel moderates. And the office's page of the
//! sheets of a bid, from which a submitted one is opened again. Private notes are on none of these.

use std::collections::HashMap;

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::Status;
use crate::access::{self, Action, Phase, may};
use crate::accounts::names_of;
use crate::applications::{Application, application_of_reference, bid_of};
use crate::base::actor::Actor;
use crate::base::ids::AccountId;
use crate::base::time::At;
use crate::db::Conn;
use crate::error::{Faults, Problem};
use crate::rounds::{RoundDefinition, RoundStage, get_definition, get_round};
use crate::scoring::model::{AssignmentStage, LineVersion, Origin, ScoreSheet, SheetOpening, SheetStage};
use crate::scoring::{actions, rules, store};
use crate::web::{Answer, Crumb, Ctx, Field, Form, Page, PageFaults};

#[derive(Serialize)]
struct HistoryView {
    title: String,
    breadcrumbs: Vec<Crumb>,
    errors: PageFaults,
    reference: String,
    project: String,
    member: String,
    state: Status,
    /// When it was submitted and opened again, and why.
    events: Vec<String>,
    /// None while only its member may see it.
    criteria: Option<Vec<CriterionHistory>>,
    /// To open it again.
    reopen: Option<Field>,
}

impl Page for HistoryView {
    const TEMPLATE: &'static str = "scoring/history.html";
}

#[derive(Serialize)]
struct CriterionHistory {
    title: String,
    versions: Vec<VersionView>,
}

#[derive(Serialize)]
struct VersionView {
    heading: String,
    by: String,
    mark: String,
    reason: String,
    strength: String,
    improvement: String,
}

/// `7:42pm on 23 November 2026`.
fn when(at: At) -> String {
    format!("{} on {}", at.time_words(), at.date_words())
}

fn state(sheet: Option<&ScoreSheet>) -> Status {
    match sheet.map(|sheet| (sheet.stage, sheet.submitted_at)) {
        None => Status::new("Not begun", "todo"),
        Some((SheetStage::Submitted, Some(at))) => Status::new(format!("Submitted at {}", when(at)), "done"),
        Some((SheetStage::Submitted, None)) => Status::new("Submitted", "done"),
        Some((SheetStage::Draft, _)) => Status::new("Draft", "progress"),
    }
}

fn events(sheet: Option<&ScoreSheet>, openings: &[SheetOpening], names: &HashMap<AccountId, String>) -> Vec<String> {
    let name = |account: &AccountId| names.get(account).cloned().unwrap_or_default();
    let mut events: Vec<String> = openings
        .iter()
        .flat_map(|opening| {
            [
                format!("Submitted at {}", when(opening.submitted_at)),
                format!("Opened again by {} at {}: {}", name(&opening.by), when(opening.at), opening.reason),
            ]
        })
        .collect();
    if let Some(at) = sheet.and_then(|sheet| sheet.submitted_at) {
        events.push(format!("Submitted at {}", when(at)));
    }
    events
}

fn criteria(
    definition: &RoundDefinition,
    versions: &[LineVersion],
    names: &HashMap<AccountId, String>,
) -> Vec<CriterionHistory> {
    let words =
        |mark: Option<i32>| mark.map_or_else(|| "No score".to_owned(), |mark| rules::mark_words(definition, mark));
    let view = |(number, version): (usize, &LineVersion)| VersionView {
        heading: format!("Version {}", number.saturating_add(1)),
        by: format!(
            "{} at {}{}",
            names.get(&version.by).cloned().unwrap_or_default(),
            when(version.at),
            if version.origin == Origin::Workbook { ", from a spreadsheet" } else { "" }
        ),
        mark: words(version.line.mark),
        reason: version.line.reason.clone(),
        strength: version.line.strength.clone(),
        improvement: version.line.improvement.clone(),
    };
    definition
        .criteria
        .iter()
        .map(|criterion| {
            let of = versions.iter().filter(|version| version.criterion == criterion.code);
            // The newest first.
            let mut versions: Vec<VersionView> = of.enumerate().map(view).collect();
            versions.reverse();
            CriterionHistory { title: criterion.title.clone(), versions }
        })
        .collect()
}

/// A member's own sheet.
pub(super) async fn own(ctx: Ctx, path: web::Path<String>) -> Answer {
    let reference = path.into_inner();
    let view = ctx
        .read(move |conn, actor| {
            let application = application_of_reference(conn, &reference)?;
            let bid = bid_of(conn, &application, actor)?;
            access::require(actor, Action::Score(&bid))?;
            let account = actor.account().ok_or(Problem::SignIn)?;
            let mut view = history(conn, &application, account, true)?;
            let sheet = format!("/panel/applications/{}/sheet", application.reference);
            view.title = "Earlier versions of your scores".to_owned();
            view.breadcrumbs = vec![
                Crumb::to("Your bids", "/panel"),
                Crumb::to(application.reference, sheet),
                Crumb::here("Earlier versions"),
            ];
            Ok(view)
        })
        .await?;
    ctx.page(&view)
}

fn history(conn: &mut Conn, application: &Application, member: AccountId, open: bool) -> Result<HistoryView, Problem> {
    let round = get_round(conn, application.round)?;
    let (_, definition) = get_definition(conn, round.id)?;
    let assignment = store::find_assignment(conn, application.id, member)?.ok_or(Problem::NotFound)?;
    let sheet = store::sheet_of(conn, assignment.id)?;
    let names = names_of(conn)?;
    let (versions, openings) = match &sheet {
        Some(sheet) => (store::history_of(conn, sheet.id)?, store::openings_of(conn, sheet.id)?),
        None => (Vec::new(), Vec::new()),
    };
    let submitted = sheet.as_ref().is_some_and(|sheet| sheet.stage == SheetStage::Submitted);
    Ok(HistoryView {
        title: String::new(),
        breadcrumbs: Vec::new(),
        errors: PageFaults::default(),
        reference: application.reference.clone(),
        project: application.title.clone(),
        member: names.get(&member).cloned().unwrap_or_default(),
        state: state(sheet.as_ref()),
        events: events(sheet.as_ref(), &openings, &names),
        criteria: open.then(|| criteria(&definition, &versions, &names)),
        reopen: (submitted && round.stage == RoundStage::Scoring).then(|| {
            Field::new("reason", "Why do you open it again?").hint(
                "The member reads this, and it stays on record. They correct the sheet themselves and submit it again.",
            )
        }),
    })
}

#[derive(Serialize)]
struct SheetsView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    reference: String,
    project: String,
    members: Vec<MemberRow>,
}

impl Page for SheetsView {
    const TEMPLATE: &'static str = "scoring/sheets.html";
}

#[derive(Serialize)]
struct MemberRow {
    name: String,
    href: String,
    assignment: &'static str,
    state: Status,
}

/// The bid, for an officer who may know of its sheets.
fn office_bid(conn: &mut Conn, actor: &Actor, reference: &str) -> Result<(Application, bool), Problem> {
    access::require(actor, Action::RunRounds)?;
    let application = application_of_reference(conn, reference)?;
    let bid = bid_of(conn, &application, actor)?;
    access::require(actor, Action::ReadBid(&bid))?;
    if bid.phase < Phase::Scoring {
        return Err(Problem::NotFound);
    }
    Ok((application, may(actor, Action::ReadAssessment(&bid))))
}

fn crumbs(reference: &str) -> Vec<Crumb> {
    vec![Crumb::to("Rounds", "/office"), Crumb::to(reference.to_owned(), format!("/office/applications/{reference}"))]
}

/// Who scores a bid, and how far each has come.
pub(super) async fn list(ctx: Ctx, path: web::Path<String>) -> Answer {
    let reference = path.into_inner();
    let view = ctx
        .read(move |conn, actor| {
            let (application, _) = office_bid(conn, actor, &reference)?;
            let names = names_of(conn)?;
            let mut members = Vec::new();
            for assignment in store::assignments_of(conn, application.id)? {
                let sheet = store::sheet_of(conn, assignment.id)?;
                let counts = assignment.stage == AssignmentStage::Cleared || sheet.is_some();
                members.push(MemberRow {
                    name: names.get(&assignment.account).cloned().unwrap_or_default(),
                    href: format!("/office/applications/{}/sheets/{}", application.reference, assignment.account.row()),
                    assignment: assignment.stage.title(),
                    state: if counts { state(sheet.as_ref()) } else { Status::new("None", "closed") },
                });
            }
            let mut breadcrumbs = crumbs(&application.reference);
            breadcrumbs.push(Crumb::here("Score sheets"));
            Ok(SheetsView {
                title: "Score sheets",
                breadcrumbs,
                reference: application.reference,
                project: application.title,
                members,
            })
        })
        .await?;
    ctx.page(&view)
}

async fn member_view(
    ctx: &Ctx,
    reference: String,
    member: i32,
    typed: (String, Faults),
) -> Result<HistoryView, Problem> {
    ctx.read(move |conn, actor| {
        let (application, open) = office_bid(conn, actor, &reference)?;
        let (reason, faults) = typed;
        let mut view = history(conn, &application, AccountId::new(member), open)?;
        view.reopen = view.reopen.map(|field| field.value(reason).faults(&faults));
        view.errors = (&faults).into();
        view.title = format!("Score sheet of {}", view.member);
        view.breadcrumbs = crumbs(&application.reference);
        view.breadcrumbs
            .push(Crumb::to("Score sheets", format!("/office/applications/{}/sheets", application.reference)));
        view.breadcrumbs.push(Crumb::here(view.member.clone()));
        Ok(view)
    })
    .await
}

/// A member's sheet as the office may see it: whether it is in; once the panel moderates, every version of it.
pub(super) async fn one(ctx: Ctx, path: web::Path<(String, i32)>) -> Answer {
    let (reference, member) = path.into_inner();
    let view = member_view(&ctx, reference, member, (String::new(), Faults::default())).await?;
    ctx.page(&view)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReopenForm {
    reason: String,
}

/// Opens a submitted sheet again.
pub(super) async fn reopen(ctx: Ctx, path: web::Path<(String, i32)>, Form(fields): Form) -> Answer {
    let (reference, member) = path.into_inner();
    let form: ReopenForm = fields.parse()?;
    let (of, reason) = (reference.clone(), form.reason.clone());
    let done = ctx.write(move |tx| actions::reopen_sheet(tx, &of, AccountId::new(member), &reason)).await;
    match done {
        Err(Problem::Invalid(faults)) => {
            let view = member_view(&ctx, reference, member, (form.reason, faults)).await?;
            ctx.faulty_page(&view)
        }
        other => {
            other?;
            let to = format!("/office/applications/{reference}/sheets");
            ctx.redirect_with(
                &to,
                "The score sheet is open again, and its member is told by email: only they can correct and submit it",
            )
        }
    }
}
