//! What the ranking says, in plain words.

use super::{Candidate, Refusal, Status};
use crate::base::marks::complete_sheets;
use crate::rounds::RoundDefinition;

impl Status {
    /// As people read it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Fund => "Fund",
            Self::Partial => "Fund in part",
            Self::Reserve => "Reserve",
            Self::TieAtCutLine => "Tie at the cut line",
            Self::NotAwarded => "Not awardable",
            Self::Incomplete => "Incomplete",
            Self::Blocked => "Waiting",
        }
    }
}

/// Every reason against an award, in the order of P4. `gates` says which checks are not passed; a reader who may not know hears that
/// one is not.
#[must_use]
pub fn refusal_reasons(definition: &RoundDefinition, refusals: &[Refusal], gates: &[String]) -> Vec<String> {
    let mut reasons = Vec::with_capacity(refusals.len());
    for refusal in refusals {
        match refusal {
            Refusal::GateFailed if gates.is_empty() => reasons.push("A pass or fail check is not met".to_owned()),
            Refusal::GateFailed => reasons.extend_from_slice(gates),
            Refusal::BelowMinimum { criterion } => {
                let found = definition.criterion(criterion);
                let title = found.map_or(criterion.as_str(), |criterion| criterion.title.as_str());
                reasons.push(match found.and_then(|criterion| criterion.minimum) {
                    Some(minimum) => format!("{title}: below the minimum of {minimum}"),
                    None => format!("{title}: below the minimum"),
                });
            }
            Refusal::BelowPassMark => reasons.push(format!("Below the pass mark of {}%", definition.pass_mark)),
        }
    }
    reasons
}

/// What an incomplete application still needs (P8).
#[must_use]
pub fn incomplete_reasons(definition: &RoundDefinition, candidate: &Candidate) -> Vec<String> {
    let mut reasons = Vec::new();
    let complete = complete_sheets(&candidate.sheets);
    let quorum = usize::try_from(definition.quorum).unwrap_or(0);
    if complete < quorum {
        let noun = if complete == 1 { "score sheet" } else { "score sheets" };
        reasons.push(format!("{complete} complete {noun}, and it needs {quorum}"));
    }
    let marks = candidate.agreed.iter().map(Some).chain(std::iter::repeat(None));
    let open: Vec<&str> = definition
        .criteria
        .iter()
        .zip(marks)
        .filter(|(_, mark)| mark.copied().flatten().is_none())
        .map(|(criterion, _)| criterion.title.as_str())
        .collect();
    if open.len() == definition.criteria.len() {
        reasons.push("its moderation is not closed".to_owned());
    } else if !open.is_empty() {
        reasons.push(format!("no agreed score for {}", open.join(", ")));
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::super::tests::bid;
    use super::*;

    #[test]
    fn every_reason_is_named_with_its_figure() {
        let definition = RoundDefinition::default_round().unwrap();
        let criterion = &definition.criteria[0];
        let refusals =
            [Refusal::GateFailed, Refusal::BelowMinimum { criterion: criterion.code.clone() }, Refusal::BelowPassMark];
        assert_eq!(
            refusal_reasons(&definition, &refusals, &["Due diligence: not met".to_owned()]),
            [
                "Due diligence: not met".to_owned(),
                format!("{}: below the minimum of 2", criterion.title),
                "Below the pass mark of 65%".to_owned(),
            ]
        );
        assert_eq!(refusal_reasons(&definition, &refusals[..1], &[]), ["A pass or fail check is not met"]);
    }

    #[test]
    fn what_is_missing_is_named() {
        let mut definition = RoundDefinition::default_round().unwrap();
        definition.criteria.truncate(2);
        definition.quorum = 2;
        let mut bid = bid("A", 100, [4, 4]);
        bid.agreed[1] = None;
        let second = definition.criteria[1].title.clone();
        assert_eq!(
            incomplete_reasons(&definition, &bid),
            ["1 complete score sheet, and it needs 2".to_owned(), format!("no agreed score for {second}"),]
        );
        bid.agreed.clear();
        assert_eq!(incomplete_reasons(&definition, &bid)[1], "its moderation is not closed");
    }
}
