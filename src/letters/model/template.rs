//! All that a letter is made from besides its data, as it is kept under its hash: so a letter can be printed again when the program has
//! moved on.

use crate::press::kind::{BASE, PREAMBLE};
use crate::press::wording::{OfficeWording, standard};
use crate::press::{DraftTemplate, LetterData, LetterKind};

const BETWEEN: char = '\u{0}';

/// What every document shares, the frame of letters, the kind's own template, and its standard words.
#[must_use]
pub fn source(kind: LetterKind) -> String {
    [BASE, PREAMBLE, kind.source(), standard(kind)].join(&BETWEEN.to_string())
}

/// The template of a source that was kept, and the letter with the standard words of then where it has no others. None where the source
/// is none.
#[must_use]
pub fn of_kept(kept: &str, mut data: LetterData) -> Option<(DraftTemplate, LetterData)> {
    let mut parts = kept.split(BETWEEN);
    let (base, preamble, text, words) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let file = data.kind().file().to_owned();
    let standard = || OfficeWording { version: 0, opening: words.to_owned(), closing: None };
    data.common_mut().wording.get_or_insert_with(standard);
    let imports = Some((base.to_owned(), preamble.to_owned()));
    Some((DraftTemplate { file, text: text.to_owned(), imports }, data))
}
