//! What may be recommended, and what must be said of it.

use jiff::civil::Date;

use super::{Candidate, Placing, Ranking, Refusal, Status, incomplete_reasons};
use crate::base::text::clean;
use crate::decisions::model::{Condition, Outcome};
use crate::error::Faults;
use crate::rounds::RoundDefinition;

/// Conditions that one award may have.
pub const MOST_CONDITIONS: usize = 3;
/// Most characters of the reasons that are published for an award, and of other long texts.
pub const REASONS_LIMIT: usize = 4_000;
/// Most characters of a condition.
pub const CONDITION_LIMIT: usize = 500;

/// What a placing leads to; none while the round is blocked or a tie is open. The ranking alone decides (P4, P7).
#[must_use]
pub const fn outcome_of(status: Status) -> Option<Outcome> {
    match status {
        Status::Fund => Some(Outcome::Award),
        Status::Partial => Some(Outcome::Partial),
        Status::Reserve => Some(Outcome::Reserve),
        Status::NotAwarded => Some(Outcome::Reject),
        Status::TieAtCutLine | Status::Incomplete | Status::Blocked => None,
    }
}

/// How many references, or reasons, one message tells.
const TOLD: usize = 20;

/// The first reasons, and how many more there are: thousands are nothing that anybody reads.
#[must_use]
pub fn some_of(mut reasons: Vec<String>) -> Vec<String> {
    let more = reasons.len().saturating_sub(TOLD);
    if more > 0 {
        reasons.truncate(TOLD);
        reasons.push(format!("There are {more} more reasons like these."));
    }
    reasons
}

/// Why nothing can be recommended yet, a sentence each; empty when it can be (P7, P8).
#[must_use]
pub fn blocking(definition: &RoundDefinition, candidates: &[Candidate], ranking: &Ranking) -> Vec<String> {
    if candidates.is_empty() {
        return vec!["No application was submitted, so there is nothing to recommend.".to_owned()];
    }
    let incomplete = candidates.iter().zip(&ranking.placings);
    let mut reasons: Vec<String> = incomplete
        .filter(|(_, placing)| placing.status == Status::Incomplete)
        .map(|(candidate, _)| {
            format!(
                "{} is not complete: {}.",
                candidate.reference,
                incomplete_reasons(definition, candidate).join("; ")
            )
        })
        .collect();
    let tied: Vec<&str> = ranking
        .placings
        .iter()
        .filter(|placing| placing.status == Status::TieAtCutLine)
        .map(|placing| placing.reference.as_str())
        .collect();
    if !tied.is_empty() {
        let more = match tied.len().saturating_sub(TOLD) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let named: Vec<&str> = tied.into_iter().take(TOLD).collect();
        reasons.push(format!(
            "{}{more} share a rank and cannot all be funded. The panel must decide, and its decision must be recorded.",
            named.join(", ")
        ));
    }
    reasons
}

/// Whether an unmet gate is all that keeps an application from an award.
#[must_use]
pub fn gate_decides(placing: &Placing) -> bool {
    placing.refusals == [Refusal::GateFailed]
}

/// What is wrong with the reasons that will be published for an award; the field is `reasons-REFERENCE`.
#[must_use]
pub fn reasons_faults(reference: &str, reasons: &str) -> Faults {
    let mut faults = Faults::default();
    let reasons = clean(reasons);
    if reasons.is_empty() {
        faults.add(format!("reasons-{reference}"), format!("Say why {reference} should be awarded. This is published"));
    } else if reasons.chars().count() > REASONS_LIMIT {
        faults.add(
            format!("reasons-{reference}"),
            format!("The reasons for {reference} must be 4,000 characters or fewer"),
        );
    }
    faults
}

/// What is wrong with the `number`th condition of an award; its fields are `condition-REFERENCE-NUMBER` and
/// `due-REFERENCE-NUMBER`.
#[must_use]
pub fn condition_faults(reference: &str, number: usize, condition: &Condition, today: Date) -> Faults {
    let mut faults = Faults::default();
    let text = clean(&condition.text);
    let field = format!("condition-{reference}-{number}");
    if text.is_empty() {
        faults.add(field, format!("Say what condition {number} of {reference} is, or clear its date"));
    } else if text.chars().count() > CONDITION_LIMIT {
        faults.add(field, format!("Condition {number} of {reference} must be {CONDITION_LIMIT} characters or fewer"));
    }
    if condition.due <= today {
        faults.add(
            format!("due-{reference}-{number}-day"),
            format!("The date for condition {number} of {reference} must be in the future"),
        );
    }
    faults
}

/// What is wrong with an award of fewer conditions than those with which the application passed its checks: the applicant would never
/// hear of one.
#[must_use]
pub fn unset_condition_fault(reference: &str, passed_with: &[String], conditions: usize) -> Option<(String, String)> {
    let wanted = passed_with.len().min(MOST_CONDITIONS);
    (conditions < wanted).then(|| {
        let passed = if wanted == 1 {
            "a check with a condition: set it as a condition"
        } else {
            "checks with conditions: set each as a condition"
        };
        let words = format!("{reference} passed {passed} of the award, or record on the check that it is met");
        (format!("condition-{reference}-{}", conditions.saturating_add(1)), words)
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::tests::{bid, round};
    use super::super::{CutMode, rank};
    use super::*;

    #[test]
    fn what_is_published_must_be_said_and_dates_lie_ahead() {
        assert_eq!(reasons_faults("A-1", " \u{200B}\n").list()[0].field, "reasons-A-1");
        assert!(reasons_faults("A-1", &"x".repeat(4_000)).is_empty());
        assert!(!reasons_faults("A-1", &"x".repeat(4_001)).is_empty());
        let today = date(2026, 11, 22);
        let condition = Condition { text: "Send the lease".to_owned(), due: date(2026, 11, 23) };
        assert!(condition_faults("A-1", 1, &condition, today).is_empty());
        let late = Condition { text: String::new(), due: today };
        let fields: Vec<String> =
            condition_faults("A-1", 2, &late, today).list().iter().map(|fault| fault.field.clone()).collect();
        assert_eq!(fields, ["condition-A-1-2", "due-A-1-2-day"]);
    }

    #[test]
    fn a_blocked_round_and_an_open_tie_are_told_by_application() {
        let mut definition = RoundDefinition::default_round().unwrap();
        definition.quorum = 1;
        definition.criteria.truncate(2);
        assert_eq!(blocking(&definition, &[], &rank(&round(), &[])).len(), 1);
        let mut bids = vec![bid("A-1", 40_000, [4, 4]), bid("A-2", 40_000, [4, 4])];
        let mut rules = round();
        rules.cut = CutMode::Strict;
        let tied = blocking(&definition, &bids, &rank(&rules, &bids));
        assert_eq!(tied.len(), 1);
        assert!(tied[0].starts_with("A-1, A-2 share a rank"), "{tied:?}");
        bids[1].agreed[1] = None;
        let blocked = blocking(&definition, &bids, &rank(&rules, &bids));
        assert_eq!(blocked.len(), 1);
        assert!(blocked[0].starts_with("A-2 is not complete: no agreed score"), "{blocked:?}");
    }

    #[test]
    fn a_gate_decides_only_when_nothing_else_refuses() {
        let mut rules = round();
        rules.pass_mark = crate::base::exact::Decimal4::whole(60).unwrap();
        let mut bids = vec![bid("A-1", 100, [4, 4]), bid("A-2", 100, [1, 1])];
        bids.iter_mut().for_each(|bid| bid.gates_met = false);
        let ranking = rank(&rules, &bids);
        assert!(gate_decides(&ranking.placings[0]));
        assert!(!gate_decides(&ranking.placings[1]));
        assert_eq!(outcome_of(ranking.placings[0].status), Some(Outcome::Reject));
    }
}
