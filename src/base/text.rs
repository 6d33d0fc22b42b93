//! Text as people type it: cleaned once, counted one way.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

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

/// Words of a text, for limits: runs between blank space that hold a letter or a figure, as word processors count them, and each
/// Chinese character and Japanese kana as one.
///
/// `countWords` in `assets/evenhand.js` is the same rule, and a test compares the two in a browser. It stands in for the counter
/// of GOV.UK Frontend, which asks `Intl.Segmenter`: that cuts "well-known" in two, and finds words of scripts without spaces in
/// a dictionary that differs from browser to browser, so that no server can promise the same number.
#[must_use]
pub fn words(text: &str) -> usize {
    let mut count = 0_usize;
    let mut counted = false;
    for c in clean(text).chars() {
        if c.is_whitespace() {
            counted = false;
        } else if is_ideograph(c) {
            count += 1;
            counted = false;
        } else if !counted && c.is_alphanumeric() && !is_combining_mark(c) {
            count += 1;
            counted = true;
        }
    }
    count
}

/// A character that is a word by itself: Chinese characters, hiragana and katakana.
const fn is_ideograph(c: char) -> bool {
    matches!(c,
        '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFD}')
}

/// Whether `text` has more than `limit` words.
#[must_use]
pub fn over_word_limit(text: &str, limit: usize) -> bool {
    words(text) > limit
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
    fn words_are_counted_as_people_count_them() {
        for (text, count) in [
            ("", 0),
            ("It's a well-known fact.", 4),
            ("one\r\ntwo\u{A0}three - four", 4),
            ("\u{2026} \u{2014} !", 0),
            ("https://www.example.org/a?b=c costs £1,234.50", 3),
            ("e\u{301}te\u{301}", 1),
            ("\u{644}\u{627} \u{628}\u{623}\u{633}", 2),
            ("\u{4E2D}\u{56FD} has 2", 4),
            ("a\u{200B}b\u{FEFF}c", 1),
            ("\u{1F600} \u{1F468}\u{200D}\u{1F469}", 0),
        ] {
            assert_eq!(words(text), count, "{text:?}");
        }
        assert!(!over_word_limit("It's a well-known fact.", 4));
        assert!(over_word_limit("one two three four five", 4));
    }

    proptest::proptest! {
        #[test]
        fn cleaning_twice_changes_nothing(typed in ".*") {
            let once = clean(&typed);
            proptest::prop_assert_eq!(clean(&once), once);
        }

        /// What is typed and what is kept of it have the same number of words.
        #[test]
        fn cleaning_changes_no_count(typed in "(.|\\PC|[a-z ]){0,60}") {
            proptest::prop_assert_eq!(words(&clean(&typed)), words(&typed));
        }

        #[test]
        fn plain_words_are_counted_one_by_one(typed in proptest::collection::vec("[a-z]{1,8}", 0..40)) {
            proptest::prop_assert_eq!(words(&typed.join(" ")), typed.len());
        }
    }
}
