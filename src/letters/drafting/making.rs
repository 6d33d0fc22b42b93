//! One letter: its data, its PDF, and its row.

use std::io;

use super::require_open;
use crate::app::App;
use crate::applications::Application;
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::ids::WordingId;
use crate::error::Problem;
use crate::files::sha256;
use crate::letters::data::{self, Party, RoundFacts};
use crate::letters::model::{Letter, LetterStage, suffix, template, template_of};
use crate::letters::rules::{Record, differs_from_record, in_plain_words};
use crate::letters::store::{self, Drafted};
use crate::press::data::Replaced;
use crate::press::{LetterData, LetterKind};

/// A letter as it came out.
pub(in crate::letters) struct Made {
    pub data: String,
    pub pdf_sha256: Option<String>,
    pub problem: Option<String>,
}

impl Made {
    pub(in crate::letters) fn held(data: String, problem: impl Into<String>) -> Self {
        Self { data, pdf_sha256: None, problem: Some(problem.into()) }
    }
}

/// The letters of an application: the one that tells what became of it first.
pub(super) fn kinds(facts: &RoundFacts, application: &Application) -> Vec<LetterKind> {
    let owed = data::owed(application, facts.outcome(application.id));
    owed.into_iter().map(|kind| kind.unwrap_or(LetterKind::Rejection)).collect()
}

/// Whether a letter is the application's letter of that sort: the one that tells what became of it, or the feedback.
pub(super) fn is_slot(letter: &Letter, application: &Application, kind: LetterKind) -> bool {
    let same = letter.kind == kind || (letter.kind.tells_outcome() && kind.tells_outcome());
    letter.application == application.id && same
}

/// Whether a letter stays as it is: what is issued, and what is approved for this date, made from the documents in force, and agrees
/// with the record.
pub(super) fn is_kept(letter: &Letter, facts: &RoundFacts, application: &Application) -> bool {
    let wording = facts.wording(letter.kind).map(|wording| wording.id);
    let agrees = || match (serde_json::from_str::<LetterData>(&letter.data), facts.record(application)) {
        (Ok(data), Some(record)) => {
            differs_from_record(&data, &record).is_empty()
                && data::says_accepted(&data, facts.definition(), facts.accepted(application.id))
        }
        _ => false,
    };
    match letter.stage {
        LetterStage::Issued => true,
        LetterStage::Approved => letter.date() == Some(facts.date()) && letter.is_made_from(wording) && agrees(),
        LetterStage::Draft | LetterStage::NeedsOfficer => false,
    }
}

/// Makes a letter; in the `place` of another where it is a corrected one.
pub(in crate::letters) fn make(
    app: &App,
    facts: &RoundFacts,
    application: &Application,
    party: &Result<Party, String>,
    (kind, place): (LetterKind, Option<Place>),
) -> Made {
    let nothing = || "{}".to_owned();
    let built = party.as_ref().map_err(Clone::clone).and_then(|party| data::build(facts, party, kind));
    let built = built.map(|data| match place {
        None => data,
        Some(place) => place.put(data),
    });
    let data = match built {
        Ok(data) => data,
        Err(missing) => return Made::held(nothing(), missing),
    };
    make_of(app, facts, application, &data, facts.record(application))
}

/// Makes a letter of its data, which must agree with the record.
pub(in crate::letters) fn make_of(
    app: &App,
    facts: &RoundFacts,
    application: &Application,
    data: &LetterData,
    record: Option<Record<'_>>,
) -> Made {
    match serde_json::to_string(data) {
        Ok(json) => set(app, facts, application, (data, record), json),
        Err(fault) => Made::held("{}".to_owned(), fault.to_string()),
    }
}

/// Where a letter stands that is drafted by itself: under which reference, and in whose stead.
#[derive(Debug, Clone)]
pub(in crate::letters) struct Place {
    pub reference: String,
    pub replaces: Option<Replaced>,
}

impl Place {
    /// The letter in this place.
    pub(in crate::letters) fn put(self, mut data: LetterData) -> LetterData {
        let common = data.common_mut();
        common.letter_reference = self.reference;
        common.replaces = self.replaces;
        data
    }
}

/// Sets a letter, and keeps its PDF when nothing in it is unfinished.
fn set(
    app: &App,
    facts: &RoundFacts,
    application: &Application,
    (data, record): (&LetterData, Option<Record<'_>>),
    json: String,
) -> Made {
    let rendered = match app.renderer.render(data) {
        Ok(rendered) => rendered,
        Err(fault) => return Made::held(json, fault.to_string()),
    };
    for warning in &rendered.warnings {
        tracing::warn!(template = data.kind().name(), warning = warning.to_string(), "a letter template has a flaw");
    }
    let mut findings = data::forbidden(facts, application, data);
    findings.extend(record.map(|record| differs_from_record(data, &record)).unwrap_or_default());
    findings.extend(rendered.findings);
    if !findings.is_empty() {
        return Made::held(json, in_plain_words(&findings, data));
    }
    match keep_template(app, data.kind()).and_then(|()| app.files.put(&rendered.pdf)) {
        Ok(sha256) => Made { data: json, pdf_sha256: Some(sha256), problem: None },
        Err(fault) => Made::held(json, format!("The PDF could not be kept: {fault}.")),
    }
}

/// Keeps the template beside the letters that are made from it: the program carries only its newest.
fn keep_template(app: &App, kind: LetterKind) -> io::Result<()> {
    let source = template::source(kind);
    if app.files.read(&sha256(source.as_bytes()))?.is_none() {
        app.files.put(source.as_bytes())?;
    }
    Ok(())
}

/// Keeps a letter in its row.
pub(super) fn save(
    tx: &mut WriteTx<'_>,
    application: &Application,
    (kind, wording): (LetterKind, Option<WordingId>),
    made: &Made,
) -> Result<Change<()>, Problem> {
    require_open(tx, application.round)?;
    let reference = format!("{}-{}", application.reference, suffix(kind));
    let (template, template_sha256) = template_of(kind);
    let drafted = Drafted {
        application: application.id,
        kind,
        reference: &reference,
        stage: if made.problem.is_none() { LetterStage::Draft } else { LetterStage::NeedsOfficer },
        data: &made.data,
        template: &template,
        template_sha256: &template_sha256,
        wording,
        pdf_sha256: made.pdf_sha256.as_deref(),
        problem: made.problem.as_deref(),
    };
    let existing = store::letters_of_application(tx.conn(), application.id)?;
    match existing.iter().find(|letter| is_slot(letter, application, kind)) {
        Some(letter) => store::redraft_letter(tx, letter.id, &drafted)?,
        None => store::insert_letter(tx, &drafted)?,
    }
    let said = if made.problem.is_none() { EventKind::LetterDrafted } else { EventKind::LetterHeld };
    let mut event = Event::new(said)
        .round(application.round)
        .application(application.id)
        .with("letter", Fact::code(&reference))
        .with("template", Fact::code(&template));
    if let Some(sha256) = &made.pdf_sha256 {
        event = event.with("pdf", Fact::code(sha256));
    }
    Ok(Change::new((), event))
}
