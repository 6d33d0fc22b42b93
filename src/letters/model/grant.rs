//! A grant as it stands by what was issued about it.

use jiff::civil::Date;

use crate::base::money::Pence;
use crate::press::LetterKind;
use crate::press::data::Condition;

/// A grant: the issued letter of award, and the changes that were issued since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The reference of the letter of award.
    pub award: String,
    /// The date of that letter.
    pub offered_on: Date,
    /// What was decided.
    pub decided: Pence,
    /// The whole grant now.
    pub total: Pence,
    /// The first day of the funding period.
    pub starts: Date,
    /// Its last day.
    pub ends: Date,
    /// What it is for.
    pub purpose: String,
    /// Its conditions.
    pub conditions: Vec<Condition>,
    /// The references of the letters that changed it.
    pub changed_by: Vec<String>,
    /// The letter that took the offer back or ended the grant: its reference and kind.
    pub ended_by: Option<(String, LetterKind)>,
}

impl Grant {
    /// Why a letter of a kind cannot be written about it; none when it can.
    #[must_use]
    pub fn refuses(&self, kind: LetterKind) -> Option<String> {
        if let Some((reference, ended)) = &self.ended_by {
            let what =
                if *ended == LetterKind::Withdrawal { "The offer was taken back" } else { "The grant was ended" };
            return Some(format!("{what} by {reference}. Correct that letter if it was wrong."));
        }
        match kind {
            LetterKind::ConditionReminder if self.conditions.is_empty() => {
                Some("The award has no conditions of its own, so there is nothing to remind of.".to_owned())
            }
            LetterKind::Withdrawal if !self.changed_by.is_empty() => Some(format!(
                "The grant was changed by {}, so it runs. A grant that runs is ended, not taken back.",
                self.changed_by.join(", ")
            )),
            _ => None,
        }
    }
}

/// What a letter of a kind rests on, where the service has no record of its own.
#[must_use]
pub const fn rests_on(kind: LetterKind) -> &'static str {
    match kind {
        LetterKind::ConditionReminder => {
            "This letter rests on the conditions in the letter of award, and on what you say is not met: the service keeps no \
             record of which conditions were met after the award."
        }
        LetterKind::Variation => {
            "This letter rests on the letter of award, on changes issued since, and on what you record about payments: the service \
             keeps no record of payments or of the signed agreement. The grant stays as it was until the organisation agrees; keep \
             its answer on file."
        }
        LetterKind::Withdrawal => {
            "This letter rests on the letter of award and on your word that the offer was not accepted: the service keeps no record \
             of acceptance."
        }
        _ => {
            "This letter rests on the letter of award and on what you record here: the service keeps no record of the signed \
             agreement, of payments, of spending or of earlier notices. Have them in front of you."
        }
    }
}
