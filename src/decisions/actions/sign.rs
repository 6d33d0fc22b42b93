//! The signature.

use super::approve::stated;
use super::notice::documents;
use super::step_up::code_hash;
use super::{require_unconflicted, round_in};
use crate::access::{self, Action, Duty};
use crate::applications::{duties_of, is_conflicted_in, require_duty};
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::ids::{AccountId, DecisionId, RecommendationId, RoundId};
use crate::base::money::Pence;
use crate::base::text::clean;
use crate::db::Conn;
use crate::decisions::model::{InterestKind, Interests, Recommendation, Signatory};
use crate::decisions::rules::{REASONS_LIMIT, above_limit, interests_faults, is_within};
use crate::decisions::store::{self, NewDecision, NewNotice};
use crate::error::{Faults, Problem};
use crate::files::sha256;
use crate::rounds::{Round, RoundDefinition, RoundStage, get_definition, set_stage};

/// What a decision maker says when signing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signature {
    /// The decision in the signatory's words.
    pub statement: String,
    /// Interests declared.
    pub interests: Interests,
    /// Whether they confirmed that the decision is theirs and final.
    pub confirmed: bool,
    /// The code that was mailed to them.
    pub code: String,
}

impl Signature {
    /// What is wrong with it, in page order; whether the code is right is not judged here.
    fn faults(&self) -> Faults {
        let mut faults = interests_faults(&self.interests);
        let statement = clean(&self.statement);
        if statement.is_empty() {
            faults.add("statement", "Write your decision");
        } else if statement.chars().count() > REASONS_LIMIT {
            faults.add("statement", "Your decision must be 4,000 characters or fewer");
        }
        if !self.confirmed {
            faults.add("confirmed", "Confirm that this is your decision");
        }
        faults
    }

    /// The interests as the decision keeps them.
    fn interests_text(&self, kind: InterestKind) -> String {
        let said = clean(&self.interests.statement);
        if kind == InterestKind::None && said.is_empty() { "None".to_owned() } else { said }
    }
}

/// Signs the decision: the recommendation as it stands, when the ranking still comes out the same, byte for byte (P12). Issues its
/// notice under the next number.
///
/// # Errors
/// [`Problem::Refused`] for who scored, moderated, recommended or approved in the round, who has a conflict, or whose limit the
/// awards are above; when the management's approval is missing, and when the ranking no longer equals the recommended one; every
/// fault of the signature, that of the code under `code`.
pub fn sign(tx: &mut WriteTx<'_>, round: RoundId, signature: &Signature) -> Result<Change<DecisionId>, Problem> {
    access::require(tx.actor(), Action::SignDecision)?;
    let round = round_in(tx, round, RoundStage::Recommended)?;
    require_unconflicted(tx, round.id)?;
    require_duty(tx, round.id, None, Duty::Signatory)?;
    let account = tx.account()?;
    let recommended = store::recommendation_of(tx.conn(), round.id)?.ok_or(Problem::NotFound)?;
    let (_, definition) = get_definition(tx.conn(), round.id)?;
    require_approval(tx, &definition, &recommended)?;
    require_limit(tx.conn(), round.id, account, recommended.total())?;
    require_reproduced(tx, &round, &definition, &recommended)?;
    let kind = checked(tx, round.id, account, signature)?;
    store::insert_interest(tx, round.id, Duty::Signatory, kind, &signature.interests)?;
    let reference = format!("{}-D1", round.reference);
    let (statement, interests) = (clean(&signature.statement), signature.interests_text(kind));
    let new = NewDecision {
        round: round.id,
        recommendation: recommended.id,
        reference: &reference,
        statement: &statement,
        interests: &interests,
    };
    let id = store::insert_decision(tx, &new)?;
    set_stage(tx, round.id, RoundStage::Recommended, RoundStage::Decided)?;
    let notice = issue_notice(tx, &round, &definition, id)?;
    let event = Event::new(EventKind::DecisionSigned)
        .round(round.id)
        .with("reference", Fact::code(&reference))
        .with("recommendation", recommended.id.row())
        .with("count", recommended.outcomes.len())
        .with("total", recommended.total())
        .with("interest", Fact::code(kind.word()))
        .with("sha256", Fact::code(&sha256(recommended.ranking_json.as_bytes())));
    let issued = Event::new(EventKind::NoticeIssued).round(round.id).with("reference", Fact::code(&notice));
    Ok(Change::new(id, event).and(issued))
}

fn require_approval(
    tx: &mut WriteTx<'_>,
    definition: &RoundDefinition,
    recommended: &Recommendation,
) -> Result<(), Problem> {
    if !definition.management_approval || store::approval_of(tx.conn(), recommended.id)?.is_some() {
        return Ok(());
    }
    Err(Problem::refused(
        "The recommendation is not approved yet",
        "In this round the management approves a recommendation before it is signed. Nothing was signed.",
    ))
}

fn require_reproduced(
    tx: &mut WriteTx<'_>,
    round: &Round,
    definition: &RoundDefinition,
    recommended: &Recommendation,
) -> Result<(), Problem> {
    let now = store::ranking_of(tx.conn(), round, definition)?.json().map_err(Problem::internal)?;
    if now == recommended.ranking_json {
        return Ok(());
    }
    Err(Problem::refused(
        "The ranking is no longer the one that was recommended",
        "Something it rests on has changed since. The officers must take the recommendation back and make it again. \
         Nothing was signed.",
    ))
}

/// Every fault at once; a code that is right is used up when there is none.
fn checked(
    tx: &mut WriteTx<'_>,
    round: RoundId,
    account: AccountId,
    signature: &Signature,
) -> Result<InterestKind, Problem> {
    let now = tx.now();
    let mut faults = signature.faults();
    let hash = code_hash(round, account, &signature.code);
    if clean(&signature.code).is_empty() {
        faults.add("code", "Type the code that we sent you. Ask for one if you have none");
    } else if !store::is_live_code(tx.conn(), round, account, &hash, now)? {
        faults.add("code", "This code is wrong, too old, or was tried too often. Ask for a new one");
    }
    faults.check()?;
    store::end_code(tx.conn(), round, account, now)?;
    stated(&signature.interests)
}

fn issue_notice(
    tx: &mut WriteTx<'_>,
    round: &Round,
    definition: &RoundDefinition,
    decision: DecisionId,
) -> Result<String, Problem> {
    let make = documents(tx.conn(), round, definition)?;
    let new = NewNotice { decision, test: round.test, documents: &make };
    Ok(store::insert_notice(tx, &new)?)
}

/// The decision makers who may sign for an amount in a round: within their limit, without another duty in it or a conflict.
///
/// # Errors
/// When the database cannot be read.
pub fn who_may_sign(conn: &mut Conn, round: RoundId, amount: Pence) -> Result<Vec<Signatory>, Problem> {
    let mut able = Vec::new();
    for person in store::signatories(conn)?.into_iter().filter(|person| is_within(person.limit, amount)) {
        let free = duties_of(conn, round, None, person.account)?.reason(Duty::Signatory).is_none();
        if free && !is_conflicted_in(conn, person.account, round)? {
            able.push(person);
        }
    }
    Ok(able)
}

/// Refuses who may not sign for an amount, and tells them who may.
fn require_limit(conn: &mut Conn, round: RoundId, account: AccountId, amount: Pence) -> Result<(), Problem> {
    let own = store::signatories(conn)?.into_iter().find(|person| person.account == account);
    let limit = own.and_then(|person| person.limit);
    if is_within(limit, amount) {
        return Ok(());
    }
    let able = who_may_sign(conn, round, amount)?;
    let able: Vec<&Signatory> = able.iter().collect();
    Err(Problem::refused("The awards are above your limit", above_limit(limit, amount, &able)))
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
        let fields = |signature: &Signature| -> Vec<String> {
            signature.faults().list().iter().map(|fault| fault.field.clone()).collect()
        };
        assert_eq!(fields(&Signature::default()), ["interest", "statement", "confirmed"]);
        let whole = Signature {
            statement: " I agree. ".to_owned(),
            interests: Interests { kind: Some(InterestKind::None), statement: String::new() },
            confirmed: true,
            code: "12345678".to_owned(),
        };
        assert_eq!(fields(&whole), Vec::<String>::new());
        assert_eq!(whole.interests_text(InterestKind::None), "None");
    }
}
