//! What the chair of a discussion reads and confirms, signed in as themselves.

use std::collections::BTreeSet;

use actix_web::web;
use serde::Serialize;

use super::discussion::{held, left};
use super::scores::{CriterionScores, MarksTable, by_criterion, marks_table};
use crate::access::{self, Action};
use crate::accounts::names_of;
use crate::applications::{application_of_reference, bid_of, hidden_from};
use crate::base::actor::Actor;
use crate::base::ids::{AccountId, ApplicationId, RoundId};
use crate::db::Conn;
use crate::error::{Faults, Problem};
use crate::moderation::model::ModerationStage;
use crate::moderation::store::Label;
use crate::moderation::{actions, rules, store};
use crate::rounds::{RoundStage, get_definition, get_round};
use crate::scoring::{ScoreSheet, SheetStage, Status, mark_words, sheets_of};
use crate::web::paging::{PER_PAGE, offset, page_number};
use crate::web::{Answer, Crumb, Ctx, Fields, Form, Page, PageFaults, Paging};

#[derive(Serialize)]
struct ListView {
    title: &'static str,
    rows: Vec<ListRow>,
    pages: Paging,
}

impl Page for ListView {
    const TEMPLATE: &'static str = "moderation/chair_list.html";
}

#[derive(Serialize)]
struct ListRow {
    #[serde(flatten)]
    label: LabelView,
    status: Status,
}

#[derive(Serialize)]
struct LabelView {
    reference: String,
    project: String,
    organisation: String,
}

impl From<Label> for LabelView {
    fn from(label: Label) -> Self {
        Self { reference: label.reference, project: label.title, organisation: label.organisation }
    }
}

fn list_view(conn: &mut Conn, actor: &Actor, page: i64) -> Result<ListView, Problem> {
    let account = actor.account().ok_or(Problem::SignIn)?;
    let mut chaired = store::chaired_by(conn, account)?;
    let rounds: BTreeSet<RoundId> = chaired.iter().map(|(round, _)| *round).collect();
    for round in rounds {
        let hidden = hidden_from(conn, actor, round)?;
        chaired.retain(|(_, application)| !hidden.contains(application));
    }
    let matching = i64::try_from(chaired.len()).unwrap_or(i64::MAX);
    let skipped = usize::try_from(offset(page, PER_PAGE)).unwrap_or(usize::MAX);
    let shown = usize::try_from(PER_PAGE).unwrap_or(usize::MAX);
    let ids: Vec<ApplicationId> = chaired.iter().map(|(_, id)| *id).skip(skipped).take(shown).collect();
    let mut labels = store::labels_of(conn, &ids)?;
    let moderations = store::moderations_of(conn, &ids)?;
    let rows = ids.iter().map(|id| ListRow {
        label: labels.remove(id).unwrap_or_default().into(),
        status: match moderations.get(id).map(|moderation| moderation.stage) {
            Some(ModerationStage::Closed) => Status::new("Confirmed and closed", "done"),
            _ => Status::new("Not confirmed", "todo"),
        },
    });
    Ok(ListView {
        title: "Discussions that you chair",
        rows: rows.collect(),
        pages: Paging::new(page, matching, PER_PAGE, &|page| format!("/chair?page={page}")),
    })
}

pub(super) async fn list(ctx: Ctx, query: web::Query<Vec<(String, String)>>) -> Answer {
    let typed = Fields::from(query.into_inner());
    let page = page_number(typed.get("page"));
    let view = ctx.read(move |conn, actor| list_view(conn, actor, page)).await?;
    ctx.page(&view)
}

#[derive(Serialize)]
struct ChairView {
    title: String,
    breadcrumbs: Vec<Crumb>,
    errors: PageFaults,
    #[serde(flatten)]
    label: LabelView,
    held: String,
    out: Vec<String>,
    table: MarksTable,
    max: i32,
    criteria: Vec<CriterionView>,
    missing: Vec<String>,
    barred: Option<&'static str>,
    closed: bool,
}

impl Page for ChairView {
    const TEMPLATE: &'static str = "moderation/chair.html";
}

#[derive(Serialize)]
struct CriterionView {
    #[serde(flatten)]
    scores: CriterionScores,
    agreed: String,
    reason: String,
    strength: String,
    improvement: String,
}

/// What keeps the chair from confirming, in words; each criterion's own part stands below it.
fn missing(faults: &Faults) -> Vec<String> {
    faults.list().iter().map(|fault| fault.message.clone()).collect()
}

fn view(conn: &mut Conn, actor: &Actor, reference: &str, faults: &Faults) -> Result<ChairView, Problem> {
    let application = application_of_reference(conn, reference)?;
    let bid = bid_of(conn, &application, actor)?;
    access::require(actor, Action::Chair(&bid))?;
    let account = actor.account().ok_or(Problem::SignIn)?;
    let item = actions::last_discussion(conn, application.id)?.filter(|item| item.chair == account);
    let item = item.ok_or(Problem::NotFound)?;
    if hidden_from(conn, actor, application.round)?.contains(&application.id) {
        return Err(Problem::NotFound);
    }
    let round = get_round(conn, application.round)?;
    let (_, definition) = get_definition(conn, round.id)?;
    let moderation = store::moderation_of(conn, application.id)?.ok_or(Problem::NotFound)?;
    let sheets = sheets_of(conn, application.id)?;
    let submitted: Vec<&ScoreSheet> = sheets.iter().filter(|sheet| sheet.stage == SheetStage::Submitted).collect();
    let aids = rules::aids(&definition, &submitted);
    let names = names_of(conn)?;
    let name = |account: AccountId| names.get(&account).map_or("Somebody", String::as_str);
    let criteria = by_criterion(&definition, &submitted, &aids, &names).into_iter().map(|scores| {
        let stored = moderation.marks.get(&scores.code).cloned();
        let mark = stored.as_ref().and_then(|stored| stored.mark);
        let (reason, strength, improvement) =
            stored.map_or_else(Default::default, |stored| (stored.reason, stored.strength, stored.improvement));
        let agreed = mark.map_or_else(|| "None yet".to_owned(), |mark| mark_words(&definition, mark));
        CriterionView { agreed, reason, strength, improvement, scores }
    });
    let closed = moderation.stage == ModerationStage::Closed;
    let barred = if closed { None } else { barred(conn, application.id, account, round.stage)? };
    let recusals = store::recusals_of(conn, &[item.id])?;
    Ok(ChairView {
        title: format!("Confirm what was agreed on {}", application.reference),
        breadcrumbs: vec![
            Crumb::to("Discussions that you chair", "/chair"),
            Crumb::here(application.reference.clone()),
        ],
        errors: faults.into(),
        held: held(&item, "You"),
        out: recusals.iter().map(|recusal| left(recusal, name(recusal.account))).collect(),
        table: marks_table(&definition, &submitted, &aids, &names),
        max: definition.scale.max,
        criteria: criteria.collect(),
        missing: if closed {
            Vec::new()
        } else {
            missing(&rules::closing_faults(&definition, &moderation, &submitted))
        },
        barred,
        closed,
        label: LabelView {
            reference: application.reference,
            project: application.title,
            organisation: application.organisation_name,
        },
    })
}

/// Why the chair cannot confirm.
fn barred(
    conn: &mut Conn,
    application: ApplicationId,
    account: AccountId,
    stage: RoundStage,
) -> Result<Option<&'static str>, Problem> {
    if stage == RoundStage::Moderation {
        return Ok(actions::barred_as_chair(conn, application, account)?);
    }
    Ok(Some("The panel has made its recommendation. What it agreed no longer changes."))
}

pub(super) async fn show(ctx: Ctx, reference: web::Path<String>) -> Answer {
    let view = ctx.read(move |conn, actor| view(conn, actor, &reference, &Faults::default())).await?;
    ctx.page(&view)
}

pub(super) async fn confirm(ctx: Ctx, reference: web::Path<String>, Form(_): Form) -> Answer {
    let reference = reference.into_inner();
    let of = reference.clone();
    let done = ctx
        .write(move |tx| {
            let application = application_of_reference(tx.conn(), &of)?.id;
            actions::close(tx, application)
        })
        .await;
    match done {
        Err(Problem::Invalid(faults)) => {
            // The fields are on the officer's page; here each fault leads to its criterion.
            let mut here = Faults::default();
            for fault in faults.list() {
                let code = fault.field.split('-').next().unwrap_or_default();
                here.add(format!("criterion-{code}"), fault.message.clone());
            }
            let view = ctx.read(move |conn, actor| view(conn, actor, &reference, &here)).await?;
            ctx.faulty_page(&view)
        }
        other => {
            other?;
            ctx.redirect_with("/chair", &format!("{reference}: confirmed and closed"))
        }
    }
}
