//! The embedded fonts, and which characters they can show.

use std::sync::LazyLock;

use typst::{
    foundations::Bytes,
    text::{Font, FontBook},
    utils::LazyHash,
};
use unicode_segmentation::UnicodeSegmentation;

include!(concat!(env!("OUT_DIR"), "/letter_fonts.rs"));

/// The fonts as the typesetter wants them.
pub(super) struct Fonts {
    pub(super) book: LazyHash<FontBook>,
    pub(super) fonts: Vec<Font>,
    /// Which characters each font has; fonts of one family once.
    covered: Vec<Covered>,
}

/// First and last of each run of characters, in order: typst's own table is walked from its start each time.
struct Covered(Vec<(u32, u32)>);

impl Covered {
    fn of(font: &Font) -> Self {
        let mut runs: Vec<(u32, u32)> = Vec::new();
        for point in font.info().coverage.iter() {
            match runs.last_mut() {
                Some((_, last)) if *last + 1 == point => *last = point,
                _ => runs.push((point, point)),
            }
        }
        Self(runs)
    }

    fn has(&self, character: char) -> bool {
        let point = u32::from(character);
        let after = self.0.partition_point(|(first, _)| *first <= point);
        after.checked_sub(1).and_then(|place| self.0.get(place)).is_some_and(|(_, last)| point <= *last)
    }
}

/// Parsed once: the parsed fonts are immutable and cost some milliseconds.
pub(super) static FONTS: LazyLock<Fonts> = LazyLock::new(|| {
    let fonts: Vec<Font> = LETTER_FONTS.iter().flat_map(|data| Font::iter(Bytes::new(*data))).collect();
    let mut seen: Vec<&str> = Vec::new();
    let mut covered = Vec::new();
    for font in &fonts {
        if !seen.contains(&font.info().family.as_str()) {
            seen.push(font.info().family.as_str());
            covered.push(Covered::of(font));
        }
    }
    Fonts { book: LazyHash::new(FontBook::from_fonts(&fonts)), covered, fonts }
});

/// The families in order of preference, each once.
///
/// A template names them all: left to itself the typesetter tries one other font, chosen by the
/// first character, and a base that the first font has with an accent that it lacks would find
/// none.
pub(super) fn families() -> Vec<&'static str> {
    let mut families: Vec<&'static str> = Vec::new();
    for font in &FONTS.fonts {
        let family = font.info().family.as_str();
        if !families.contains(&family) {
            families.push(family);
        }
    }
    families
}

/// The characters of a grapheme that keep it from being shown; empty if it can be.
///
/// The typesetter takes a grapheme from one font: a base from one and its accent from another will
/// not do.
#[must_use]
pub(super) fn missing(grapheme: &str) -> Vec<char> {
    let mut fewest: Option<Vec<char>> = None;
    for font in &FONTS.covered {
        let lacking: Vec<char> = grapheme
            .chars()
            .filter(|character| !needs_no_glyph(*character))
            .filter(|character| is_private(*character) || !font.has(*character))
            .collect();
        if lacking.is_empty() {
            return lacking;
        }
        if fewest.as_ref().is_none_or(|found| lacking.len() < found.len()) {
            fewest = Some(lacking);
        }
    }
    fewest.unwrap_or_default()
}

/// The text's graphemes, each with the characters that keep it from being shown.
pub(super) fn graphemes(text: &str) -> impl Iterator<Item = (&str, Vec<char>)> {
    text.graphemes(true).map(|grapheme| {
        // Nearly every grapheme is plain; the fonts' tables are slow to ask.
        let plain = grapheme.bytes().all(|byte| byte == b'\n' || (b' '..=b'~').contains(&byte));
        (grapheme, if plain { Vec::new() } else { missing(grapheme) })
    })
}

/// Line ends, and the joiners that shape a script without a mark of their own.
fn needs_no_glyph(character: char) -> bool {
    matches!(character, '\n' | '\u{200c}' | '\u{200d}')
}

/// PDF/A-2a refuses private characters even where a font has them: nobody could tell what they
/// mean.
fn is_private(character: char) -> bool {
    matches!(character, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_font_is_listed_with_its_licence() {
        let list = include_str!("../../letter-templates/fonts/README.md");
        for family in families() {
            let row = list.lines().find(|line| line.starts_with(&format!("| {family} |")));
            assert!(row.is_some_and(|row| row.contains("OFL-1.1")), "{family} is not in the list of fonts");
        }
    }

    #[test]
    fn what_a_font_covers_is_what_it_says() {
        for (font, covered) in FONTS.fonts.iter().take(1).zip(&FONTS.covered) {
            for point in (0..0x3000).filter_map(char::from_u32) {
                assert_eq!(covered.has(point), font.info().coverage.contains(u32::from(point)), "{point:?}");
            }
        }
    }
}
