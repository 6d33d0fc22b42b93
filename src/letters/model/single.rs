//! Letters about one grant, written after its decision: a reminder of conditions, a change, an offer taken back, a grant ended.

use super::{CorrectionStage, Letter};
use crate::base::ids::SingleId;
use crate::press::LetterKind;

/// A letter about one grant. It is no letter of the round: nobody waits for it when the round is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Single {
    /// Its row.
    pub id: SingleId,
    /// The letter itself; its `id` is that of no row, for it is not among the letters of the round.
    pub letter: Letter,
    /// What the officer typed: names and values as JSON. The letter rests on it where the service has no record.
    pub facts: String,
    /// Where it stands.
    pub stage: CorrectionStage,
    /// The issued letter that it replaces, and why.
    pub replaces: Option<(SingleId, String)>,
    /// The Message-ID of the e-mail that tells of it.
    pub message_id: Option<String>,
}

/// The kinds of letter that are written one by one.
pub const SINGLE_KINDS: [LetterKind; 4] =
    [LetterKind::ConditionReminder, LetterKind::Variation, LetterKind::Withdrawal, LetterKind::Termination];

impl Single {
    /// Whether it is neither issued nor given up.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.stage.is_open()
    }

    /// What was typed, by name.
    ///
    /// # Errors
    /// When what is stored is no list of names and texts.
    pub fn typed(&self) -> serde_json::Result<Vec<(String, String)>> {
        serde_json::from_str(&self.facts)
    }
}

/// The issued letters that count: none that was replaced.
#[must_use]
pub fn that_count(all: &[Single]) -> Vec<&Single> {
    let replaced = |id: SingleId| {
        let by = |one: &&Single| one.replaces.as_ref().is_some_and(|(first, _)| *first == id);
        all.iter().filter(|one| one.letter.is_issued()).any(|one| by(&one))
    };
    all.iter().filter(|one| one.letter.is_issued() && !replaced(one.id)).collect()
}
