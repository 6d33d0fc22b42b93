//! What officers rule on other people's conflicts: pin one, lift one, dismiss a suggestion. Each with a reason, none on oneself.

use std::collections::BTreeSet;

use super::{NOTE_MOST, event, take_off};
use crate::access::{self, Action, OFFICE, Phase};
use crate::accounts::holds_any;
use crate::applications::{Application, application_of_reference, bid_of};
use crate::audit::{Change, EventKind, Fact, WriteTx};
use crate::base::ids::AccountId;
use crate::conflicts::model::{ConflictRecord, Ruling};
use crate::conflicts::rules::{Rule, rules_among};
use crate::conflicts::store::{self, NewRuling};
use crate::error::{Problem, required_reason};

/// What a ruling is about, as it stands.
struct Case {
    application: Application,
    account: AccountId,
    record: Option<ConflictRecord>,
    /// What the rules find now.
    rules: BTreeSet<Rule>,
    phase: Phase,
}

fn case(tx: &mut WriteTx<'_>, reference: &str, account: AccountId) -> Result<Case, Problem> {
    let application = application_of_reference(tx.conn(), reference)?;
    let actor = tx.actor().clone();
    let bid = bid_of(tx.conn(), &application, &actor)?;
    access::require(&actor, Action::RuleOnConflicts(&bid))?;
    let record = store::record_of(tx.conn(), application.id, account)?;
    if tx.account()? == account {
        return Err(Problem::refused(
            "You cannot rule on your own conflicts of interest",
            "Declare them yourself. Whether one is to be lifted, another officer decides.",
        ));
    }
    if record.is_none() && !holds_any(tx.conn(), account, OFFICE)? {
        return Err(Problem::NotFound);
    }
    let rules = rules_among(&store::matches_of(tx.conn(), &application, account)?);
    Ok(Case { application, account, record, rules, phase: bid.phase })
}

fn checked_reason(reason: &str) -> Result<String, Problem> {
    required_reason("reason", reason, NOTE_MOST, "Say why. It is kept with your name and the time")
}

fn rule(
    tx: &mut WriteTx<'_>,
    case: &Case,
    (ruling, kind): (Ruling, EventKind),
    reason: &str,
) -> Result<Change<()>, Problem> {
    store::put_ruling(tx, case.application.id, case.account, NewRuling { ruling, reason, rules: &case.rules })?;
    let event = event(kind, &case.application)
        .with("account", case.account.row())
        .with("rules", Fact::codes(case.rules.iter().map(|rule| rule.code())));
    Ok(Change::new((), event))
}

/// Records a conflict that the person did not declare, or whose declaration they might come back on: it closes the bid to them, and they
/// cannot undo it.
///
/// # Errors
/// A fault of the reason; [`Problem::Refused`] for oneself, when it is pinned already, and when the person's scores are part of a
/// signed decision.
pub fn pin(tx: &mut WriteTx<'_>, reference: &str, account: AccountId, reason: &str) -> Result<Change<()>, Problem> {
    let case = case(tx, reference, account)?;
    if case.record.as_ref().is_some_and(ConflictRecord::is_pinned) {
        return Err(Problem::refused("This conflict is recorded already", "An officer has recorded it before."));
    }
    let scored = store::assignment_of(tx.conn(), case.application.id, account)?;
    if case.phase >= Phase::Decided && scored.is_some_and(|(_, stage)| stage == "cleared") {
        return Err(Problem::refused(
            "The decision is signed",
            "This person's scores are part of it, and a signed decision does not change. A conflict that comes to light now belongs \
             into a review.",
        ));
    }
    let reason = checked_reason(reason)?;
    let change = rule(tx, &case, (Ruling::Pinned, EventKind::ConflictPinned), &reason)?;
    take_off(tx, case.application.id, account)?;
    Ok(change)
}

/// Lifts a conflict that stands: the bid is open to the person again. On its panel they declare afresh before they read it.
///
/// # Errors
/// A fault of the reason; [`Problem::Refused`] for oneself, and when none stands.
pub fn lift(tx: &mut WriteTx<'_>, reference: &str, account: AccountId, reason: &str) -> Result<Change<()>, Problem> {
    let case = case(tx, reference, account)?;
    if !case.record.as_ref().is_some_and(ConflictRecord::stands) {
        return Err(Problem::refused(
            "There is nothing to lift",
            "No conflict of interest of this person stands here.",
        ));
    }
    let reason = checked_reason(reason)?;
    let change = rule(tx, &case, (Ruling::Lifted, EventKind::ConflictLifted), &reason)?;
    if let Some((id, stage)) = store::assignment_of(tx.conn(), case.application.id, account)?
        && stage == "conflicted"
    {
        store::set_open_again(tx, id)?;
    }
    Ok(change)
}

/// Puts on record that what was suggested is no conflict. Whatever the rules find besides is suggested again.
///
/// # Errors
/// A fault of the reason; [`Problem::Refused`] for oneself, when nothing is suggested, and when a conflict stands.
pub fn dismiss(tx: &mut WriteTx<'_>, reference: &str, account: AccountId, reason: &str) -> Result<Change<()>, Problem> {
    let case = case(tx, reference, account)?;
    if case.record.as_ref().is_some_and(ConflictRecord::stands) {
        return Err(Problem::refused(
            "This conflict stands",
            "It was declared or recorded. Lift it, with a reason, instead.",
        ));
    }
    if case.rules.is_empty() {
        return Err(Problem::refused(
            "There is nothing to dismiss",
            "Nothing that is known of both is the same any more.",
        ));
    }
    let reason = checked_reason(reason)?;
    rule(tx, &case, (Ruling::Dismissed, EventKind::ConflictDismissed), &reason)
}
