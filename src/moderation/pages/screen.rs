//! One application's moderation on one screen.

use serde::Serialize;

use super::scores::{CriterionScores, MarksTable, by_criterion, marks_table};
use crate::access::{self, Action};
use crate::accounts::names_of;
use crate::applications::{Application, application_of_reference, bid_of};
use crate::base::actor::Actor;
use crate::db::Conn;
use crate::error::{Faults, Problem};
use crate::moderation::model::{AgreedMark, Agreement, Moderation, ModerationStage};
use crate::moderation::{rules, store};
use crate::rounds::{RoundDefinition, RoundStage, get_definition, get_round};
use crate::scoring::{
    BidSection, ScoreSheet, SheetStage, Status, bid_sections, has_sheet, mark_items, mark_words, sheets_of,
};
use crate::web::{Answer, Crumb, Ctx, Field, Page, PageFaults};

#[derive(Serialize)]
pub(super) struct ScreenView {
    title: String,
    breadcrumbs: Vec<Crumb>,
    errors: PageFaults,
    reference: String,
    project: String,
    organisation: String,
    ask: String,
    status: Status,
    /// Why nothing can be recorded; none when it can.
    barred: Option<&'static str>,
    opened: bool,
    closed: bool,
    reopened_reason: Option<String>,
    sheets: usize,
    quorum: i32,
    complete: bool,
    max: i32,
    table: MarksTable,
    criteria: Vec<CriterionView>,
    sections: Vec<BidSection>,
    reopen: Placed,
}

impl Page for ScreenView {
    const TEMPLATE: &'static str = "moderation/screen.html";
}

#[derive(Serialize)]
struct CriterionView {
    #[serde(flatten)]
    scores: CriterionScores,
    agreed: Option<String>,
    agreed_reason: String,
    agreed_strength: String,
    agreed_improvement: String,
    version: i32,
    mark: Placed,
    reason: Placed,
    strength: Placed,
    improvement: Placed,
}

/// A field of a form that stands on the page once for each criterion, so its id is not its name.
#[derive(Serialize)]
struct Placed {
    id: String,
    #[serde(flatten)]
    field: Field,
}

impl Placed {
    fn new(id: String, mut field: Field, faults: &Faults) -> Self {
        field.error = faults.of(&id).map(ToOwned::to_owned);
        Self { id, field }
    }
}

/// What was typed into the form of one criterion, or for re-opening, when the page is shown again with its faults.
#[derive(Debug, Clone, Default)]
pub(super) struct Typed {
    pub criterion: String,
    pub agreement: Agreement,
    pub version: i32,
    pub reopen: String,
}

/// The page of an application that the officer may moderate.
pub(super) async fn show(ctx: &Ctx, reference: String, typed: Option<Typed>, faults: Faults) -> Answer {
    let faulty = !faults.is_empty();
    let view = ctx.read(move |conn, actor| view(conn, actor, &reference, typed.as_ref(), &faults)).await?;
    if faulty { ctx.faulty_page(&view) } else { ctx.page(&view) }
}

fn view(
    conn: &mut Conn,
    actor: &Actor,
    reference: &str,
    typed: Option<&Typed>,
    faults: &Faults,
) -> Result<ScreenView, Problem> {
    let application = application_of_reference(conn, reference)?;
    let bid = bid_of(conn, &application, actor)?;
    access::require(actor, Action::Moderate(&bid))?;
    let round = get_round(conn, application.round)?;
    let (_, definition) = get_definition(conn, round.id)?;
    let moderation = store::moderation_of(conn, application.id)?;
    let sheets = sheets_of(conn, application.id)?;
    let submitted: Vec<&ScoreSheet> = sheets.iter().filter(|sheet| sheet.stage == SheetStage::Submitted).collect();
    let aids = rules::aids(&definition, &submitted);
    let names = names_of(conn)?;
    let criteria = by_criterion(&definition, &submitted, &aids, &names)
        .into_iter()
        .map(|scores| criterion(&definition, scores, moderation.as_ref(), typed, faults))
        .collect();
    let stage = moderation.as_ref().map(|moderation| moderation.stage);
    let reopen_reason = Field::new("reason", "Why does the panel look at this application again?")
        .value(typed.map_or_else(String::new, |typed| typed.reopen.clone()));
    Ok(ScreenView {
        title: format!("Moderation of {}", application.reference),
        breadcrumbs: crumbs(&application, &round.reference),
        errors: faults.into(),
        ask: application.ask.map_or_else(|| "Not answered".to_owned(), |ask| ask.to_string()),
        status: status(stage),
        barred: barred(conn, actor, &application, round.stage)?,
        opened: stage == Some(ModerationStage::Open),
        closed: stage == Some(ModerationStage::Closed),
        reopened_reason: moderation.and_then(|moderation| moderation.reopened_reason),
        sheets: submitted.len(),
        quorum: definition.quorum,
        complete: i32::try_from(submitted.len()).unwrap_or(i32::MAX) >= definition.quorum,
        max: definition.scale.max,
        table: marks_table(&definition, &submitted, &aids, &names),
        criteria,
        sections: bid_sections(conn, &application, &definition)?,
        reopen: Placed::new("reopen-reason".to_owned(), reopen_reason, faults),
        reference: application.reference,
        project: application.title,
        organisation: application.organisation_name,
    })
}

fn crumbs(application: &Application, round: &str) -> Vec<Crumb> {
    vec![
        Crumb::to("Rounds", "/office"),
        Crumb::to(round, format!("/office/rounds/{round}")),
        Crumb::to("Moderation", format!("/office/rounds/{round}/moderation")),
        Crumb::here(application.reference.clone()),
    ]
}

fn status(stage: Option<ModerationStage>) -> Status {
    match stage {
        None => Status::new("Not opened", "todo"),
        Some(ModerationStage::Open) => Status::new("Open", "progress"),
        Some(ModerationStage::Closed) => Status::new("Closed", "done"),
    }
}

fn barred(
    conn: &mut Conn,
    actor: &Actor,
    application: &Application,
    stage: RoundStage,
) -> Result<Option<&'static str>, Problem> {
    if stage > RoundStage::Moderation {
        return Ok(Some("The panel has made its recommendation. What it agreed no longer changes."));
    }
    let account = actor.account().ok_or(Problem::SignIn)?;
    let scored = has_sheet(conn, application.id, account)?;
    Ok(scored.then_some("You scored this application. Another officer must record what the panel agrees on it."))
}

fn criterion(
    definition: &RoundDefinition,
    scores: CriterionScores,
    moderation: Option<&Moderation>,
    typed: Option<&Typed>,
    faults: &Faults,
) -> CriterionView {
    let (code, title) = (scores.code.clone(), scores.title.clone());
    let stored = moderation.and_then(|moderation| moderation.marks.get(&code));
    let typed = typed.filter(|typed| typed.criterion == code);
    let shown = typed.map_or_else(|| stored.map(agreement).unwrap_or_default(), |typed| typed.agreement.clone());
    let version = typed.map_or_else(|| stored.map_or(0, |stored| stored.version), |typed| typed.version);
    let text = |of: fn(&AgreedMark) -> &String| stored.map_or_else(String::new, |stored| of(stored).clone());
    let placed = |name: &str, field: Field| Placed::new(format!("{code}-{name}"), field, faults);
    let mark = Field::new("mark", format!("Agreed score for {title}"))
        .hint("A whole number that the panel agrees. It is not worked out from the scores above.")
        .items(mark_items(definition))
        .value(shown.mark.map_or_else(String::new, |mark| mark.to_string()));
    CriterionView {
        agreed: stored.and_then(|stored| stored.mark).map(|mark| mark_words(definition, mark)),
        agreed_reason: text(|stored| &stored.reason),
        agreed_strength: text(|stored| &stored.strength),
        agreed_improvement: text(|stored| &stored.improvement),
        version,
        mark: placed("mark", mark),
        reason: placed("reason", Field::new("reason", "The panel's reason, for the record").value(shown.reason)),
        strength: placed(
            "strength",
            Field::new("strength", "A strength to tell the applicant")
                .hint("At least one in the whole application")
                .value(shown.strength),
        ),
        improvement: placed(
            "improvement",
            Field::new("improvement", "What would have made it stronger, to tell the applicant")
                .hint("Needed for every score below the highest")
                .value(shown.improvement),
        ),
        scores,
    }
}

fn agreement(stored: &AgreedMark) -> Agreement {
    Agreement {
        mark: stored.mark,
        reason: stored.reason.clone(),
        strength: stored.strength.clone(),
        improvement: stored.improvement.clone(),
    }
}
