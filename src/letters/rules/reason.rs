//! Why an application was not funded: exactly one reason, the first that holds of failed gate, criterion under its
//! minimum, total under the pass mark, money used up (P4, P7), in words that name the gate or criterion.

use std::collections::BTreeMap;

use crate::applications::gates::as_paragraph;
use crate::applications::{GateCheck, GateOutcome};
use crate::base::exact::Fraction;
use crate::decisions::{Placing, Refusal, Status};
use crate::press::reason::{Reason, ReasonCode};
use crate::press::values::Percentage;
use crate::rounds::RoundDefinition;

/// What the reason is chosen from.
#[derive(Debug)]
pub struct Refused<'a> {
    /// The rules of the round.
    pub definition: &'a RoundDefinition,
    /// Where the application stands in the ranking.
    pub placing: &'a Placing,
    /// Its gate checks.
    pub gates: &'a [GateCheck],
    /// Its agreed marks, by criterion.
    pub marks: &'a BTreeMap<String, i32>,
    /// Whether it is held in reserve.
    pub reserve: bool,
    /// The lowest score that was funded.
    pub lowest_funded: Option<Fraction>,
}

/// The one reason.
///
/// # Errors
/// What an officer must look at, when the published rules give no reason.
pub fn one_reason(refused: &Refused<'_>) -> Result<Reason, String> {
    let refusals = &refused.placing.refusals;
    // A gate that nobody checked keeps an application from an award, but is no reason that one could give for it.
    if refusals.contains(&Refusal::GateFailed)
        && let Some(reason) = gate_failed(refused)
    {
        return Ok(reason);
    }
    let below: Vec<&str> = refusals
        .iter()
        .filter_map(|refusal| match refusal {
            Refusal::BelowMinimum { criterion } => Some(criterion.as_str()),
            _ => None,
        })
        .collect();
    if !below.is_empty() {
        return below_minimum(refused, &below);
    }
    let percent = refused.placing.weighted_percent.ok_or("It has no agreed percentage.")?;
    if refusals.contains(&Refusal::BelowPassMark) {
        return below_pass_mark(percent, Fraction::from(refused.definition.pass_mark));
    }
    match refused.placing.status {
        Status::Reserve | Status::TieAtCutLine => budget_exhausted(refused, percent),
        _ if refusals.contains(&Refusal::GateFailed) => {
            Err("A gate was never checked, so there is no reason to give.".to_owned())
        }
        _ => {
            Err("It passes by the published rules and there is money for it, so there is no reason to give.".to_owned())
        }
    }
}

fn gate_failed(refused: &Refused<'_>) -> Option<Reason> {
    let found: Vec<(String, String)> = refused
        .definition
        .gates
        .iter()
        .filter_map(|gate| {
            let not_met = |check: &&GateCheck| check.gate == gate.code && check.outcome == GateOutcome::NotMet;
            let check = refused.gates.iter().find(not_met)?;
            Some((quoted(&gate.title), as_paragraph(&check.note)))
        })
        .collect();
    let failed: Vec<String> = found.iter().map(|(title, _)| title.clone()).collect();
    let checks = match failed.as_slice() {
        [] => return None,
        [_] => "the check",
        _ => "the checks",
    };
    Some(Reason {
        code: ReasonCode::GateFailed,
        sentence: format!(
            "Your application did not pass {checks} {}. Every application has to pass, whatever its score, so it could \
             not be funded. {}Write to us if you would like to know more about this.",
            list(&failed),
            what_was_found(&found)
        ),
    })
}

/// What the office found, in the words that it wrote for the applicant.
fn what_was_found(found: &[(String, String)]) -> String {
    match found {
        [] => String::new(),
        [(_, note)] if note.is_empty() => String::new(),
        [(_, note)] => format!("We found: {note} "),
        several => {
            let noted = several.iter().filter(|(_, note)| !note.is_empty());
            noted.map(|(title, note)| format!("We found on {title}: {note} ")).collect()
        }
    }
}

fn below_minimum(refused: &Refused<'_>, below: &[&str]) -> Result<Reason, String> {
    let max = refused.definition.scale.max;
    let mut criteria = Vec::with_capacity(below.len());
    for code in below {
        let criterion = refused.definition.criterion(code).ok_or_else(|| format!("{code} is no criterion."))?;
        let mark = refused.marks.get(*code).ok_or_else(|| format!("{code} has no agreed score."))?;
        let minimum = criterion.minimum.ok_or_else(|| format!("{code} has no minimum."))?;
        criteria.push((quoted(&criterion.title), *mark, minimum));
    }
    let sentence = match criteria.as_slice() {
        [(title, mark, minimum)] => format!(
            "Your application scored {mark} out of {max} for {title}. The published rules ask for at least {minimum} on \
             this criterion, so it could not be funded."
        ),
        several => {
            let each: Vec<String> = several
                .iter()
                .map(|(title, mark, minimum)| format!("{title} ({mark} out of {max}; at least {minimum} is needed)"))
                .collect();
            format!(
                "Your application scored below the minimum of the published rules on {} criteria, so it could not be \
                 funded: {}.",
                several.len(),
                list(&each)
            )
        }
    };
    Ok(Reason { code: ReasonCode::BelowMinimum, sentence })
}

fn below_pass_mark(percent: Fraction, pass_mark: Fraction) -> Result<Reason, String> {
    let (shown, pass_shown) = (percentage(percent)?, percentage(pass_mark)?);
    if shown.figures != pass_shown.figures {
        return Ok(Reason::below_pass_mark(&shown, &pass_shown));
    }
    // Thresholds are tested on exact values (P3), so the displayed figures may be equal.
    Ok(Reason {
        code: ReasonCode::BelowPassMark,
        sentence: format!(
            "Your application scored just under the pass mark of the round, which was {}, so it could not be funded. \
             Rounded to two decimals both read the same; scores are compared before they are rounded.",
            pass_shown.figures
        ),
    })
}

fn budget_exhausted(refused: &Refused<'_>, percent: Fraction) -> Result<Reason, String> {
    let shown = percentage(percent)?.figures;
    let why = match refused.lowest_funded {
        Some(lowest) if lowest > percent => format!(
            "the money available was used up by applications with higher scores. The lowest score that was funded was {}.",
            percentage(lowest)?.figures
        ),
        Some(lowest) if lowest == percent => {
            "the money available was used up. Others had the same score, and there was not enough for all of them."
                .to_owned()
        }
        Some(lowest) => format!(
            "the money that was left did not cover what you asked for. Smaller requests could still be funded; the lowest \
             score among them was {}.",
            percentage(lowest)?.figures
        ),
        None => "the money available did not cover what you asked for.".to_owned(),
    };
    let reserve = if refused.reserve {
        " We hold your application in reserve in case money becomes free in this round."
    } else {
        ""
    };
    Ok(Reason {
        code: ReasonCode::BudgetExhausted,
        sentence: format!("Your application passed with {shown}, but {why}{reserve}"),
    })
}

/// A percentage for display, rounded half-up to two decimals.
///
/// # Errors
/// When it is none, which exact marks cannot give.
pub fn percentage(percent: Fraction) -> Result<Percentage, String> {
    let hundredths: String = percent.percent_2dp().chars().filter(|c| *c != '.').collect();
    hundredths.parse().map(Percentage::new).map_err(|_| format!("{percent} is no percentage."))
}

fn quoted(title: &str) -> String {
    format!("\u{201c}{title}\u{201d}")
}

/// "a", "a and b", "a, b and c".
fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
#[path = "reason_tests.rs"]
mod tests;
