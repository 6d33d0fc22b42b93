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
}

/// Parsed once: the parsed fonts are immutable and cost some milliseconds.
pub(super) static FONTS: LazyLock<Fonts> = LazyLock::new(|| {
    let fonts: Vec<Font> = LETTER_FONTS.iter().flat_map(|data| Font::iter(Bytes::new(*data))).collect();
    Fonts { book: LazyHash::new(FontBook::from_fonts(&fonts)), fonts }
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
    let lacking = |font: &Font| {
        grapheme
            .chars()
            .filter(|character| !needs_no_glyph(*character))
            .filter(|character| is_private(*character) || !font.info().coverage.contains(u32::from(*character)))
            .collect::<Vec<char>>()
    };
    FONTS.fonts.iter().map(lacking).min_by_key(Vec::len).unwrap_or_default()
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
