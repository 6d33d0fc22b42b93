//! Text as people type it: cleaned once, counted one way.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// More than this many characters in one field is refused before anything looks at it.
pub const FIELD_LIMIT: usize = 20_000;

/// The most accents on one letter: stacks of thousands take the typesetter quadratic time.
pub const MAX_MARKS: usize = 4;

/// Cleans typed text: NFC; CRLF becomes LF; control, zero-width and private characters, byte-order marks and
/// text-direction overrides are dropped; at most four accents stay on a letter; ends are trimmed.
///
/// Every field of every form goes through it or through [`clean_line`]; [`visible`] is the same for the press. A form with an
/// override is refused before: see [`direction_override`].
///
/// One accent too many makes a letter slow to set, a stray control character makes its PDF fail, and an
/// override can make an amount read backwards.
#[must_use]
pub fn clean(typed: &str) -> String {
    tidied(typed, |c| is_invisible(c) || matches!(c, '\u{E000}'..='\u{F8FF}')).trim().to_owned()
}

/// The text in one normal form without what cannot be seen: what [`clean`] does, but for its ends and private characters.
///
/// Joiners stay between letters of scripts that are misspelt without them. Cleaning twice changes nothing.
#[must_use]
pub fn visible(text: &str) -> String {
    tidied(text, is_invisible)
}

/// The first character that makes the text around it read in another direction than its letters have.
///
/// No name or answer needs one, and whoever types never makes one: it is pasted, or sent to deceive.
#[must_use]
pub fn direction_override(text: &str) -> Option<char> {
    text.chars().find(|c| matches!(c, '\u{202D}' | '\u{202E}'))
}

fn tidied(text: &str, dropped: impl Fn(char) -> bool) -> String {
    if text.bytes().all(|byte| matches!(byte, b'\n' | b'\t' | b' '..=b'~')) {
        return text.to_owned();
    }
    let mut text = text.replace("\r\n", "\n").replace('\r', "\n");
    // What one pass drops can leave neighbours that the next would join or part.
    loop {
        let next = pass(&text, &dropped);
        if next == text {
            return next;
        }
        text = next;
    }
}

fn pass(text: &str, dropped: &impl Fn(char) -> bool) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text.chars().filter(|c| !dropped(*c)).peekable();
    while let Some(c) = rest.next() {
        let stays = !is_joiner(c)
            || (kept.chars().next_back().is_some_and(is_joined) && rest.peek().copied().is_some_and(is_joined));
        if stays {
            kept.push(c);
        }
    }
    let mut marks = 0;
    kept.nfc()
        .filter(|c| {
            // A joiner between two accents does not make room for more.
            if !is_joiner(*c) {
                marks = if is_combining_mark(*c) { marks + 1 } else { 0 };
            }
            marks <= MAX_MARKS
        })
        .collect()
}

const fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200C}' | '\u{200D}')
}

/// Whether a joiner beside this letter can matter: Arabic, Syriac, and the scripts of India and Sri Lanka.
const fn is_joined(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{77F}' | '\u{860}'..='\u{DFF}')
}

/// Controls but line end and tab, marks without width but joiners, and code points that are no characters.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{8}' | '\u{B}'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{AD}' | '\u{34F}' | '\u{61C}'
        | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}' | '\u{200B}' | '\u{200E}' | '\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FDD0}'..='\u{FDEF}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E0FFF}')
        || is_noncharacter(c)
}

/// The last two code points of each plane are no characters.
fn is_noncharacter(c: char) -> bool {
    u32::from(c) & 0xFFFE == 0xFFFE
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
        // A joiner is part of the word in Bengali, Persian and Sinhala, and rubbish in Latin.
        for word in ["র\u{200d}্যাব", "می\u{200c}خواهم", "ශ්\u{200d}රී"] {
            assert_eq!(clean(word), word);
        }
        assert_eq!(clean("a\u{200d}b\u{200c} र\u{200d} \u{200b}x\u{fe0f}"), "ab र x");
        // Nor does it hide a stack of accents.
        let stack = format!("ا{}", "\u{64b}\u{64c}\u{64d}\u{200d}".repeat(50));
        assert!(clean(&stack).chars().filter(|c| is_combining_mark(*c)).count() <= MAX_MARKS);
        assert_eq!(direction_override("Siân \u{202e}x"), Some('\u{202e}'));
        assert_eq!(direction_override("رابطة الشباب, \u{2068}x\u{2069}"), None);
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

        /// The same where joiners, accents and letters that compose meet.
        #[test]
        fn joiners_and_accents_are_cleaned_once(typed in "(e|ا|क|়|ে|া|\u{64b}|\u{301}|\u{323}|\u{200c}|\u{200d}|\u{200b}|\u{e000}| ){0,20}") {
            let once = clean(&typed);
            proptest::prop_assert_eq!(clean(&once), once);
            let shown = visible(&typed);
            proptest::prop_assert_eq!(visible(&shown), shown);
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
