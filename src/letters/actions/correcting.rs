//! An issued letter that was wrong is replaced by a corrected one: one officer drafts it with a reason, another person approves
//! it, and with that it is issued and the applicant told. The letter that it replaces stays readable, and says so.

use super::telling::{Telling, settle, tell};
use super::{controlled, drafted, event, may_approve, read, require_kept, require_unconflicted};
use crate::access::{self, Action};
use crate::app::App;
use crate::applications::{Application, get_application, is_conflicted_in};
use crate::audit::{Change, EventKind, Fact, WriteTx};
use crate::base::actor::Actor;
use crate::base::ids::CorrectionId;
use crate::error::{Problem, required_reason};
use crate::letters::data::RoundFacts;
use crate::letters::drafting::making::{Place, make};
use crate::letters::drafting::party_of;
use crate::letters::model::{Correction, CorrectionStage, Letter, LetterStage, template_of};
use crate::letters::store::{self, NewCorrection};
use crate::mail::outbox::About;
use crate::rounds::{Round, RoundStage, get_round};

/// The longest reason.
const MOST_CHARACTERS: usize = 1_000;

/// Drafts a corrected letter in place of one that was issued, from what the service knows today, dated today. Done again while it
/// is open, it is drafted again in its own row.
///
/// # Errors
/// [`Problem::Invalid`] without a reason; [`Problem::Refused`] when the letter is not issued or the round is not over.
pub fn draft_correction(app: &App, actor: &Actor, letter: &Letter, reason: &str) -> Result<LetterStage, Problem> {
    access::require(actor, Action::RunRounds)?;
    let reason =
        required_reason("reason", reason, MOST_CHARACTERS, "Say what was wrong with the letter and what is corrected")?;
    let now = app.clock.now();
    let (round, application, earlier) = app.db.read(|conn| {
        let application = get_application(conn, letter.application)?;
        let round = get_round(conn, application.round)?;
        if let Some(account) = actor.account()
            && is_conflicted_in(conn, account, round.id)?
        {
            return Err(Problem::NotFound);
        }
        let earlier = store::corrections_of(conn, letter.id)?;
        Ok::<_, Problem>((round, application, earlier))
    })?;
    if round.stage != RoundStage::Issued {
        return Err(Problem::refused("This letter is not issued", "Until it is issued, draft it again instead."));
    }
    let facts = app.db.read(|conn| RoundFacts::gather(conn, &app.settings, round.id, now))?;
    let party = party_of(app, &facts, &application)?;
    let original = app.db.read(|conn| store::get_letter(conn, letter.id))?;
    let open = earlier.iter().find(|one| one.stage.is_open());
    let number = open.map_or_else(|| next_number(&earlier), |open| open.letter.number);
    let reference = format!("{}-{number}", original.reference);
    let counts = store::line_of(original, &earlier).pop();
    let place = Place { reference: reference.clone(), replaces: counts.and_then(|counts| counts.letter.as_replaced()) };
    let made = make(app, &facts, &application, &party, (letter.kind, Some(place)));
    let (template, template_sha256) = template_of(letter.kind);
    let new = NewCorrection {
        letter: letter.id,
        number,
        reference: &reference,
        reason: &reason,
        data: &made.data,
        template: &template,
        template_sha256: &template_sha256,
        wording: facts.wording(letter.kind).map(|wording| wording.id),
        pdf_sha256: made.pdf_sha256.as_deref(),
        problem: made.problem.as_deref(),
    };
    let open = open.map(|open| open.id);
    app.ledger.write(actor, |tx| keep(tx, &round, &application, open, &new))?;
    Ok(if made.problem.is_none() { LetterStage::Draft } else { LetterStage::NeedsOfficer })
}

/// The first letter has number 1. A number that was given up is not used again.
fn next_number(earlier: &[Correction]) -> i32 {
    earlier.iter().map(|one| one.letter.number).max().unwrap_or(1).saturating_add(1)
}

fn keep(
    tx: &mut WriteTx<'_>,
    round: &Round,
    application: &Application,
    open: Option<CorrectionId>,
    new: &NewCorrection<'_>,
) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    require_unconflicted(tx, round.id)?;
    let earlier = store::corrections_of(tx.conn(), new.letter)?;
    if earlier.iter().find(|one| one.stage.is_open()).map(|one| one.id) != open {
        return Err(Problem::refused(
            "Somebody else works on this letter",
            "Another correction of it was drafted or ended a moment ago. Open the page again.",
        ));
    }
    match open {
        Some(id) => store::redraft_correction(tx, id, new)?,
        None => store::insert_correction(tx, new)?,
    }
    let kind = if new.problem.is_none() { EventKind::CorrectionDrafted } else { EventKind::CorrectionHeld };
    Ok(Change::new((), drafted(kind, (round, application), (new.reference, new.template, new.pdf_sha256))))
}

/// The open correction of a reference, with its application and round, for somebody who may know of it.
fn open_correction(tx: &mut WriteTx<'_>, reference: &str) -> Result<(Correction, Application, Round), Problem> {
    let correction = store::correction_of_reference(tx.conn(), reference)?;
    let application = get_application(tx.conn(), correction.letter.application)?;
    let round = get_round(tx.conn(), application.round)?;
    require_unconflicted(tx, round.id)?;
    if !correction.stage.is_open() {
        return Err(Problem::refused("This letter is issued already", "An issued letter does not change."));
    }
    Ok((correction, application, round))
}

/// Gives a corrected letter up before it is issued.
///
/// # Errors
/// [`Problem::Refused`] when it is issued.
pub fn withdraw_correction(tx: &mut WriteTx<'_>, reference: &str) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let (correction, _, round) = open_correction(tx, reference)?;
    store::withdraw_correction(tx, correction.id)?;
    Ok(Change::new((), event(EventKind::CorrectionWithdrawn, &round, &correction.letter)))
}

/// Approves a corrected letter and with that issues it. Whoever drafted it cannot. `seen` is the hash of the PDF that the person
/// was shown.
///
/// # Errors
/// [`Problem::Refused`] with what stands in the way, also when the letter was drafted again meanwhile.
pub fn issue_correction(tx: &mut WriteTx<'_>, app: &App, reference: &str, seen: &str) -> Result<Change<()>, Problem> {
    if !may_approve(tx.actor()) {
        return Err(Problem::NotFound);
    }
    let (correction, application, round) = open_correction(tx, reference)?;
    let (letter, title) = (&correction.letter, "This letter cannot be approved");
    if Some(letter.drafted_by) == tx.actor().account() {
        return Err(Problem::refused(title, "You drafted it. Another officer, or the decision maker, must approve."));
    }
    if letter.stage != LetterStage::Draft {
        return Err(Problem::refused(title, "It has something in it that an officer must put right first."));
    }
    if letter.pdf_sha256.as_deref() != Some(seen) {
        return Err(Problem::refused(title, "It was drafted again since you looked at it. Open the page again."));
    }
    if letter.date() != Some(tx.now().london_date()) {
        return Err(Problem::refused(
            title,
            "It bears an earlier date, and the time to accept or to ask for a review counts from it. Draft it again.",
        ));
    }
    let now = tx.now();
    controlled::require_current(tx.conn(), &round, std::slice::from_ref(letter), now, title)?;
    read::require_accepted(tx.conn(), &round, std::slice::from_ref(letter), title)?;
    require_kept(app, letter)?;
    let telling = Telling {
        kind: "letter_replaced",
        template: "mail/letter_replaced",
        subject: "A corrected letter about your application",
        about: About::application(round.id, application.id),
    };
    let (delivery, message_id) = tell(tx, app, (&round, &application), &telling)?;
    store::issue_correction(tx, correction.id, delivery, message_id.as_deref())?;
    let replaced = store::corrections_of(tx.conn(), letter.id)?
        .into_iter()
        .filter(|one| one.stage == CorrectionStage::Issued && one.id != correction.id)
        .map(|one| one.letter.reference)
        .next_back();
    let replaced = match replaced {
        Some(reference) => reference,
        None => store::get_letter(tx.conn(), letter.id)?.reference,
    };
    let sha256 = Fact::code(letter.pdf_sha256.as_deref().unwrap_or_default());
    let event = event(EventKind::LetterReplaced, &round, letter).with("replaces", Fact::code(&replaced));
    Ok(Change::new((), event.with("pdf", sha256)))
}

/// Records what became of the e-mails about corrected letters. Says how many were recorded.
///
/// # Errors
/// When the database refuses.
pub fn settle_corrections(app: &App) -> Result<usize, Problem> {
    let under_way = app.db.read(store::corrections_under_way)?;
    settle(
        app,
        &under_way,
        |one| (&one.letter, one.message_id.as_deref()),
        |tx, one, delivery| store::set_correction_delivery(tx, one.id, delivery),
    )
}
