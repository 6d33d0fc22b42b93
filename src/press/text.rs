//! Text that people wrote, made safe to typeset.

use crate::base::text::{direction_override, visible};

use super::fonts;

/// The most characters a field may have.
pub const MAX_CHARS: usize = 20_000;

pub use crate::base::text::MAX_MARKS;

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
    if let Some(control) = direction_override(text) {
        return Err(TextFault::DirectionOverride(u32::from(control)));
    }
    let lines: String = text
        .replace("\r\n", "\n")
        .chars()
        .map(|character| match character {
            '\r' | '\u{2028}' | '\u{2029}' | '\u{85}' | '\u{b}' | '\u{c}' => '\n',
            '\t' => ' ',
            other => other,
        })
        .collect();
    Ok(bounded(&visible(&lines)))
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

/// The start of something set by itself, in the direction of its own first letter.
pub(super) const ISOLATE: char = '\u{2068}';

/// Its end.
pub(super) const END_ISOLATE: char = '\u{2069}';

/// The text with each line that has right-to-left letters set by itself.
///
/// Without it, what stands before and after such a name in a sentence, such as a bracket, a comma or a number, would go to
/// its wrong side, and two of them beside each other would change places.
pub(super) fn isolated(text: &str) -> String {
    if !text.chars().any(is_right_to_left) {
        return text.to_owned();
    }
    let line = |line: &str| match line.chars().any(is_right_to_left) {
        true => format!("{ISOLATE}{line}{END_ISOLATE}"),
        false => line.to_owned(),
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// Hebrew, Arabic and their kin.
pub(super) const fn is_right_to_left(character: char) -> bool {
    matches!(character, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// Blank lines bounded. Spaces between line ends would make a blank line look used.
fn bounded(text: &str) -> String {
    let mut line_ends = 0;
    text.chars()
        .filter(|character| {
            line_ends = match character {
                '\n' => line_ends + 1,
                ' ' => line_ends,
                _ => 0,
            };
            !(*character == '\n' && line_ends > MAX_BLANK_LINES + 1)
        })
        .collect()
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
    fn right_to_left_lines_are_set_by_themselves() {
        assert_eq!(isolated("Ms Okafor"), "Ms Okafor");
        assert_eq!(isolated("رابطة (2026)\nSaltby"), "\u{2068}رابطة (2026)\u{2069}\nSaltby");
    }

    #[test]
    fn what_no_font_has_is_named_and_replaced() {
        assert_eq!(unprintable("Llŷn, Łódź, Αθήνα, Київ, £5 \u{2013} \u{201c}ok\u{201d}\n"), Vec::<char>::new());
        for text in
            ["🎉 Fun 龍", "קהילה", "ગુજરાતી સમાજ", "தமிழ் சங்கம்", "ਪੰਜਾਬੀ ਸਭਾ", "নারী সমিতি", "महिला संघ", "✓ ♥ ☎ ➜ ①"]
        {
            assert_eq!(unprintable(text), Vec::<char>::new(), "{text}");
        }
        assert_eq!(unprintable("ግዕዝ Fun ᚠ ግ"), vec!['ዕ', 'ዝ', 'ግ', 'ᚠ']);
        assert_eq!(printable("ᚠ Fun ግ"), "□ Fun □");
        assert_eq!(unprintable("\u{e000}"), vec!['\u{e000}']);
        assert_eq!(unprintable("□"), Vec::<char>::new());
    }
}
