//! A reason that the scores contradict: the letter would say one thing and its table another.

use super::{
    data::{FeedbackLetter, RejectionLetter},
    fault::{Finding, FindingKind},
    reason::{Reason, ReasonCode},
    values::Percentage,
};

/// A criterion as a reason is compared with it.
struct Line<'a> {
    name: &'a str,
    score: u32,
    minimum: Option<u32>,
}

impl Line<'_> {
    fn is_below(&self) -> bool {
        self.minimum.is_some_and(|minimum| self.score < minimum)
    }
}

/// What in a letter of rejection or reserve contradicts its scores.
pub(super) fn of_refusal(letter: &RejectionLetter, reserve: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    let code = letter.reason.code;
    if reserve && code != ReasonCode::BudgetExhausted {
        let detail = "an application that did not pass cannot be held in reserve";
        findings.push(Finding::in_field("reason.code", FindingKind::Reason, detail));
    }
    match &letter.scores {
        Some(scores) => {
            let lines: Vec<Line<'_>> = scores
                .criteria
                .iter()
                .map(|row| Line { name: &row.name, score: row.score, minimum: row.minimum })
                .collect();
            findings.extend(of_reason(&letter.reason, &scores.weighted, &scores.pass_mark, &lines));
        }
        None if code != ReasonCode::GateFailed => {
            let detail = "is a reason about scores, and the letter shows none";
            findings.push(Finding::in_field("reason.code", FindingKind::Reason, detail));
        }
        None => {}
    }
    findings
}

/// What in a feedback letter contradicts its scores.
pub(super) fn of_feedback(letter: &FeedbackLetter) -> Vec<Finding> {
    let lines: Vec<Line<'_>> =
        letter.criteria.iter().map(|row| Line { name: &row.name, score: row.score, minimum: row.minimum }).collect();
    let mut findings = match &letter.reason {
        Some(reason) => of_reason(reason, &letter.weighted, &letter.pass_mark, &lines),
        None => passed("outcome", "it was funded", &letter.weighted, &letter.pass_mark, &lines),
    };
    findings.extend(of_total(letter));
    findings
}

fn of_reason(reason: &Reason, weighted: &Percentage, pass_mark: &Percentage, lines: &[Line<'_>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut add = |detail: String| findings.push(Finding::in_field("reason.code", FindingKind::Reason, detail));
    let below: Vec<&Line<'_>> = lines.iter().filter(|line| line.is_below()).collect();
    match reason.code {
        // A gate has nothing to do with scores.
        ReasonCode::GateFailed => {}
        ReasonCode::BelowMinimum => {
            if below.is_empty() && lines.iter().any(|line| line.minimum.is_some()) {
                add("says that a criterion was under its minimum, and none is".to_owned());
            }
            for line in below.iter().filter(|line| !reason.sentence.contains(line.name)) {
                add(format!("does not name {}, which is under its minimum", line.name));
            }
        }
        ReasonCode::BelowPassMark => {
            // Scores are compared before they are rounded, so the two may look alike.
            if weighted.basis_points > pass_mark.basis_points {
                let detail = format!("says that the score was under the pass mark; {} is not", weighted.figures);
                add(detail);
            }
            for line in below {
                add(format!("speaks of the pass mark, but {} is under its minimum, which comes first", line.name));
            }
        }
        ReasonCode::BudgetExhausted => {
            return passed("reason.code", "it passed", weighted, pass_mark, lines);
        }
    }
    findings
}

/// What speaks against an application that is said to have passed.
fn passed(field: &str, said: &str, weighted: &Percentage, pass_mark: &Percentage, lines: &[Line<'_>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    if weighted.basis_points < pass_mark.basis_points {
        let detail =
            format!("says that {said}, but {} is under the pass mark, {}", weighted.figures, pass_mark.figures);
        findings.push(Finding::in_field(field, FindingKind::Reason, detail));
    }
    for line in lines.iter().filter(|line| line.is_below()) {
        let detail = format!("says that {said}, but {} is under its minimum", line.name);
        findings.push(Finding::in_field(field, FindingKind::Reason, detail));
    }
    findings
}

/// The total that the criteria give, within what rounding of each weight can do.
fn of_total(letter: &FeedbackLetter) -> Option<Finding> {
    let mut ten_thousandths: u64 = 0;
    for row in &letter.criteria {
        let earned = u64::from(row.weight.basis_points).checked_mul(u64::from(row.score))?.checked_mul(10_000)?;
        ten_thousandths = ten_thousandths.checked_add(earned.checked_div(u64::from(row.max))?)?;
    }
    let total = ten_thousandths / 10_000;
    let slack = u64::try_from(letter.criteria.len()).ok()?.saturating_add(1);
    let stated = u64::from(letter.weighted.basis_points);
    (total.abs_diff(stated) > slack).then(|| {
        let right = Percentage::new(u32::try_from(total).unwrap_or(u32::MAX));
        let detail =
            format!("the criteria add up to about {}, but it reads {}", right.figures, letter.weighted.figures);
        Finding::in_field("weighted", FindingKind::Score, detail)
    })
}

#[cfg(test)]
#[path = "contradiction_tests.rs"]
mod tests;
