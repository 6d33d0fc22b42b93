//! Text that people wrote, made safe to typeset.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::fonts;

/// The most characters a field may have.
pub const MAX_CHARS: usize = 20_000;

/// The most combining marks on one base: stacks of thousands take the typesetter quadratic time.
pub const MAX_MARKS: usize = 4;

/// The most blank lines running.
pub const MAX_BLANK_LINES: usize = 3;

/// What stands for a character that no font has.
pub const REPLACEMENT: char = '\u{25a1}';

/// Why a text is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextFault {
    /// It is too long.
    #[error("is longer than {0} characters")]
    TooLong(usize),
    /// It can make text read other than it is.
    #[error("contains U+{0:04X}, a control that reverses the direction of text; type it again")]
    DirectionOverride(u32),
}

/// The text in one normal form, without what cannot be seen and may not be printed.
///
/// Tabs become spaces and every line end becomes `\n`. Joiners stay between letters of scripts that
/// are misspelt without them. Direction marks that are merely superfluous are dropped; those that
/// override are refused, because they can make a letter read other than it says.
///
/// # Errors
///
/// If the text is longer than [`MAX_CHARS`] or overrides its direction.
pub fn clean_text(text: &str) -> Result<String, TextFault> {
    clean_text_of(text, MAX_CHARS)
}

/// The same for a text of at most `limit` characters.
///
/// # Errors
///
/// If the text is longer or overrides its direction.
pub fn clean_text_of(text: &str, limit: usize) -> Result<String, TextFault> {
    // The raw length is what bounds the work below.
    if text.chars().nth(limit).is_some() {
        return Err(TextFault::TooLong(limit));
    }
    let mut visible = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '\r' => {
                rest.next_if_eq(&'\n');
                visible.push('\n');
            }
            '\n' | '\u{2028}' | '\u{2029}' | '\u{85}' | '\u{b}' | '\u{c}' => visible.push('\n'),
            '\t' => visible.push(' '),
            '\u{202d}' | '\u{202e}' => {
                return Err(TextFault::DirectionOverride(u32::from(character)));
            }
            '\u{200c}' | '\u{200d}' => {
                if visible.chars().next_back().is_some_and(joins) && rest.peek().copied().is_some_and(joins) {
                    visible.push(character);
                }
            }
            _ if is_invisible(character) => {}
            _ => visible.push(character),
        }
    }
    Ok(bounded(&visible))
}

/// The characters of a text that no embedded font can show, each once.
#[must_use]
pub fn unprintable(text: &str) -> Vec<char> {
    let mut characters: Vec<char> = fonts::graphemes(text).flat_map(|(_, missing)| missing).collect();
    characters.sort_unstable();
    characters.dedup();
    characters
}

/// The text with "□" for each grapheme that no embedded font can show.
#[must_use]
pub fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for (grapheme, missing) in fonts::graphemes(text) {
        if missing.is_empty() {
            shown.push_str(grapheme);
        } else {
            shown.push(REPLACEMENT);
        }
    }
    shown
}

/// NFC, with accents and blank lines bounded.
fn bounded(text: &str) -> String {
    let (mut marks, mut line_ends) = (0, 0);
    text.nfc()
        .filter(|character| {
            marks = if is_combining_mark(*character) { marks + 1 } else { 0 };
            line_ends = match character {
                '\n' => line_ends + 1,
                // Spaces between line ends would make a blank line look used.
                ' ' => line_ends,
                _ => 0,
            };
            marks <= MAX_MARKS && !(*character == '\n' && line_ends > MAX_BLANK_LINES + 1)
        })
        .collect()
}

/// Whether a joiner beside this letter can matter: Arabic and the scripts of India and Sri Lanka.
fn joins(character: char) -> bool {
    matches!(character, '\u{600}'..='\u{6ff}' | '\u{900}'..='\u{dff}')
}

/// Controls, marks without width, and code points that are no characters.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || u32::from(character) & 0xfffe == 0xfffe
        || matches!(
            character,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'
                | '\u{1160}'
                | '\u{17b4}'
                | '\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{fdd0}'..='\u{fdef}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_normalised_and_what_cannot_be_seen_goes() {
        assert_eq!(clean_text("\u{feff}w\u{302}yr\u{200b} \u{7}ok\r\nnext\rlast").unwrap(), "ŵyr ok\nnext\nlast");
        assert_eq!(clean_text("a\tb").unwrap(), "a b");
        assert_eq!(clean_text("\u{2066}01632\u{2069} \u{202a}960\u{202c}").unwrap(), "01632 960");
        // The joiner is part of the word in Bengali and rubbish in Latin.
        assert_eq!(clean_text("র\u{200d}্যাব a\u{200d}b").unwrap(), "র\u{200d}্যাব ab");
    }

    #[test]
    fn bombs_are_bounded_and_overrides_refused() {
        let accents = format!("e{}", "\u{301}".repeat(5_000));
        assert!(clean_text(&accents).unwrap().chars().count() <= 1 + MAX_MARKS);
        let blanks = format!("a{}b", "\n \n".repeat(5_000));
        assert_eq!(clean_text(&blanks).unwrap().matches('\n').count(), MAX_BLANK_LINES + 1);
        assert_eq!(clean_text(&"x".repeat(MAX_CHARS + 1)), Err(TextFault::TooLong(MAX_CHARS)));
        assert!(clean_text(&"ŵ".repeat(MAX_CHARS)).is_ok());
        assert_eq!(clean_text("a\u{202e}b"), Err(TextFault::DirectionOverride(0x202e)));
    }

    #[test]
    fn what_no_font_has_is_named_and_replaced() {
        assert_eq!(unprintable("Llŷn, Łódź, Αθήνα, Київ, £5 \u{2013} \u{201c}ok\u{201d}\n"), Vec::<char>::new());
        assert_eq!(unprintable("🎉 Fun 龍 🎉"), vec!['龍', '🎉']);
        assert_eq!(printable("🎉 Fun 龍"), "□ Fun □");
        assert_eq!(unprintable("\u{e000}"), vec!['\u{e000}']);
        assert_eq!(unprintable("□"), Vec::<char>::new());
    }
}
