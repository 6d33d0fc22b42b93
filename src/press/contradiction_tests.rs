//! Each way in which a reason and scores can contradict each other, made and found.

use super::*;
use crate::press::sample::sample;
use crate::press::{LetterData, LetterKind};

fn refusal(kind: LetterKind, change: impl FnOnce(&mut RejectionLetter)) -> Vec<String> {
    let (mut letter, reserve) = match sample(kind) {
        LetterData::Rejection(letter) => (letter, false),
        LetterData::Reserve(letter) => (letter, true),
        other => panic!("{}", other.kind()),
    };
    change(&mut letter);
    of_refusal(&letter, reserve).into_iter().map(|finding| finding.detail).collect()
}

fn reason(code: ReasonCode) -> Reason {
    Reason { code, sentence: "In plain words.".to_owned() }
}

#[test]
fn the_samples_do_not_contradict_themselves() {
    for kind in [LetterKind::Rejection, LetterKind::Reserve] {
        assert_eq!(refusal(kind, |_| {}), Vec::<String>::new(), "{kind}");
    }
}

#[test]
fn a_reason_about_the_pass_mark_needs_a_lower_score() {
    let found = refusal(LetterKind::Rejection, |letter| {
        letter.scores.as_mut().unwrap().weighted = Percentage::new(6501);
    });
    assert_eq!(found.len(), 1);
    // Rounded, the two may be the same.
    let found = refusal(LetterKind::Rejection, |letter| {
        letter.scores.as_mut().unwrap().weighted = Percentage::new(6500);
    });
    assert_eq!(found.len(), 0);
    let found = refusal(LetterKind::Rejection, |letter| {
        letter.scores.as_mut().unwrap().criteria[2].minimum = Some(3);
    });
    assert!(found[0].contains("which comes first"), "{found:?}");
}

#[test]
fn a_reason_about_a_minimum_needs_a_criterion_under_it() {
    let found = refusal(LetterKind::Rejection, |letter| letter.reason = reason(ReasonCode::BelowMinimum));
    assert_eq!(found, ["says that a criterion was under its minimum, and none is"]);
    let found = refusal(LetterKind::Rejection, |letter| {
        letter.reason = reason(ReasonCode::BelowMinimum);
        letter.scores.as_mut().unwrap().criteria[2].minimum = Some(3);
    });
    assert!(found[0].contains("does not name Outcomes and measurement"), "{found:?}");
}

#[test]
fn money_runs_out_only_for_who_passed() {
    let found = refusal(LetterKind::Rejection, |letter| letter.reason = reason(ReasonCode::BudgetExhausted));
    assert!(found[0].contains("is under the pass mark"), "{found:?}");
    let found = refusal(LetterKind::Reserve, |letter| letter.reason = reason(ReasonCode::BelowPassMark));
    assert!(found.iter().any(|found| found.contains("cannot be held in reserve")), "{found:?}");
}

#[test]
fn a_reason_about_scores_needs_scores() {
    assert_eq!(refusal(LetterKind::Rejection, |letter| letter.scores = None).len(), 1);
    let gate = refusal(LetterKind::Rejection, |letter| {
        letter.reason = reason(ReasonCode::GateFailed);
        letter.scores = None;
    });
    assert_eq!(gate.len(), 0);
}

#[test]
fn feedback_agrees_with_its_own_table() {
    let feedback = |change: &dyn Fn(&mut FeedbackLetter)| {
        let LetterData::Feedback(mut letter) = sample(LetterKind::Feedback) else { panic!("another kind") };
        change(&mut letter);
        of_feedback(&letter).into_iter().map(|finding| finding.detail).collect::<Vec<_>>()
    };
    assert_eq!(feedback(&|_| {}), Vec::<String>::new());
    assert!(feedback(&|letter| letter.reason = None)[0].contains("it was funded"));
    assert!(feedback(&|letter| letter.criteria[0].score = 3)[0].contains("add up to about 59.00%"));
    assert!(feedback(&|letter| letter.criteria[0].minimum = Some(5))[0].contains("which comes first"));
}
