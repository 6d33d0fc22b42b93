//! Text as people type it: cleaned once, counted one way.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

/// More than this many characters in one field is refused before anything looks at it.
pub const FIELD_LIMIT: usize = 20_000;

/// Cleans typed text: NFC; CRLF becomes LF; control and zero-width characters, byte-order marks and
/// text-direction overrides are dropped; at most four accents stay on a letter; ends are trimmed.
///
/// One accent too many makes a letter slow to set, a stray control character makes its PDF fail, and an
/// override can make an amount read backwards.
#[must_use]
pub fn clean(typed: &str) -> String {
    let mut marks = 0;
    let cleaned: String = typed
        .replace("\r\n", "\n")
        .replace('\r', "\n")
        .nfc()
        .filter(|c| !dropped(*c))
        .filter(|c| {
            marks = if is_combining_mark(*c) { marks + 1 } else { 0 };
            marks <= 4
        })
        .collect();
    cleaned.trim().to_owned()
}

const fn dropped(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{8}' | '\u{B}'..='\u{1F}' | '\u{7F}'..='\u{9F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E000}'..='\u{F8FF}')
}

/// Cleans text of one line: line breaks and tabs become spaces, runs of spaces one.
#[must_use]
pub fn clean_line(typed: &str) -> String {
    clean(typed).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Words as the browser's counter counts them (`Intl.Segmenter`, word-like segments).
///
/// The browser's counter and this one may differ on rare scripts, so a limit refuses only what is too
/// long by both ways of counting: see [`over_word_limit`].
#[must_use]
pub fn words(text: &str) -> usize {
    text.unicode_words().count()
}

/// Whether `text` has more than `limit` words by both ways of counting words.
#[must_use]
pub fn over_word_limit(text: &str, limit: usize) -> bool {
    words(text) > limit && text.split_whitespace().count() > limit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_spoils_a_letter_is_dropped_and_names_stay() {
        assert_eq!(clean("\u{FEFF}Si\u{e2}n\u{7}\r\nŵ\u{202E}x "), "Siân\nŵx");
        assert_eq!(clean("e\u{301}"), "é");
        assert_eq!(clean(&format!("a{}", "\u{323}".repeat(50))).chars().count(), 1 + 4);
        assert_eq!(clean_line(" a \t b\n c "), "a b c");
    }

    #[test]
    fn words_are_counted_kindly() {
        assert_eq!(words("It's a well-known fact."), 5);
        assert!(!over_word_limit("It's a well-known fact.", 4));
        assert!(over_word_limit("one two three four five", 4));
    }

    proptest::proptest! {
        #[test]
        fn cleaning_twice_changes_nothing(typed in ".*") {
            let once = clean(&typed);
            proptest::prop_assert_eq!(clean(&once), once);
        }
    }
}
