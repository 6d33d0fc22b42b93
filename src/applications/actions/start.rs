//! Starting an application.

use std::collections::BTreeMap;

use super::late::refuse_late_start;
use super::require_beginning;
use crate::access::{self, Action};
use crate::accounts::find_organisation;
use crate::applications::model::ApplicationStage;
use crate::applications::store::{self, NewApplication};
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::ids::{ApplicationId, OrganisationId, Reference, RoundId, TEST_PREFIX};
use crate::error::Problem;
use crate::rounds::{Round, RoundDefinition, get_definition, get_round};

/// An applicant's answers to the eligibility questions, by code.
pub type EligibilityAnswers = BTreeMap<String, String>;

/// How an attempt to start ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Beginning {
    /// Begun; the application's reference.
    Begun(String),
    /// The round had closed; the attempt is on record.
    TooLate(String),
}

/// Starts an application as [`start`] does; an attempt after the closing time is refused, and recorded.
///
/// # Errors
/// Those of [`start`].
pub fn begin(
    tx: &mut WriteTx<'_>,
    round: RoundId,
    organisation: OrganisationId,
    eligibility: &EligibilityAnswers,
    stream: Option<&str>,
) -> Result<Change<Beginning>, Problem> {
    access::require(tx.actor(), Action::BidFor(organisation))?;
    let late = refuse_late_start(tx, round)?;
    if let Some(text) = late.value().clone() {
        return Ok(late.map(|_| Beginning::TooLate(text)));
    }
    Ok(start(tx, round, organisation, eligibility, stream)?.map(Beginning::Begun))
}

/// Starts an application for an organisation, in one of the round's streams where it has any.
///
/// # Errors
/// [`Problem::Refused`] when the round is not open, an answer rules the bid out, or the organisation has its bids already.
pub fn start(
    tx: &mut WriteTx<'_>,
    round: RoundId,
    organisation: OrganisationId,
    eligibility: &EligibilityAnswers,
    stream: Option<&str>,
) -> Result<Change<String>, Problem> {
    access::require(tx.actor(), Action::BidFor(organisation))?;
    let round = get_round(tx.conn(), round)?;
    require_beginning(&round, tx)?;
    let (id, reference) = insert(tx, &round, organisation, eligibility, stream)?;
    let mut event = Event::new(EventKind::ApplicationStarted)
        .round(round.id)
        .application(id)
        .with("reference", Fact::code(reference.as_str()));
    if let Some(stream) = stream {
        event = event.with("stream", Fact::code(stream));
    }
    Ok(Change::new(reference.as_str().to_owned(), event))
}

/// How often a reference is drawn: with nine of ten taken, all of these are taken once in 10^11.
const REFERENCE_TRIES: usize = 250;

/// Inserts a draft, where the answers let it on and the organisation has not used up its bids.
pub(super) fn insert(
    tx: &mut WriteTx<'_>,
    round: &Round,
    organisation: OrganisationId,
    eligibility: &EligibilityAnswers,
    stream: Option<&str>,
) -> Result<(ApplicationId, Reference), Problem> {
    let (_, definition) = get_definition(tx.conn(), round.id)?;
    if !refusals(&definition, eligibility).is_empty() {
        return Err(Problem::refused(
            "This project cannot be funded in this round",
            "Check your answers to the eligibility questions.",
        ));
    }
    check_stream(&definition, stream)?;
    let standing = store::list_of_organisations(tx.conn(), &[organisation])?
        .into_iter()
        .filter(|other| other.round == round.id && other.stage != ApplicationStage::Withdrawn)
        .count();
    if i32::try_from(standing).unwrap_or(i32::MAX) >= definition.max_bids_per_organisation {
        return Err(Problem::refused(
            "This organisation has applied to this round already",
            format!(
                "Each organisation may make {} application in this round. You can continue or withdraw the one you have.",
                definition.max_bids_per_organisation
            ),
        ));
    }
    if find_organisation(tx.conn(), organisation)?.test != round.test {
        return Err(Problem::refused(
            "Test rounds and real rounds stay apart",
            "A test organisation can bid in a test round alone, and any other organisation in a real round alone.",
        ));
    }
    let real = format!("{}-{}", round.fund_code, round.opens_at.london_date().year());
    let prefix = if round.test { format!("{TEST_PREFIX}-{real}") } else { real };
    let reference = free_reference(tx, &prefix)?;
    let id = store::insert_application(
        tx,
        &NewApplication {
            round: round.id,
            organisation,
            reference: reference.as_str(),
            eligibility: &serde_json::to_string(eligibility).map_err(Problem::internal)?,
            stream,
        },
    )?;
    Ok((id, reference))
}

/// A reference that no bid has. Four characters are short enough to read out, so among a thousand bids of a year
/// two of the same are as likely as not; the ledger's one writer at a time keeps what is free so until it is used.
fn free_reference(tx: &mut WriteTx<'_>, prefix: &str) -> Result<Reference, Problem> {
    for _ in 0..REFERENCE_TRIES {
        let reference = Reference::make(prefix, tx.random())?;
        if !store::is_reference(tx.conn(), reference.as_str())? {
            return Ok(reference);
        }
    }
    Err(Problem::refused("No reference is free", "This fund has as many applications this year as it can number."))
}

/// A round with streams needs one of its own; a round without has none.
pub(super) fn check_stream(definition: &RoundDefinition, stream: Option<&str>) -> Result<(), Problem> {
    match stream {
        None if definition.streams.is_empty() => Ok(()),
        Some(code) if definition.stream(code).is_some() => Ok(()),
        _ => Err(Problem::refused("Choose what kind of grant you apply for", "This round has more than one kind.")),
    }
}

/// Why the answers rule a bid out, in plain words; empty when nothing does. An unanswered question rules it out too.
#[must_use]
pub fn refusals(definition: &RoundDefinition, answers: &EligibilityAnswers) -> Vec<String> {
    definition
        .eligibility
        .iter()
        .filter_map(|question| {
            let chosen = answers
                .get(&question.code)
                .and_then(|value| question.options.iter().find(|option| option.value == *value));
            match chosen {
                None => Some(format!("You have not answered: {}", question.text)),
                Some(option) => option.refusal.clone(),
            }
        })
        .collect()
}
