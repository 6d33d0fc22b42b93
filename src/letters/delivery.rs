//! What became of the e-mails of a round, and what officers do about those that did not arrive.

use super::actions::{change, event};
use super::model::{Delivery, Letter};
use super::store::{self, mails};
use crate::access::{self, Action};
use crate::app::App;
use crate::applications::{get_application, hidden_from};
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::actor::Actor;
use crate::base::ids::LetterId;
use crate::column_enum;
use crate::db::Conn;
use crate::error::{Problem, required_reason};
use crate::mail::{self, outbox};
use crate::rounds::{Round, get_round, round_of_reference};

column_enum!(Remark, "What an officer did about a message.",
    /// Had it sent again.
    Again => "again",
    /// Reached the addressee another way.
    Reached => "reached",
);

impl Remark {
    /// As people read it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Again => "Sent again",
            Self::Reached => "Reached another way",
        }
    }
}

/// Writes what became of the e-mail that told of a letter; it told of all letters of the application.
pub(super) fn record(tx: &mut WriteTx<'_>, letter: LetterId, stage: mail::Stage) -> Result<Change<()>, Problem> {
    let letter = store::get_letter(tx.conn(), letter)?;
    let application = get_application(tx.conn(), letter.application)?;
    let round = get_round(tx.conn(), application.round)?;
    let letters = store::first_issued_of(tx.conn(), application.id)?;
    change(delivered(tx, &round, &letters, Delivery::from(stage))?)
}

fn delivered(
    tx: &mut WriteTx<'_>,
    round: &Round,
    letters: &[Letter],
    delivery: Delivery,
) -> Result<Vec<Event>, Problem> {
    let mut events = Vec::with_capacity(letters.len());
    for letter in letters {
        store::set_delivery(tx, letter.id, delivery)?;
        let delivery = Fact::code(delivery.word());
        events.push(event(EventKind::LetterDelivered, round, letter).with("delivery", delivery));
    }
    Ok(events)
}

/// Takes every outcome of the outbox that is on no letter's record yet over to the letters: also those of a sender that died
/// between the two. Returns how many.
///
/// # Errors
/// When the database refuses.
pub fn record_outcomes(app: &App) -> Result<usize, Problem> {
    let due = app.db.read(outbox::unrecorded)?;
    let mut recorded = 0;
    for (message, letter, stage) in due {
        let done = app.ledger.write(&Actor::System("mail"), |tx| {
            let now = tx.now();
            if !outbox::set_recorded(tx.conn(), message, stage, now)? {
                return Ok::<_, Problem>(Change::unchanged(false));
            }
            Ok(record(tx, letter, stage)?.map(|()| true))
        })?;
        recorded += usize::from(done);
    }
    Ok(recorded)
}

/// The round of an address and what of its mail a person may see.
///
/// # Errors
/// [`Problem::NotFound`] for who runs no rounds.
pub(super) fn seen(conn: &mut Conn, actor: &Actor, reference: &str) -> Result<(Round, mails::Seen), Problem> {
    access::require(actor, Action::RunRounds)?;
    let round = round_of_reference(conn, reference)?;
    let seen = mails::Seen {
        round: Some(round.id),
        sealed: round.sealed && round.unsealed_at.is_none(),
        hidden: hidden_from(conn, actor, round.id)?.into_iter().map(|id| Some(id.row())).collect(),
    };
    Ok((round, seen))
}

/// All mail that is about no round: to accounts, organisations and workshops. It names addresses, and no bid.
///
/// # Errors
/// [`Problem::NotFound`] for who keeps no accounts.
pub(super) fn seen_of_accounts(actor: &Actor) -> Result<mails::Seen, Problem> {
    access::require(actor, Action::KeepAccounts)?;
    Ok(mails::Seen { round: None, sealed: false, hidden: Vec::new() })
}

/// Has a message sent again, or records that its addressee was reached another way; with a reason.
///
/// # Errors
/// [`Problem::Invalid`] for a missing reason; [`Problem::Refused`] when the message stands otherwise by now;
/// [`Problem::NotFound`] when the person may not see it.
pub fn remark(
    tx: &mut WriteTx<'_>,
    reference: &str,
    message: i32,
    what: Remark,
    reason: &str,
) -> Result<Change<()>, Problem> {
    let actor = tx.actor().clone();
    let (round, seen) = seen(tx.conn(), &actor, reference)?;
    let mail = mails::mail_of(tx.conn(), &seen, message)?;
    let reason = required_reason("reason", reason, 1_000, "Say why, in a sentence")?;
    if !matches!(mail.stage, mail::Stage::Failed | mail::Stage::Uncertain) {
        return Err(Problem::refused(
            "This message needs nothing now",
            "It waits to be sent, or was sent, since you opened the page.",
        ));
    }
    mails::insert_remark(tx, message, what, &reason)?;
    let (kind, now) = match what {
        Remark::Again => (EventKind::MailSentAgain, tx.now()),
        Remark::Reached => (EventKind::MailReached, tx.now()),
    };
    let mut told = Event::new(kind).round(round.id).with("message", message).with("kind", Fact::code(&mail.kind));
    if let Some(application) = mail.application {
        told = told.application(application);
    }
    let mut done = Change::new((), told);
    if what == Remark::Again {
        if !outbox::requeue(tx.conn(), message, mail.stage, now)? {
            return Err(Problem::refused("This message moved on", "Open the page again to see where it stands."));
        }
        if let Some(letter) = mail.letter {
            let letter = store::get_letter(tx.conn(), letter)?;
            let letters = store::first_issued_of(tx.conn(), letter.application)?;
            for event in delivered(tx, &round, &letters, Delivery::Queued)? {
                done = done.and(event);
            }
        }
    }
    Ok(done)
}
