//! Gates: pass/fail checks by officers, apart from every score (P4).
//!
//! A gate with items follows from them ([`follows`]); one without is judged as a whole. Every finding is kept, and the newest of
//! an item counts.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::model::{Safety, ScanState};
use crate::base::ids::{AccountId, ApplicationId};
use crate::base::time::At;
use crate::column_enum;
use crate::rounds::GateDefinition;

column_enum!(GateOutcome, "How a check came out.",
    /// Nobody has looked yet.
    NotChecked => "not_checked",
    /// Met.
    Met => "met",
    /// Met, with something to be done before payment.
    MetWithCondition => "met_with_condition",
    /// Not met.
    NotMet => "not_met",
    /// Does not concern this application.
    NotApplicable => "not_applicable",
);

impl GateOutcome {
    /// As people read it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::NotChecked => "Not checked",
            Self::Met => "Met",
            Self::MetWithCondition => "Met with a condition",
            Self::NotMet => "Not met",
            Self::NotApplicable => "Not applicable",
        }
    }

    /// Whether it lets the application be awarded.
    #[must_use]
    pub const fn passes(self) -> bool {
        matches!(self, Self::Met | Self::MetWithCondition | Self::NotApplicable)
    }
}

/// A check as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateCheck {
    /// Whose application.
    pub application: ApplicationId,
    /// The gate's code.
    pub gate: String,
    /// How it came out.
    pub outcome: GateOutcome,
    /// Evidence, in the officer's words.
    pub note: String,
    /// When.
    pub checked_at: At,
    /// By whom.
    pub checked_by: AccountId,
}

/// What an officer found for an item of a gate, or for a gate as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateFinding {
    /// Its row.
    pub id: i32,
    /// Whose application.
    pub application: ApplicationId,
    /// The gate's code.
    pub gate: String,
    /// The item's code; empty when the gate was judged as a whole.
    pub item: String,
    /// How it came out.
    pub outcome: GateOutcome,
    /// Evidence, condition or reason, in the officer's words.
    pub note: String,
    /// Reference of the evidence, such as a certificate's number; empty when there is none.
    pub reference: String,
    /// The day on which the evidence ends.
    pub expires_on: Option<Date>,
    /// The evidence itself.
    pub file: Option<Evidence>,
    /// When.
    pub checked_at: At,
    /// By whom.
    pub checked_by: AccountId,
}

/// A file of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Its name, for display only.
    pub file_name: String,
    /// Media type, from its content.
    pub media_type: String,
    /// Size in bytes.
    pub size_bytes: i64,
    /// SHA-256 of its content: its name in the file store.
    pub sha256: String,
    /// What the virus scanner said; none when it was not asked yet.
    pub scan: Option<ScanState>,
}

impl Evidence {
    /// Whether it may be opened, where the office has a scanner or not.
    #[must_use]
    pub const fn safety(&self, scanner: bool) -> Safety {
        Safety::of(self.scan, scanner)
    }
}

/// What an officer wrote for the applicant, as one paragraph of whole sentences: a line for each item that was judged.
#[must_use]
pub fn as_paragraph(note: &str) -> String {
    let lines = note.lines().map(str::trim).filter(|line| !line.is_empty());
    let ended = |line: &str| {
        if line.ends_with(['.', '!', '?']) { line.to_owned() } else { format!("{line}.") }
    };
    lines.map(ended).collect::<Vec<_>>().join(" ")
}

/// What a gate's items make of it: any not met, not met; else any not checked, not checked; else any condition, met with a
/// condition; not applicable only when every item is.
#[must_use]
pub fn follows(items: &[GateOutcome]) -> GateOutcome {
    let any = |outcome| items.contains(&outcome);
    if any(GateOutcome::NotMet) {
        GateOutcome::NotMet
    } else if items.is_empty() || any(GateOutcome::NotChecked) {
        GateOutcome::NotChecked
    } else if any(GateOutcome::MetWithCondition) {
        GateOutcome::MetWithCondition
    } else if any(GateOutcome::Met) {
        GateOutcome::Met
    } else {
        GateOutcome::NotApplicable
    }
}

/// The newest finding of each item of a gate. `findings` may be of other gates too, in any order.
#[must_use]
pub fn newest<'a>(gate: &str, findings: &'a [GateFinding]) -> BTreeMap<&'a str, &'a GateFinding> {
    let mut newest: BTreeMap<&str, &GateFinding> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.gate == gate) {
        let held = newest.entry(finding.item.as_str()).or_insert(finding);
        if finding.id > held.id {
            *held = finding;
        }
    }
    newest
}

/// Outcome and note of a gate with items, from its findings. The note names every item that is not met, a line each; where all are
/// met, every item that has a condition; else it is empty.
#[must_use]
pub fn settle(gate: &GateDefinition, findings: &[GateFinding]) -> (GateOutcome, String) {
    let found = newest(&gate.code, findings);
    let outcomes: Vec<GateOutcome> = gate
        .items
        .iter()
        .map(|item| found.get(item.code.as_str()).map_or(GateOutcome::NotChecked, |finding| finding.outcome))
        .collect();
    let outcome = follows(&outcomes);
    let lines: Vec<String> = gate
        .items
        .iter()
        .filter_map(|item| found.get(item.code.as_str()).map(|finding| (item, finding)))
        .filter(|(_, finding)| {
            finding.outcome == outcome && matches!(outcome, GateOutcome::NotMet | GateOutcome::MetWithCondition)
        })
        .map(|(item, finding)| format!("{}: {}", item.title, finding.note))
        .collect();
    (outcome, lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn outcome() -> impl Strategy<Value = GateOutcome> {
        prop::sample::select(GateOutcome::ALL)
    }

    proptest! {
        /// The order of items does not matter, and a gate passes exactly when every item does.
        #[test]
        fn a_gate_passes_when_every_item_passes(mut items in prop::collection::vec(outcome(), 1..8)) {
            let whole = follows(&items);
            prop_assert_eq!(whole.passes(), items.iter().all(|item| item.passes()));
            prop_assert_eq!(whole == GateOutcome::NotMet, items.contains(&GateOutcome::NotMet));
            prop_assert!(items.contains(&whole));
            items.reverse();
            prop_assert_eq!(follows(&items), whole);
        }
    }

    #[test]
    fn a_gate_follows_from_its_items() {
        use GateOutcome::{Met, MetWithCondition, NotApplicable, NotChecked, NotMet};
        assert_eq!(follows(&[]), NotChecked);
        assert_eq!(follows(&[Met, NotMet, NotChecked]), NotMet);
        assert_eq!(follows(&[Met, NotChecked, MetWithCondition]), NotChecked);
        assert_eq!(follows(&[Met, NotApplicable, MetWithCondition]), MetWithCondition);
        assert_eq!(follows(&[Met, NotApplicable]), Met);
        assert_eq!(follows(&[NotApplicable, NotApplicable]), NotApplicable);
    }
}
