//! Makes the letters of a round in the background, one after the other. A letter that cannot be made is held for an
//! officer with the reason; every other letter is made.

use std::sync::Arc;

use super::data::{self, Bidder, RoundFacts};
use super::model::{Batch, BatchStage, Letter, LetterStage, suffix, template_of};
use super::rules::{differs_from_record, in_plain_words};
use super::store::{self, Drafted};
use crate::access::{self, Action};
use crate::app::{App, chain};
use crate::applications::{Application, is_conflicted_in, submitted_of_round};
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::actor::Actor;
use crate::base::ids::{RoundId, WordingId};
use crate::error::Problem;
use crate::press::{LetterData, LetterKind, Work};
use crate::rounds::{RoundStage, get_round};

/// A drafting that has begun.
#[derive(Debug)]
struct Job {
    round: RoundId,
    batch: i32,
    /// Held until the end, so that a round's letters are made once at a time.
    _work: Work,
}

/// Drafts the letters of a round in the background: those that are not there, those that are drafts or need an
/// officer, and those of an earlier day. Letters approved today and issued ones are kept.
///
/// # Errors
/// [`Problem::Refused`] when the round is not decided or its letters are being made.
pub fn start(app: Arc<App>, actor: &Actor, round: RoundId) -> Result<(), Problem> {
    let job = begin(&app, actor, round)?;
    let actor = actor.clone();
    std::thread::Builder::new()
        .name("letters".to_owned())
        .spawn(move || {
            if let Err(problem) = job.run(&app, &actor) {
                tracing::error!(cause = chain(&problem), "letters could not be drafted");
            }
        })
        .map_err(Problem::internal)?;
    Ok(())
}

/// The same, and waits for the end. For the demonstration and tests.
///
/// # Errors
/// Those of [`start`], and a fault of the service that stopped the batch.
pub fn draft_round(app: &App, actor: &Actor, round: RoundId) -> Result<Batch, Problem> {
    begin(app, actor, round)?.run(app, actor)?;
    app.db.read(|conn| store::newest_batch(conn, round)?.ok_or(Problem::NotFound))
}

fn begin(app: &App, actor: &Actor, round: RoundId) -> Result<Job, Problem> {
    access::require(actor, Action::RunRounds)?;
    let work = app.renderer.take(round).ok_or_else(|| {
        Problem::refused("The letters are being made", "Wait until all are made, then look at the list again.")
    })?;
    let batch = app.ledger.write(actor, |tx| request(tx, round))?;
    Ok(Job { round, batch, _work: work })
}

fn request(tx: &mut WriteTx<'_>, round: RoundId) -> Result<Change<i32>, Problem> {
    require_decided(tx, round)?;
    let applications = submitted_of_round(tx.conn(), round)?.len();
    let total = i32::try_from(applications.saturating_mul(2)).map_err(Problem::internal)?;
    let batch = store::insert_batch(tx, round, total)?;
    Ok(Change::new(batch, Event::new(EventKind::LettersRequested).round(round).with("letters", total)))
}

fn require_decided(tx: &mut WriteTx<'_>, round: RoundId) -> Result<(), Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    if let Some(account) = tx.actor().account()
        && is_conflicted_in(tx.conn(), account, round)?
    {
        return Err(Problem::NotFound);
    }
    match get_round(tx.conn(), round)?.stage {
        RoundStage::Decided => Ok(()),
        RoundStage::Issued => Err(Problem::refused("The letters are issued", "An issued letter does not change.")),
        _ => Err(Problem::refused("This round is not decided", "Letters tell of a signed decision.")),
    }
}

/// A letter as it came out.
struct Made {
    data: String,
    pdf_sha256: Option<String>,
    problem: Option<String>,
}

impl Made {
    fn held(data: String, problem: impl Into<String>) -> Self {
        Self { data, pdf_sha256: None, problem: Some(problem.into()) }
    }
}

impl Job {
    fn run(self, app: &App, actor: &Actor) -> Result<(), Problem> {
        let result = self.make_all(app, actor);
        let (stage, words) = match &result {
            Ok(()) => (BatchStage::Finished, None),
            Err(Problem::Refused { text, .. }) => (BatchStage::Failed, Some(text.as_str())),
            Err(_) => (BatchStage::Failed, Some("The service had a fault. What was made is kept; draft again.")),
        };
        app.db.operate(|tx| store::end_batch(tx.conn(), self.batch, stage, words, app.clock.now()))?;
        result
    }

    fn make_all(&self, app: &App, actor: &Actor) -> Result<(), Problem> {
        let now = app.clock.now();
        let (facts, letters) = app.db.snapshot(|conn| {
            let facts = RoundFacts::gather(conn, &app.settings, self.round, now)?;
            Ok::<_, Problem>((facts, store::letters_of_round(conn, self.round)?))
        })?;
        let (mut done, mut attention) = (0, 0);
        for application in &facts.applications {
            let bidder = app.db.snapshot(|conn| Ok::<_, Problem>(Bidder::gather(conn, &facts, application)))?;
            let bidder = bidder.map_err(|missing| missing.in_words(application));
            for kind in kinds(&facts, application) {
                if letters
                    .iter()
                    .any(|letter| is_slot(letter, application, kind) && is_kept(letter, &facts, application))
                {
                    done += 1;
                    continue;
                }
                let wording = facts.wording(kind).map(|wording| wording.id);
                let made = make(app, &facts, application, &bidder, kind);
                if made.problem.is_none() {
                    done += 1
                } else {
                    attention += 1
                }
                app.ledger.write(actor, |tx| save(tx, application, kind, wording, &made))?;
                app.db.operate(|tx| store::set_progress(tx.conn(), self.batch, done, attention))?;
            }
        }
        app.db.operate(|tx| store::set_progress(tx.conn(), self.batch, done, attention).map_err(Problem::from))
    }
}

/// The two letters of an application: outcome first.
fn kinds(facts: &RoundFacts, application: &Application) -> [LetterKind; 2] {
    let outcome = facts.outcome(application.id).map(|outcome| outcome.outcome);
    [outcome.map_or(LetterKind::Rejection, data::kind_for), LetterKind::Feedback]
}

/// Whether a letter is the application's letter of that sort: the one that tells the outcome, or the feedback.
fn is_slot(letter: &Letter, application: &Application, kind: LetterKind) -> bool {
    let same = letter.kind == kind || (letter.kind.tells_outcome() && kind.tells_outcome());
    letter.application == application.id && same
}

fn is_kept(letter: &Letter, facts: &RoundFacts, application: &Application) -> bool {
    let wording = facts.wording(letter.kind).map(|wording| wording.id);
    let agrees = || match (serde_json::from_str::<LetterData>(&letter.data), facts.record(application)) {
        (Ok(data), Some(record)) => differs_from_record(&data, &record).is_empty(),
        _ => false,
    };
    match letter.stage {
        LetterStage::Issued => true,
        LetterStage::Approved => {
            letter.drafted_at.london_date() == facts.date() && letter.is_made_from(wording) && agrees()
        }
        LetterStage::Draft | LetterStage::NeedsOfficer => false,
    }
}

fn make(
    app: &App,
    facts: &RoundFacts,
    application: &Application,
    bidder: &Result<Bidder, String>,
    kind: LetterKind,
) -> Made {
    let nothing = || "{}".to_owned();
    let built = bidder.as_ref().map_err(Clone::clone).and_then(|bidder| data::build(facts, bidder, kind));
    let data = match built {
        Ok(data) => data,
        Err(missing) => return Made::held(nothing(), missing),
    };
    match serde_json::to_string(&data) {
        Ok(json) => set(app, facts, application, &data, json),
        Err(fault) => Made::held(nothing(), fault.to_string()),
    }
}

/// Sets a letter, and keeps its PDF when nothing in it is unfinished.
fn set(app: &App, facts: &RoundFacts, application: &Application, data: &LetterData, json: String) -> Made {
    let rendered = match app.renderer.render(data) {
        Ok(rendered) => rendered,
        Err(fault) => return Made::held(json, fault.to_string()),
    };
    for warning in &rendered.warnings {
        tracing::warn!(template = data.kind().name(), warning = warning.to_string(), "a letter template has a flaw");
    }
    let mut findings = data::forbidden(facts, application, data);
    findings.extend(facts.record(application).map(|record| differs_from_record(data, &record)).unwrap_or_default());
    findings.extend(rendered.findings);
    if !findings.is_empty() {
        return Made::held(json, in_plain_words(&findings, data));
    }
    match app.files.put(&rendered.pdf) {
        Ok(sha256) => Made { data: json, pdf_sha256: Some(sha256), problem: None },
        Err(fault) => Made::held(json, format!("The PDF could not be kept: {fault}.")),
    }
}

fn save(
    tx: &mut WriteTx<'_>,
    application: &Application,
    kind: LetterKind,
    wording: Option<WordingId>,
    made: &Made,
) -> Result<Change<()>, Problem> {
    require_decided(tx, application.round)?;
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
