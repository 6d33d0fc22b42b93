//! Extending a round for everybody, and unsealing its bids.

use crate::access::{self, Action};
use crate::audit::{Change, Event, EventKind, WriteTx};
use crate::base::ids::RoundId;
use crate::base::text::clean_line;
use crate::base::time::At;
use crate::error::{Faults, Problem};
use crate::mail::{self, NewMail};
use crate::rounds::deadline::Extension;
use crate::rounds::model::{Round, RoundStage};
use crate::rounds::store::{self, Bidder};

/// Longest reason of an extension, in characters.
const REASON_MOST: usize = 1_000;

/// An extension that an officer asks for.
#[derive(Debug, Clone)]
pub struct Extending {
    /// The new closing time.
    pub to: At,
    /// Why; everybody can read it.
    pub reason: String,
    /// Version of the round that the officer saw.
    pub version: i32,
}

/// Moves the closing time of a round to a later one, for everybody, before or after it closed but before scoring starts.
/// `notices` writes to each person who has a draft or a bid.
///
/// # Errors
/// Every fault of the form; [`Problem::Refused`] once scoring has started or the bids are unsealed; [`Problem::Stale`] when the
/// round was changed meanwhile.
pub fn extend(
    tx: &mut WriteTx<'_>,
    round: RoundId,
    wanted: &Extending,
    notices: impl FnOnce(&Round, &Extension, &[Bidder]) -> Result<Vec<NewMail>, Problem>,
) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let round = store::get_round(tx.conn(), round)?;
    require_extendable(&round)?;
    if round.version != wanted.version {
        return Err(Problem::Stale {
            title: format!("The closing time of {}", round.reference),
            texts: vec![("Closes".to_owned(), round.closes_at.moment_words(), wanted.to.moment_words())],
        });
    }
    let reason = clean_line(&wanted.reason);
    faults(&round, wanted.to, &reason, tx.now()).check()?;
    let extension = Extension { from: round.closes_at, to: wanted.to, reason, at: tx.now(), by: tx.account()? };
    store::insert_extension(tx, round.id, &extension)?;
    store::set_closes_at(tx, &round, wanted.to)?;
    store::rearm_closed_notice(tx.conn(), round.id)?;
    let bidders = store::bidders_of(tx.conn(), round.id)?;
    let extended = store::get_round(tx.conn(), round.id)?;
    let (random, now) = (tx.random().clone(), tx.now());
    for message in notices(&extended, &extension, &bidders)? {
        mail::queue(tx.conn(), &message, &random, now)?;
    }
    let event = Event::new(EventKind::RoundExtended)
        .round(round.id)
        .with("from", extension.from)
        .with("to", extension.to)
        .with("told", bidders.len());
    Ok(Change::new((), event))
}

fn require_extendable(round: &Round) -> Result<(), Problem> {
    match round.stage {
        RoundStage::Draft => Err(Problem::refused(
            "This round is being set up",
            "Change its closing time on the set-up page. It needs no extension before it is published.",
        )),
        RoundStage::Published if round.unsealed_at.is_some() => Err(Problem::refused(
            "This round can no longer be extended",
            "Its bids are unsealed, and officers may have read them. Nobody may bid after that.",
        )),
        RoundStage::Published => Ok(()),
        _ => Err(Problem::refused(
            "This round can no longer be extended",
            "Scoring has started, and the list of applications is frozen.",
        )),
    }
}

fn faults(round: &Round, to: At, reason: &str, now: At) -> Faults {
    let mut faults = Faults::default();
    if to <= round.closes_at {
        let text = format!("Choose a later time: the round closes on {} as it is", round.closes_at.moment_words());
        faults.add("closes_date-day", text);
    } else if to <= now {
        faults.add("closes_date-day", "Choose a time that is still to come");
    }
    if reason.is_empty() {
        faults.add("reason", "Say why the closing time is moved. Everybody can read it");
    } else if reason.chars().count() > REASON_MOST {
        faults.add("reason", format!("The reason must be {REASON_MOST} characters or fewer"));
    }
    faults
}

/// Unseals the bids of a sealed round that has closed: from then on officers can read them, and the round cannot be extended.
///
/// # Errors
/// [`Problem::Refused`] when it is not sealed, or bids may still come.
pub fn unseal(tx: &mut WriteTx<'_>, round: RoundId) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let round = store::get_round(tx.conn(), round)?;
    if !round.is_sealed() {
        return Err(Problem::refused("There is nothing to unseal", "The bids of this round can be read."));
    }
    if round.stage != RoundStage::Published || tx.now() < round.settled_at() {
        return Err(Problem::refused(
            "The bids cannot be unsealed yet",
            format!("You can unseal them one minute after the last moment to submit, {}.", round.last_moment()),
        ));
    }
    store::set_unsealed(tx, round.id)?;
    let submitted = store::count_submitted(tx.conn(), round.id)?;
    let event = Event::new(EventKind::RoundUnsealed).round(round.id).with("applications", submitted);
    Ok(Change::new((), event))
}
