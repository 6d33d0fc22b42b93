//! Order: sections, questions and eligibility questions up and down.

use super::{Refusal, Shaped, anchor, guarded, missing};
use crate::rounds::model::RoundDefinition;

/// Which way something moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Towards the beginning.
    Up,
    /// Towards the end.
    Down,
}

/// Swaps what stands at `at` with its neighbour; false at the end of the list.
fn shift<T>(list: &mut [T], at: usize, way: Way) -> bool {
    let to = match way {
        Way::Up => at.checked_sub(1),
        Way::Down => at.checked_add(1).filter(|to| *to < list.len()),
    };
    to.is_some_and(|to| {
        list.swap(at, to);
        true
    })
}

fn at_the_end(code: &str, way: Way) -> Refusal {
    let end = match way {
        Way::Up => "first",
        Way::Down => "last",
    };
    Refusal::new(anchor(code), format!("{code} is the {end} already"))
}

/// Moves a section past its neighbour.
///
/// # Errors
/// When a question would stand before the one that it depends on, or there is no neighbour.
pub fn move_section(definition: &mut RoundDefinition, code: &str, way: Way) -> Shaped {
    guarded(definition, |changed| {
        let at = changed.sections.iter().position(|section| section.code == code).ok_or_else(|| missing(code))?;
        if shift(&mut changed.sections, at, way) { Ok(()) } else { Err(at_the_end(code, way)) }
    })
}

/// Moves a question past its neighbour in the section.
///
/// # Errors
/// When a question would stand before the one that it depends on, or there is no neighbour.
pub fn move_question(definition: &mut RoundDefinition, code: &str, way: Way) -> Shaped {
    guarded(definition, |changed| {
        for section in &mut changed.sections {
            if let Some(at) = section.questions.iter().position(|question| question.code == code) {
                return if shift(&mut section.questions, at, way) { Ok(()) } else { Err(at_the_end(code, way)) };
            }
        }
        Err(missing(code))
    })
}

/// Moves an eligibility question past its neighbour.
///
/// # Errors
/// When it is gone, or there is no neighbour.
pub fn move_eligibility(definition: &mut RoundDefinition, code: &str, way: Way) -> Shaped {
    let at = definition.eligibility.iter().position(|question| question.code == code).ok_or_else(|| missing(code))?;
    if shift(&mut definition.eligibility, at, way) { Ok(()) } else { Err(at_the_end(code, way)) }
}
