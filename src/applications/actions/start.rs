//! Starting an application.

use std::collections::BTreeMap;

use super::require_open;
use crate::access::{self, Action};
use crate::applications::model::ApplicationStage;
use crate::applications::store::{self, NewApplication};
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::ids::{ApplicationId, OrganisationId, Reference, RoundId};
use crate::error::Problem;
use crate::rounds::{Round, RoundDefinition, get_definition, get_round};

/// An applicant's answers to the eligibility questions, by code.
pub type EligibilityAnswers = BTreeMap<String, String>;

/// Starts an application for an organisation.
///
/// # Errors
/// [`Problem::Refused`] when the round is not open, an answer rules the bid out, or the organisation has its bids already.
pub fn start(
    tx: &mut WriteTx<'_>,
    round: RoundId,
    organisation: OrganisationId,
    eligibility: &EligibilityAnswers,
) -> Result<Change<String>, Problem> {
    access::require(tx.actor(), Action::BidFor(organisation))?;
    let round = get_round(tx.conn(), round)?;
    require_open(&round, tx)?;
    let (id, reference) = insert(tx, &round, organisation, eligibility)?;
    let event = Event::new(EventKind::ApplicationStarted)
        .round(round.id)
        .application(id)
        .with("reference", Fact::code(reference.as_str()));
    Ok(Change::new(reference.as_str().to_owned(), event))
}

/// Inserts a draft, where the answers let it on and the organisation has not used up its bids.
pub(super) fn insert(
    tx: &mut WriteTx<'_>,
    round: &Round,
    organisation: OrganisationId,
    eligibility: &EligibilityAnswers,
) -> Result<(ApplicationId, Reference), Problem> {
    let (_, definition) = get_definition(tx.conn(), round.id)?;
    if !refusals(&definition, eligibility).is_empty() {
        return Err(Problem::refused(
            "This project cannot be funded in this round",
            "Check your answers to the eligibility questions.",
        ));
    }
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
    let prefix = format!("{}-{}", round.fund_code, round.opens_at.london_date().year());
    let reference = Reference::make(&prefix, tx.random())?;
    let id = store::insert_application(
        tx,
        &NewApplication {
            round: round.id,
            organisation,
            reference: reference.as_str(),
            eligibility: &serde_json::to_string(eligibility).map_err(Problem::internal)?,
        },
    )?;
    Ok((id, reference))
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
