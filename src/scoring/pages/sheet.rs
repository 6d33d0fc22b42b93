//! A member's score sheet beside the bid: the page. What is sent from it is in `saving`.

mod saving;

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::web;
use serde::Serialize;

use super::answers::{BidSection, FileLink, bid_sections};
use super::panel::{Place, place_of};
use crate::access::{self, Action, may};
use crate::applications::submissions::changes;
use crate::applications::versions::Bases;
use crate::applications::{Application, application_of_reference, bid_of, submissions_of};
use crate::base::actor::Actor;
use crate::base::ids::AssignmentId;
use crate::base::time::At;
use crate::db::Conn;
use crate::error::{Faults, Problem};
use crate::rounds::{Criterion, Round, RoundDefinition, RoundStage, get_definition, get_round};
use crate::scoring::actions::{self, NOTE};
use crate::scoring::model::{Line, Lines, Part, PrivateNote, ScoreSheet, SheetOpening, SheetStage};
use crate::scoring::{rules, store};
use crate::web::{Answer, Crumb, Ctx, Field, Page, PageFaults, pending};

pub(super) use saving::{autosave, read_changes, save};

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
    note: Field,
    note_elsewhere: Option<String>,
    place: Place,
    /// The version of the sheet that each part was made from.
    versions: String,
    /// The token of this opened page.
    page: String,
    /// The submission of the bid that is shown.
    submission: i32,
    /// Said where what is typed here is not saved yet.
    unsaved: Option<String>,
    /// Whether something here is not saved.
    waits: bool,
    /// It can be thrown away, for it was kept while nobody was signed in.
    discard: bool,
    changes: Option<ChangesView>,
    /// Why the office opened the sheet again.
    opened: Option<String>,
    /// Why the sheet cannot be changed; none while it can.
    locked: Option<String>,
    panel_scores: bool,
    has_history: bool,
    /// Whether it is submitted, so that earlier advice can no longer weigh on it.
    is_in: bool,
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
    texts: Vec<TextView>,
    mark_elsewhere: Option<String>,
    mark_words: String,
}

/// A text of a criterion: to be typed, or as it was submitted.
#[derive(Serialize)]
struct TextView {
    field: Field,
    rows: i32,
    /// What another window saved in its place.
    elsewhere: Option<String>,
}

/// What the bid says otherwise since its member began.
#[derive(Serialize)]
struct ChangesView {
    action: String,
    submission: i32,
    when: String,
    rows: Vec<ChangeRow>,
    error: Option<String>,
}

#[derive(Serialize)]
struct ChangeRow {
    href: String,
    question: String,
    before: String,
    after: String,
}

/// What a sheet's page is made of.
pub(super) struct Loaded {
    application: Application,
    round: Round,
    definition: Arc<RoundDefinition>,
    sheet: Option<ScoreSheet>,
    lines: Lines,
    note: PrivateNote,
    openings: Vec<SheetOpening>,
    sections: Vec<BidSection>,
    submission: i32,
    changes: Option<ChangesView>,
    place: Place,
    panel_scores: bool,
    /// What its member sent while nobody was signed in.
    pending: Option<String>,
    token: String,
}

/// Either the sheet, or where the member must go first.
pub(super) enum Found {
    Sheet(Box<Loaded>),
    Declare(String),
}

/// How a page is shown that is not simply what is stored.
#[derive(Default)]
pub(super) struct Shown {
    typed: Option<(Lines, String)>,
    faults: Faults,
    /// The versions that the page was made from, and its token, where they are not those of today.
    bases: Option<Bases>,
    page: String,
    conflicts: Vec<String>,
    theirs: Vec<String>,
    unsaved: Option<String>,
}

pub(super) fn load(
    conn: &mut Conn,
    actor: &Actor,
    reference: &str,
    (token, now): (String, At),
) -> Result<Found, Problem> {
    let application = application_of_reference(conn, reference)?;
    let bid = bid_of(conn, &application, actor)?;
    if may(actor, Action::DeclareOn(&bid)) && !may(actor, Action::Score(&bid)) {
        return Ok(Found::Declare(format!("/panel/applications/{}/conflict", application.reference)));
    }
    actions::require_here(&application, &bid, actor)?;
    access::require(actor, Action::Score(&bid))?;
    let round = get_round(conn, application.round)?;
    let (_, definition) = get_definition(conn, round.id)?;
    let account = actor.account().ok_or(Problem::SignIn)?;
    let own = store::find_assignment(conn, application.id, account)?;
    let own = own.ok_or(Problem::NotFound)?.id;
    let sheet = store::sheet_of(conn, own)?;
    let (lines, openings) = match &sheet {
        Some(sheet) => (store::stored_lines(conn, sheet.id)?, store::openings_of(conn, sheet.id)?),
        None => (BTreeMap::new(), Vec::new()),
    };
    let sections = judged(bid_sections(conn, &application, &definition)?, &definition);
    let (submission, changes) = changed(conn, &application, &definition, own)?;
    Ok(Found::Sheet(Box::new(Loaded {
        lines: lines.into_iter().map(|(code, (line, _))| (code, line)).collect(),
        note: store::note_of(conn, own)?,
        place: place_of(conn, actor, &round, &application)?,
        panel_scores: may(actor, Action::ReadAssessment(&bid)),
        pending: pending::find(conn, account, &address_of(&application), now)?,
        application,
        round,
        definition,
        sheet,
        openings,
        sections,
        submission,
        changes,
        token,
    })))
}

/// The answers with the way back to the criteria that judge them.
fn judged(mut sections: Vec<BidSection>, definition: &RoundDefinition) -> Vec<BidSection> {
    for answer in sections.iter_mut().flat_map(|section| &mut section.answers) {
        let question = definition.questions().find(|question| format!("answer-{}", question.code) == answer.id);
        let criterion = question.and_then(|question| definition.criterion(question.criterion.as_deref()?));
        answer.judged_by = criterion
            .map(|one| FileLink { href: format!("#criterion-{}", one.code), text: one.title.clone() })
            .into_iter()
            .collect();
    }
    sections
}

/// The newest submission, and what it says otherwise than the one that the member began on.
fn changed(
    conn: &mut Conn,
    application: &Application,
    definition: &RoundDefinition,
    own: AssignmentId,
) -> Result<(i32, Option<ChangesView>), Problem> {
    let submissions = submissions_of(conn, application.id)?;
    let latest = submissions.last().map_or(0, |newest| newest.number);
    let read = store::reading_of(conn, own)?.and_then(|read| submissions.iter().find(|one| one.number == read));
    let (Some(read), Some(newest)) = (read, submissions.last()) else { return Ok((latest, None)) };
    if read.number == newest.number {
        return Ok((latest, None));
    }
    let rows = changes(definition, &read.content, &newest.content).map_err(Problem::internal)?;
    let or_nothing = |text: String| if text.is_empty() { "Nothing".to_owned() } else { text };
    let view = ChangesView {
        action: format!("/panel/applications/{}/sheet/changes", application.reference),
        submission: newest.number,
        when: newest.at.moment_words(),
        rows: rows
            .into_iter()
            .map(|row| ChangeRow {
                href: format!("#answer-{}", row.code),
                question: row.question,
                before: or_nothing(row.before),
                after: or_nothing(row.after),
            })
            .collect(),
        error: None,
    };
    Ok((latest, Some(view)))
}

fn address_of(application: &Application) -> String {
    format!("/panel/applications/{}/sheet", application.reference)
}

impl Loaded {
    /// The page's address, under which the browser keeps its copy.
    fn address(&self) -> String {
        address_of(&self.application)
    }

    fn version(&self) -> i32 {
        self.sheet.as_ref().map_or(0, |sheet| sheet.version)
    }

    /// Why the sheet cannot be changed, if so.
    fn locked(&self) -> Option<String> {
        let submitted = self.sheet.as_ref().filter(|sheet| sheet.stage == SheetStage::Submitted);
        match (submitted.and_then(|sheet| sheet.submitted_at), self.round.stage) {
            (Some(at), _) => Some(format!("You submitted this score sheet on {at}. It is locked, and counts.")),
            (None, RoundStage::Scoring) => None,
            (None, _) => Some("Scoring is over. This score sheet was not submitted, and does not count.".to_owned()),
        }
    }

    fn opened(&self) -> Option<String> {
        let draft = self.sheet.as_ref().is_some_and(|sheet| sheet.stage == SheetStage::Draft);
        let last = self.openings.last().filter(|_| draft)?;
        Some(format!("The office opened this score sheet again on {}. Its reason: {}", last.at, last.reason))
    }

    /// The version of the sheet that each part on the page was made from.
    fn versions(&self, shown: &Shown) -> Bases {
        let mut versions = Bases::default();
        let mut set = |field: &str, stored: i32| {
            let base = shown.bases.as_ref().filter(|bases| bases.has(field)).map_or(stored, |bases| bases.of(field));
            versions.set(field, base);
        };
        for criterion in &self.definition.criteria {
            for part in Part::ALL {
                set(&part.field(&criterion.code), self.version());
            }
        }
        set(NOTE, self.note.version);
        versions
    }

    fn view(mut self, shown: &Shown) -> SheetView {
        let locked = self.locked();
        let sections = std::mem::take(&mut self.sections);
        let criteria = self.definition.criteria.iter().map(|one| self.criterion(one, &sections, shown)).collect();
        let note = match &shown.typed {
            Some((_, typed)) if !shown.theirs.iter().any(|field| field == NOTE) => typed.clone(),
            _ => self.note.text.clone(),
        };
        let mut changes = self.changes.take();
        if let Some(changes) = &mut changes {
            changes.error = shown.faults.of("changes").map(ToOwned::to_owned);
        }
        SheetView {
            title: if locked.is_some() { "Your score sheet".to_owned() } else { "Score this bid".to_owned() },
            breadcrumbs: vec![Crumb::to("Your bids", "/panel"), Crumb::here(self.application.reference.clone())],
            errors: (&shown.faults).into(),
            criteria,
            note: Field::new(NOTE, "Your private notes")
                .hint("Nobody else sees them, now or later. They are in no letter, record or export.")
                .value(note)
                .faults(&shown.faults),
            note_elsewhere: self.elsewhere(NOTE, &self.note.text, shown),
            versions: self.versions(shown).text(),
            page: if shown.page.is_empty() { self.token.clone() } else { shown.page.clone() },
            submission: self.submission,
            unsaved: shown.unsaved.clone(),
            discard: shown.unsaved.is_some() && self.pending.is_some(),
            waits: shown.unsaved.is_some() || shown.bases.is_some() || !shown.conflicts.is_empty(),
            changes,
            opened: self.opened(),
            panel_scores: self.panel_scores,
            has_history: self.sheet.is_some(),
            is_in: self.sheet.as_ref().is_some_and(|sheet| sheet.stage == SheetStage::Submitted),
            ask: self.application.ask.map_or_else(|| "Not answered".to_owned(), |ask| ask.to_string()),
            place: self.place,
            sections,
            locked,
            reference: self.application.reference,
            project: self.application.title,
            organisation: self.application.organisation_name,
        }
    }

    /// What another window saved where this one has another text.
    fn elsewhere(&self, field: &str, stored: &str, shown: &Shown) -> Option<String> {
        let said = if stored.is_empty() { "Nothing" } else { stored };
        shown.conflicts.iter().any(|one| one == field).then(|| said.to_owned())
    }

    fn criterion(&self, criterion: &Criterion, sections: &[BidSection], shown: &Shown) -> CriterionView {
        let code = &criterion.code;
        let absent = Line::default();
        let stored = self.lines.get(code).unwrap_or(&absent);
        let mut line = stored.clone();
        if let Some((typed, _)) = &shown.typed {
            let typed = typed.get(code).unwrap_or(&absent);
            for part in Part::ALL.into_iter().filter(|part| !shown.theirs.contains(&part.field(code))) {
                line.take(part, typed);
            }
        }
        let words = |mark: Option<i32>| {
            mark.map_or_else(|| "No score".to_owned(), |mark| rules::mark_words(&self.definition, mark))
        };
        let text = |part: Part, label: String, hint: &str, rows: i32| TextView {
            field: Field::new(part.field(code), label).hint(hint).value(line.text(part)).faults(&shown.faults),
            rows,
            elsewhere: self.elsewhere(&part.field(code), &stored.text(part), shown),
        };
        let least = self.definition.reason_least();
        let title = &criterion.title;
        CriterionView {
            code: code.clone(),
            title: title.clone(),
            prompt: criterion.prompt.clone(),
            weight: criterion.weight.to_string(),
            informed_by: informed_by(&self.definition, code, sections),
            mark: Field::new(Part::Mark.field(code), format!("Your score for {title}"))
                .items(super::mark_items(&self.definition))
                .value(line.text(Part::Mark))
                .faults(&shown.faults),
            mark_elsewhere: self.elsewhere(&Part::Mark.field(code), &words(stored.mark), shown),
            mark_words: words(line.mark),
            texts: vec![
                text(
                    Part::Reason,
                    format!("Your reason for {title}"),
                    &format!("What in the bid led you to this score? At least {least} characters."),
                    4,
                ),
                text(Part::Strength, format!("Strength to tell the applicant: {title}"), ADVICE_HINT, 2),
                text(Part::Improvement, format!("Improvement to tell the applicant: {title}"), ADVICE_HINT, 2),
            ],
        }
    }
}

const ADVICE_HINT: &str = "Optional. One sentence that the panel may pass on.";

/// Links to the answers that a criterion judges. What this bid was not asked has no place to lead to.
fn informed_by(definition: &RoundDefinition, code: &str, sections: &[BidSection]) -> Vec<FileLink> {
    definition
        .questions_informing(code)
        .map(|question| FileLink { href: format!("#answer-{}", question.code), text: question.text.clone() })
        .filter(|link| {
            let is_there = |id: &str| link.href.strip_prefix('#') == Some(id);
            sections.iter().flat_map(|section| &section.answers).any(|answer| is_there(&answer.id))
        })
        .collect()
}

pub(super) async fn show(ctx: Ctx, reference: web::Path<String>) -> Answer {
    match saving::found(&ctx, reference.into_inner()).await? {
        Found::Sheet(loaded) => {
            let shown = saving::kept(&loaded)?.unwrap_or_default();
            ctx.page(&loaded.view(&shown))
        }
        Found::Declare(to) => Ok(ctx.redirect(&to)),
    }
}
