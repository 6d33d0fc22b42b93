//! Choosing the one reason.

use super::*;
use crate::base::ids::{AccountId, ApplicationId};
use crate::base::money::Pence;
use crate::base::time::At;

struct Case {
    definition: RoundDefinition,
    placing: Placing,
    gates: Vec<GateCheck>,
    marks: BTreeMap<String, i32>,
    lowest_funded: Option<Fraction>,
}

fn percent(hundredths: i128) -> Fraction {
    Fraction::new(hundredths, 100).unwrap()
}

fn below(criterion: &str) -> Refusal {
    Refusal::BelowMinimum { criterion: criterion.to_owned() }
}

impl Case {
    fn new(refusals: Vec<Refusal>, status: Status) -> Self {
        let definition = RoundDefinition::default_round().unwrap();
        let gate = |code: &str, outcome| GateCheck {
            application: ApplicationId::new(1),
            gate: code.to_owned(),
            outcome,
            note: "Accounts: They are of 2019\nRules: Unsigned.".to_owned(),
            checked_at: At::from_micros(0),
            checked_by: AccountId::new(1),
        };
        Self {
            marks: definition.criteria.iter().map(|criterion| (criterion.code.clone(), 1)).collect(),
            gates: vec![
                gate("ELIG", GateOutcome::Met),
                gate("DOCS", GateOutcome::NotMet),
                gate("DUE", GateOutcome::NotMet),
            ],
            definition,
            placing: Placing {
                reference: "CSF-2026-4TQ7X".to_owned(),
                own_percent: Vec::new(),
                mean_percent: None,
                spread_flags: Vec::new(),
                weighted_percent: Some(percent(6300)),
                refusals,
                rank_award: None,
                rank_all: None,
                status,
                offer: Pence::ZERO,
            },
            lowest_funded: Some(percent(7120)),
        }
    }

    fn reason(&self) -> Result<Reason, String> {
        one_reason(&Refused {
            definition: &self.definition,
            placing: &self.placing,
            gates: &self.gates,
            marks: &self.marks,
            reserve: self.placing.status == Status::Reserve,
            lowest_funded: self.lowest_funded,
        })
    }
}

#[test]
fn the_first_reason_that_holds_is_the_only_one_given() {
    let all = [Refusal::GateFailed, below("OUTC"), Refusal::BelowPassMark];
    let codes = [ReasonCode::GateFailed, ReasonCode::BelowMinimum, ReasonCode::BelowPassMark];
    for (place, code) in codes.into_iter().enumerate() {
        let reason = Case::new(all[place..].to_vec(), Status::NotAwarded).reason().unwrap();
        assert_eq!(reason.code, code);
    }
    assert_eq!(Case::new(Vec::new(), Status::Reserve).reason().unwrap().code, ReasonCode::BudgetExhausted);
}

#[test]
fn the_reason_names_the_gate_and_what_was_found() {
    let reason = Case::new(vec![Refusal::GateFailed], Status::NotAwarded).reason().unwrap();
    assert!(reason.sentence.contains("the checks “Required documents” and “Due diligence”"), "{}", reason.sentence);
    let found = "We found on “Required documents”: Accounts: They are of 2019. Rules: Unsigned. \
                 We found on “Due diligence”: Accounts: They are of 2019. Rules: Unsigned. Write to us";
    assert!(reason.sentence.contains(found), "{}", reason.sentence);
    assert!(!reason.sentence.contains("Eligibility"), "{}", reason.sentence);
    let mut case = Case::new(vec![Refusal::GateFailed], Status::NotAwarded);
    case.gates.pop();
    let one = case.reason().unwrap().sentence;
    assert!(
        one.contains("could not be funded. We found: Accounts: They are of 2019. Rules: Unsigned. Write to us"),
        "{one}"
    );
    case.gates[1].note.clear();
    assert!(case.reason().unwrap().sentence.contains("could not be funded. Write to us"));
}

#[test]
fn a_gate_that_nobody_checked_is_no_reason() {
    let mut case = Case::new(vec![Refusal::GateFailed], Status::NotAwarded);
    case.gates.clear();
    assert!(case.reason().is_err());
    case.placing.refusals.push(Refusal::BelowPassMark);
    assert_eq!(case.reason().unwrap().code, ReasonCode::BelowPassMark);
}

#[test]
fn the_reason_names_the_criteria_under_their_minimum() {
    let reason = Case::new(vec![below("OUTC")], Status::NotAwarded).reason().unwrap();
    let said =
        "scored 1 out of 5 for “Outcomes and measurement”. The published rules ask for at least 2 on this criterion";
    assert!(reason.sentence.contains(said), "{}", reason.sentence);
    let reason = Case::new(vec![below("NEED"), below("OUTC")], Status::NotAwarded).reason().unwrap();
    let said =
        "on 2 criteria, so it could not be funded: “Need and fit with the Plan” (1 out of 5; at least 2 is needed) and";
    assert!(reason.sentence.contains(said), "{}", reason.sentence);
}

#[test]
fn a_score_that_only_looks_like_the_pass_mark_is_explained() {
    let mut case = Case::new(vec![Refusal::BelowPassMark], Status::NotAwarded);
    case.placing.weighted_percent = Fraction::new(64_999, 1000);
    let sentence = case.reason().unwrap().sentence;
    assert!(sentence.contains("just under the pass mark") && sentence.contains("65.00%"), "{sentence}");
}

#[test]
fn money_used_up_is_told_as_it_was() {
    let mut case = Case::new(Vec::new(), Status::Reserve);
    assert!(
        case.reason().unwrap().sentence.contains("with higher scores. The lowest score that was funded was 71.20%")
    );
    case.lowest_funded = Some(percent(6300));
    assert!(case.reason().unwrap().sentence.contains("Others had the same score"));
    case.lowest_funded = Some(percent(6000));
    assert!(case.reason().unwrap().sentence.contains("Smaller requests could still be funded"));
    case.lowest_funded = None;
    assert!(case.reason().unwrap().sentence.ends_with("in reserve in case money becomes free in this round."));
    case.placing.status = Status::TieAtCutLine;
    assert!(!case.reason().unwrap().sentence.contains("reserve"));
}

#[test]
fn an_application_that_should_have_been_funded_gets_no_invented_reason() {
    assert!(Case::new(Vec::new(), Status::Fund).reason().is_err());
}
