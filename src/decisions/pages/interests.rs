//! The fields by which somebody who signs or approves declares interests.

use crate::decisions::model::{InterestKind, Interests};
use crate::error::Faults;
use crate::web::{Field, Item};

/// What was chosen and typed.
pub(super) fn typed_interests(kind: &str, statement: String) -> Interests {
    Interests { kind: InterestKind::from_word(kind), statement }
}

/// The choice, and the words to it.
pub(super) fn interest_fields(typed: &Interests, faults: &Faults) -> (Field, Field) {
    let items = vec![
        Item::new("none", "I have no interest in any applicant"),
        Item::new("interest", "I have an interest, and it does not keep me from deciding fairly")
            .hint("Say which below. It is kept with the decision"),
        Item::new("conflict", "I have a conflict of interest with an applicant")
            .hint("Say which below. Nothing is signed: the round is then closed to you, and somebody else must act"),
    ];
    let choice = Field::new("interest", "Interests that you declare")
        .hint("Any tie that you or somebody close to you has with an applicant")
        .items(items)
        .value(typed.kind.map_or("", InterestKind::word))
        .faults(faults);
    let words = Field::new("interests", "Which interest, and with whom")
        .hint("Leave this empty if you have none")
        .value(typed.statement.clone())
        .faults(faults);
    (choice, words)
}

/// A box to tick.
pub(super) fn confirmation(ticked: bool, text: &str, faults: &Faults) -> Field {
    let values = if ticked { vec!["yes".to_owned()] } else { Vec::new() };
    Field { name: "confirmed".to_owned(), ..Field::default() }
        .values(values)
        .items(vec![Item::new("yes", text)])
        .faults(faults)
}
