//! What letters of a kind are called, and what they are made from.

use super::template;
use crate::files::sha256;
use crate::press::LetterKind;
use crate::press::kind::TEMPLATE_VERSION;

/// What a kind of letter is called in lists and file names: nothing of what was decided where that is no good news.
#[must_use]
pub const fn title(kind: LetterKind) -> &'static str {
    match kind {
        LetterKind::Acknowledgement => "Letter of receipt",
        LetterKind::Award | LetterKind::PartialAward => "Award letter",
        LetterKind::Reserve | LetterKind::Rejection => "Decision letter",
        LetterKind::Feedback => "Feedback letter",
        LetterKind::WithdrawnApplication => "Letter about a withdrawal",
        LetterKind::ConditionReminder => "Letter about conditions",
        LetterKind::Variation => "Letter about a change",
        LetterKind::Withdrawal | LetterKind::Termination => "Letter about your grant",
    }
}

/// The template's name and version, and the hash of all its source.
#[must_use]
pub fn template_of(kind: LetterKind) -> (String, String) {
    (format!("{}-{TEMPLATE_VERSION}", kind.name()), sha256(template::source(kind).as_bytes()))
}

/// The end of a letter's reference.
#[must_use]
pub const fn suffix(kind: LetterKind) -> &'static str {
    match kind {
        LetterKind::Acknowledgement => "ACK",
        LetterKind::Award => "AWD",
        LetterKind::PartialAward => "PAR",
        LetterKind::Reserve => "RES",
        LetterKind::Rejection => "REJ",
        LetterKind::Feedback => "FBK",
        LetterKind::WithdrawnApplication => "WAP",
        LetterKind::ConditionReminder => "REM",
        LetterKind::Variation => "VAR",
        LetterKind::Withdrawal => "WDR",
        LetterKind::Termination => "TRM",
    }
}
