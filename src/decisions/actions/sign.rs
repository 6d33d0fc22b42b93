//! The signature.

use super::{require_unconflicted, round_in};
use crate::access::{self, Action};
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::ids::{DecisionId, RecommendationId, RoundId};
use crate::base::text::clean;
use crate::decisions::rules::REASONS_LIMIT;
use crate::decisions::store::{self, NewDecision};
use crate::error::{Faults, Problem};
use crate::files::sha256;
use crate::rounds::{RoundStage, get_definition, set_stage};

/// What a decision maker says when signing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signature {
    /// The decision in the signatory's words.
    pub statement: String,
    /// Interests declared; "None" is an answer, nothing is not.
    pub interests: String,
    /// Whether they confirmed that the decision is theirs and final.
    pub confirmed: bool,
}

impl Signature {
    fn check(&self) -> Result<(String, String), Problem> {
        let (statement, interests) = (clean(&self.statement), clean(&self.interests));
        let mut faults = Faults::default();
        if interests.is_empty() {
            faults.add("interests", "Declare your interests, or write None");
        } else if interests.chars().count() > REASONS_LIMIT {
            faults.add("interests", "Your interests must be 4,000 characters or fewer");
        }
        if statement.is_empty() {
            faults.add("statement", "Write your decision");
        } else if statement.chars().count() > REASONS_LIMIT {
            faults.add("statement", "Your decision must be 4,000 characters or fewer");
        }
        if !self.confirmed {
            faults.add("confirmed", "Confirm that this is your decision");
        }
        faults.check()?;
        Ok((statement, interests))
    }
}

/// Signs the decision: the recommendation as it stands, when the ranking still comes out the same, byte for byte (P12).
///
/// # Errors
/// [`Problem::Refused`] for who scored, moderated or recommended in the round, and when the ranking no longer equals
/// the recommended one; every fault of the signature.
pub fn sign(tx: &mut WriteTx<'_>, round: RoundId, signature: &Signature) -> Result<Change<DecisionId>, Problem> {
    access::require(tx.actor(), Action::SignDecision)?;
    let round = round_in(tx, round, RoundStage::Recommended)?;
    require_unconflicted(tx, round.id)?;
    let account = tx.account()?;
    if let Some(reason) = store::duties_of(tx.conn(), round.id, account)?.reason() {
        return Err(Problem::refused("You cannot sign this decision", reason));
    }
    let recommended = store::recommendation_of(tx.conn(), round.id)?.ok_or(Problem::NotFound)?;
    let (_, definition) = get_definition(tx.conn(), round.id)?;
    let now = store::ranking_of(tx.conn(), &round, &definition)?.json().map_err(Problem::internal)?;
    if now != recommended.ranking_json {
        return Err(Problem::refused(
            "The ranking is no longer the one that was recommended",
            "Something it rests on has changed since. The officers must take the recommendation back and make it again. \
             Nothing was signed.",
        ));
    }
    let (statement, interests) = signature.check()?;
    let reference = format!("{}-D1", round.reference);
    let id = store::insert_decision(
        tx,
        &NewDecision {
            round: round.id,
            recommendation: recommended.id,
            reference: &reference,
            statement: &statement,
            interests: &interests,
        },
    )?;
    set_stage(tx, round.id, RoundStage::Recommended, RoundStage::Decided)?;
    let event = Event::new(EventKind::DecisionSigned)
        .round(round.id)
        .with("reference", Fact::code(&reference))
        .with("recommendation", recommended.id.row())
        .with("count", recommended.outcomes.len())
        .with("total", recommended.total())
        .with("sha256", Fact::code(&sha256(now.as_bytes())));
    Ok(Change::new(id, event))
}

/// Refuses when the recommendation that stands is not the one on the signatory's page.
///
/// # Errors
/// [`Problem::Refused`].
pub fn require_same_recommendation(
    tx: &mut WriteTx<'_>,
    round: RoundId,
    seen: RecommendationId,
) -> Result<(), Problem> {
    access::require(tx.actor(), Action::SignDecision)?;
    match store::recommendation_of(tx.conn(), round)? {
        Some(standing) if standing.id == seen => Ok(()),
        _ => Err(Problem::refused(
            "The recommendation was changed while you had this page open",
            "Nothing was signed. Open the paper again to read the recommendation as it is now.",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_the_signature_is_needed() {
        let Err(Problem::Invalid(faults)) = Signature::default().check() else { panic!("taken") };
        let fields: Vec<&str> = faults.list().iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["interests", "statement", "confirmed"]);
        let whole = Signature { statement: " I agree. ".to_owned(), interests: "None".to_owned(), confirmed: true };
        assert_eq!(whole.check().unwrap(), ("I agree.".to_owned(), "None".to_owned()));
    }
}
