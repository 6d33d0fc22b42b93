//! One application's moderation on one screen.

use serde::Serialize;

use std::collections::HashMap;

use super::discussion::{DiscussionView, discussion};
use super::scores::{CriterionScores, DotRow, MarksTable, by_criterion, marks_table, overview};
use crate::access::{self, Action};
use crate::accounts::names_of;
use crate::applications::{Application, application_of_reference, bid_of};
use crate::base::actor::Actor;
use crate::base::ids::AccountId;
use crate::db::Conn;
use crate::error::{Faults, Problem};
use crate::moderation::model::{AgreedMark, AgreedVersion, Agreement, Moderation, ModerationStage};
use crate::moderation::{actions, rules, store};
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
    /// Shown on a wall, in big type, without what is not for the room.
    projector: bool,
    dots: Vec<DotRow>,
    dots_summary: String,
    table: MarksTable,
    criteria: Vec<CriterionView>,
    /// What keeps the chair from confirming.
    missing: PageFaults,
    discussion: DiscussionView,
    management: Option<ManagementView>,
    sections: Vec<BidSection>,
    reopen: Placed,
}

/// The text for management, which is in no letter.
#[derive(Serialize)]
struct ManagementView {
    version: i32,
    saved: Option<String>,
    field: Placed,
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
    /// What was saved before, the newest first.
    versions: Vec<VersionView>,
}

#[derive(Serialize)]
struct VersionView {
    by: String,
    mark: String,
    reason: String,
    strength: String,
    improvement: String,
}

/// A field of a form that stands on the page once for each criterion, so its id is not its name.
#[derive(Debug, Serialize)]
pub(super) struct Placed {
    id: String,
    #[serde(flatten)]
    field: Field,
}

impl Placed {
    pub(super) fn new(id: String, mut field: Field, faults: &Faults) -> Self {
        field.error = faults.of(&id).map(ToOwned::to_owned);
        Self { id, field }
    }
}

/// What was typed into one of the page's forms, when it is shown again with its faults.
#[derive(Debug, Clone, Default)]
pub(super) struct Typed {
    pub criterion: String,
    pub agreement: Agreement,
    pub version: i32,
    pub reopen: String,
    pub management: Option<(String, i32)>,
    pub chair: String,
    pub leaves: String,
    pub leaves_why: String,
    /// Which view of the page it came from.
    pub projector: bool,
}

/// The page of an application that the officer may moderate.
pub(super) async fn show(ctx: &Ctx, reference: String, typed: Typed, faults: Faults) -> Answer {
    let faulty = !faults.is_empty();
    let view = ctx.read(move |conn, actor| view(conn, actor, &reference, &typed, &faults)).await?;
    if faulty { ctx.faulty_page(&view) } else { ctx.page(&view) }
}

fn view(
    conn: &mut Conn,
    actor: &Actor,
    reference: &str,
    typed: &Typed,
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
    let shown =
        Shown { definition: &definition, submitted: &submitted, moderation: moderation.as_ref(), typed, faults };
    let versions = store::agreed_versions_of(conn, application.id)?;
    let criteria = by_criterion(&definition, &submitted, &aids, &names)
        .into_iter()
        .map(|scores| criterion(&shown, scores, history(&definition, &versions, &names)))
        .collect();
    let stage = moderation.as_ref().map(|moderation| moderation.stage);
    let open = moderation.as_ref().filter(|moderation| moderation.stage == ModerationStage::Open);
    let reopen_reason =
        Field::new("reason", "Why does the panel look at this application again?").value(typed.reopen.clone());
    let (dots, dots_summary) = overview(&definition, &submitted);
    Ok(ScreenView {
        title: format!("Moderation of {}", application.reference),
        breadcrumbs: crumbs(&application, &round.reference),
        errors: faults.into(),
        ask: application.ask.map_or_else(|| "Not answered".to_owned(), |ask| ask.to_string()),
        status: status(stage),
        barred: barred(conn, actor, &application, round.stage)?,
        opened: stage == Some(ModerationStage::Open),
        closed: stage == Some(ModerationStage::Closed),
        missing: open
            .map_or_else(PageFaults::default, |open| (&rules::closing_faults(&definition, open, &submitted)).into()),
        discussion: discussion(conn, actor, &application, &round, (typed, faults))?,
        management: management(conn, moderation.as_ref(), &names, &shown)?,
        reopened_reason: moderation.as_ref().and_then(|moderation| moderation.reopened_reason.clone()),
        sheets: submitted.len(),
        quorum: definition.quorum,
        complete: i32::try_from(submitted.len()).unwrap_or(i32::MAX) >= definition.quorum,
        max: definition.scale.max,
        projector: typed.projector,
        dots,
        dots_summary,
        table: marks_table(&definition, &submitted, &aids, &names),
        criteria,
        sections: bid_sections(conn, &application, &definition)?,
        reopen: Placed::new("reopen-reason".to_owned(), reopen_reason, faults),
        reference: application.reference,
        project: application.title,
        organisation: application.organisation_name,
    })
}

/// What the parts of the page are made of.
struct Shown<'a> {
    definition: &'a RoundDefinition,
    submitted: &'a [&'a ScoreSheet],
    moderation: Option<&'a Moderation>,
    typed: &'a Typed,
    faults: &'a Faults,
}

/// The text for management; not on a wall.
fn management(
    conn: &mut Conn,
    moderation: Option<&Moderation>,
    names: &HashMap<AccountId, String>,
    shown: &Shown<'_>,
) -> Result<Option<ManagementView>, Problem> {
    let Some(moderation) = moderation.filter(|_| !shown.typed.projector) else { return Ok(None) };
    let stored = store::management_text_of(conn, moderation.id)?;
    let text = stored.as_ref().map_or_else(String::new, |stored| stored.text.clone());
    let version = stored.as_ref().map_or(0, |stored| stored.version);
    let (text, version) = shown.typed.management.clone().unwrap_or((text, version));
    let field = Field::new("text", "For management only")
        .hint("What the office should know and the applicant should not read in a letter. At most 4,000 characters.")
        .value(text);
    Ok(Some(ManagementView {
        version,
        saved: stored.map(|stored| {
            let name = names.get(&stored.saved_by).map_or("somebody", String::as_str);
            format!("Saved by {name}, {}", stored.saved_at.moment_words())
        }),
        field: Placed::new("management".to_owned(), field, shown.faults),
    }))
}

/// The versions of each criterion, the newest first.
fn history<'a>(
    definition: &'a RoundDefinition,
    versions: &'a [AgreedVersion],
    names: &'a HashMap<AccountId, String>,
) -> impl Fn(&str) -> Vec<VersionView> + 'a {
    move |code| {
        let own = versions.iter().rev().filter(|version| version.criterion == code);
        own.map(|version| VersionView {
            by: format!(
                "Version {}, by {}, {}",
                version.version,
                names.get(&version.saved_by).map_or("somebody", String::as_str),
                version.saved_at.moment_words()
            ),
            mark: version.agreement.mark.map_or_else(|| "None".to_owned(), |mark| mark_words(definition, mark)),
            reason: version.agreement.reason.clone(),
            strength: version.agreement.strength.clone(),
            improvement: version.agreement.improvement.clone(),
        })
        .collect()
    }
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
    if has_sheet(conn, application.id, account)? {
        return Ok(Some("You scored this application. Another officer must record what the panel agrees on it."));
    }
    let chairs = actions::last_discussion(conn, application.id)?.is_some_and(|item| item.chair == account);
    Ok(chairs.then_some("You chair this discussion. Another officer types what is agreed, and you confirm it."))
}

fn criterion(shown: &Shown<'_>, scores: CriterionScores, history: impl Fn(&str) -> Vec<VersionView>) -> CriterionView {
    let (definition, faults) = (shown.definition, shown.faults);
    let (code, title) = (scores.code.clone(), scores.title.clone());
    let stored = shown.moderation.and_then(|moderation| moderation.marks.get(&code));
    let typed = (shown.typed.criterion == code).then_some(shown.typed);
    let rule = rules::ReasonRule::of(&code, shown.submitted);
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
        reason: placed(
            "reason",
            Field::new("reason", "The panel's reason, for the record")
                .hint(rule.words(definition.marks()))
                .value(shown.reason),
        ),
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
        versions: history(&code),
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
