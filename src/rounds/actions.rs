//! What officers do with rounds.

mod copies;
mod deadline;
mod reshape;

pub use copies::{close_test, copy, try_out};
pub use deadline::{Extending, extend, unseal};
pub use reshape::{Edit, reshape};

use super::model::{Round, RoundDefinition, RoundStage};
use super::rules::readiness;
use super::store::{self, NewRound};
use crate::access::{self, Action};
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::ids::{RoundId, TEST_PREFIX};
use crate::base::text::clean_line;
use crate::base::time::At;
use crate::error::{Faults, Problem};

/// A round to be set up.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The fund's short code; a new one makes a new fund.
    pub fund_code: String,
    /// The fund's name.
    pub fund_name: String,
    /// The round's name.
    pub name: String,
    /// From then on bids are taken.
    pub opens_at: At,
    /// From then on none is taken.
    pub closes_at: At,
}

impl Setup {
    /// Every fault that shows without a look at what is stored, in page order.
    #[must_use]
    pub fn faults(&self) -> Faults {
        let code = clean_line(&self.fund_code).to_uppercase();
        let mut faults = Faults::default();
        if code.len() < 2 || code.len() > 6 || !code.chars().all(|c| c.is_ascii_uppercase()) {
            faults.add("fund_code", "Enter a short code of 2 to 6 letters, such as CSF");
        }
        if code == TEST_PREFIX {
            faults.add("fund_code", "TEST marks rounds that are only tried out. Choose another code");
        }
        if clean_line(&self.fund_name).is_empty() {
            faults.add("fund_name", "Enter the fund's name");
        }
        if clean_line(&self.name).is_empty() {
            faults.add("name", "Enter a name for the round");
        }
        if self.closes_at <= self.opens_at {
            faults.add("closes_date-day", "The round must close after it opens");
        }
        faults
    }
}

/// Sets up a round with a definition. Returns its reference.
///
/// # Errors
/// Every fault of the set-up.
pub fn set_up(tx: &mut WriteTx<'_>, setup: &Setup, definition: &RoundDefinition) -> Result<Change<String>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let code = clean_line(&setup.fund_code).to_uppercase();
    let (fund_name, name) = (clean_line(&setup.fund_name), clean_line(&setup.name));
    let mut faults = setup.faults();
    let known = store::find_fund(tx.conn(), &code)?;
    if let Some((_, name)) = known.as_ref().filter(|(_, name)| !fund_name.is_empty() && *name != fund_name) {
        faults.add("fund_code", format!("{code} is the code of the {name}. Enter that name, or another code"));
    }
    faults.check()?;
    let fund = match known {
        Some((fund, _)) => fund,
        None => store::insert_fund(tx, &code, &fund_name)?,
    };
    let reference = next_reference(tx, &code, setup.opens_at)?;
    let round = store::insert_round(
        tx,
        &NewRound {
            fund,
            reference: &reference,
            name: &name,
            opens_at: setup.opens_at,
            closes_at: setup.closes_at,
            test: false,
        },
    )?;
    store::insert_definition(tx, round, 1, definition, "Set up")?;
    let event = Event::new(EventKind::RoundAdded).round(round).with("reference", Fact::code(&reference));
    Ok(Change::new(reference, event))
}

/// The reference of a fund's next round: `CSF-2026-R2`.
fn next_reference(tx: &mut WriteTx<'_>, fund_code: &str, opens_at: At) -> Result<String, Problem> {
    let prefix = format!("{fund_code}-{}-R", opens_at.london_date().year());
    let number = store::count_references(tx.conn(), &prefix)? + 1;
    Ok(format!("{prefix}{number}"))
}

/// Refuses to touch the rules of a round that is published (P11).
fn require_draft(round: &Round) -> Result<(), Problem> {
    if round.stage == RoundStage::Draft {
        return Ok(());
    }
    Err(Problem::refused(
        "The rules of this round are frozen",
        "Criteria, weights, dates and questions freeze when a round is published.",
    ))
}

/// Changes a round that is being set up; a new version of its definition is kept with a reason.
///
/// # Errors
/// [`Problem::Refused`] when it is published; stale when somebody else changed it.
pub fn change(
    tx: &mut WriteTx<'_>,
    changed: &Round,
    version: i32,
    definition: &RoundDefinition,
    reason: &str,
) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let stored = store::get_round(tx.conn(), changed.id)?;
    require_draft(&stored)?;
    if stored.version != version {
        return Err(Problem::Stale {
            title: format!("The set-up of {}", stored.reference),
            texts: vec![("Name".to_owned(), stored.name, changed.name.clone())],
        });
    }
    if changed.closes_at <= changed.opens_at {
        let mut faults = Faults::default();
        faults.add("closes_date-day", "The round must close after it opens");
        return Err(Problem::Invalid(faults));
    }
    store::update_round(tx, changed, version)?;
    let kept = keep_version(tx, changed.id, definition, reason)?;
    let event = Event::new(EventKind::RoundChanged).round(changed.id).with("definition", kept);
    Ok(Change::new((), event))
}

/// Keeps a definition as the newest version, unless it is that already; returns the newest version's number.
fn keep_version(
    tx: &mut WriteTx<'_>,
    round: RoundId,
    definition: &RoundDefinition,
    reason: &str,
) -> Result<i32, Problem> {
    let (newest, old) = store::get_definition(tx.conn(), round)?;
    if *old == *definition {
        return Ok(newest);
    }
    let reason: String = clean_line(reason).chars().take(300).collect();
    store::insert_definition(tx, round, newest + 1, definition, &reason)?;
    Ok(newest + 1)
}

/// Publishes a round: its rules freeze (P11), and from its opening time it takes bids.
///
/// # Errors
/// [`Problem::Refused`] with everything that is missing.
pub fn publish(tx: &mut WriteTx<'_>, round: RoundId) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let round = store::get_round(tx.conn(), round)?;
    let (version, definition) = store::get_definition(tx.conn(), round.id)?;
    if round.stage != RoundStage::Draft {
        return Err(Problem::refused("This round is published already", "Its rules are frozen."));
    }
    let missing = readiness(&round, &definition, tx.now());
    if !missing.is_empty() {
        return Err(Problem::refused("This round is not ready", format!("{}.", missing.join(". "))));
    }
    store::set_stage(tx, round.id, RoundStage::Draft, RoundStage::Published)?;
    let document = serde_json::to_string(&definition).map_err(Problem::internal)?;
    let event = Event::new(EventKind::RoundPublished)
        .round(round.id)
        .with("definition", version)
        .with("sha256", Fact::code(&crate::files::sha256(document.as_bytes())))
        .with("opens_at", round.opens_at)
        .with("closes_at", round.closes_at);
    Ok(Change::new((), event))
}
