//! When the money is needed: what is asked for, quarter by quarter of the project. The quarters add up to the ask to the penny, so
//! that spending can be held against them later.

use jiff::{Span, civil::Date};

use crate::base::money::Pence;
use crate::error::Faults;
use crate::rounds::{Limits, Question};
use crate::web::Fields;

/// Quarters that a page has room for: ten years.
const MOST: usize = 40;

/// How many quarters a project may reach into.
#[must_use]
pub fn quarters(limits: &Limits) -> usize {
    usize::try_from(limits.max_months).unwrap_or(1).div_ceil(3).clamp(1, MOST)
}

/// The box of a quarter; the first is 0.
#[must_use]
pub fn box_of(place: usize) -> String {
    format!("q{}", place + 1)
}

/// `Quarter 2 (months 4 to 6)`.
#[must_use]
pub fn title(place: usize) -> String {
    format!("Quarter {} (months {} to {})", place + 1, 3 * place + 1, 3 * place + 3)
}

/// Reads the quarters, an empty box as nothing; an amount that is none is a fault, and then they are not understood.
pub(super) fn read(question: &Question, fields: &Fields, faults: &mut Faults) -> Option<Vec<Pence>> {
    let before = faults.list().len();
    let mut amounts = Vec::new();
    for place in 0..MOST {
        let name = format!("{}-{}", question.code, box_of(place));
        let typed = fields.get(&name).trim();
        amounts.push(if typed.is_empty() {
            Pence::ZERO
        } else {
            let read = Pence::parse_typed(typed).map_err(|fault| format!("Quarter {}: {fault}", place + 1));
            faults.take(&name, read).unwrap_or(Pence::ZERO)
        });
    }
    // Where nothing more is asked for the profile ends.
    amounts.truncate(amounts.iter().rposition(|amount| *amount != Pence::ZERO).map_or(0, |last| last + 1));
    (faults.list().len() == before).then_some(amounts)
}

/// All quarters together.
#[must_use]
pub fn total(amounts: &[Pence]) -> Option<Pence> {
    Pence::checked_sum(amounts.iter().copied())
}

pub(super) fn plain(amounts: &[Pence]) -> String {
    let quarters = amounts.iter().enumerate().map(|(place, amount)| format!("{}: {amount}", title(place)));
    let sum = total(amounts).map(|total| format!("In all: {total}"));
    quarters.chain(sum).collect::<Vec<_>>().join("\n")
}

/// What is wrong with it, beside what the bid asks for and how long its project lasts.
pub(in crate::applications) fn faults(
    question: &Question,
    amounts: &[Pence],
    ask: Option<Pence>,
    (start, end): (Option<Date>, Option<Date>),
    faults: &mut Faults,
) {
    let field = |place: usize| format!("{}-{}", question.code, box_of(place));
    if let (Some(start), Some(end)) = (start, end) {
        for (place, _) in amounts.iter().enumerate().filter(|(_, amount)| **amount != Pence::ZERO) {
            let begins =
                i64::try_from(3 * place).ok().and_then(|months| start.checked_add(Span::new().months(months)).ok());
            if begins.is_none_or(|begins| begins > end) {
                faults.add(field(place), format!("Quarter {}: the project has ended by then", place + 1));
            }
        }
    }
    let (Some(ask), Some(total)) = (ask, total(amounts)) else { return };
    let (more, less) = (total.checked_sub(ask), ask.checked_sub(total));
    let difference = match (more, less) {
        (Some(more), _) if more > Pence::ZERO => format!("{more} too much"),
        (_, Some(less)) if less > Pence::ZERO => format!("{less} too little"),
        _ => return,
    };
    faults.add(
        field(0),
        format!("The quarters add up to {total}, but you ask for {ask}: {difference}. Make them the same"),
    );
}

#[cfg(test)]
#[path = "profile_tests.rs"]
mod tests;
