//! Names within an archive: ASCII, unique, and leading nowhere.

use std::collections::HashSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Most characters of a part of a name.
const MOST: usize = 60;

/// Letters, digits and a few plain signs; anything else becomes `_`, and accents are dropped.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)) {
        let c = if c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '(' | ')' | '.') { c } else { '_' };
        // One sign between letters is enough, and two points would be a way up.
        let twice = !c.is_ascii_alphanumeric() && out.ends_with(c);
        if !twice {
            out.push(c);
        }
    }
    let out: String = out.trim_matches([' ', '.', '_', '-']).chars().take(MOST).collect();
    let out = out.trim_end_matches([' ', '.', '_', '-']).to_owned();
    if out.is_empty() { "unnamed".to_owned() } else { out }
}

/// A document's name: the stem that the applicant gave it, and the ending of what its content is.
#[must_use]
pub fn document(file_name: &str, media_type: &str) -> String {
    let stem = file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem);
    let ending = match media_type {
        "application/pdf" => "pdf",
        "image/png" => "png",
        "image/jpeg" => "jpg",
        "application/vnd.oasis.opendocument.text" => "odt",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => "docx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "xlsx",
        _ => "bin",
    };
    format!("{}.{ending}", plain(stem))
}

/// The name of a file that is handed out.
pub(in crate::applications) fn file_name(round: &str, what: &str, ending: &str) -> String {
    format!("{} {what}.{ending}", plain(round))
}

/// Names given so far: no two alike on a disk that does not tell capital letters.
#[derive(Debug, Default)]
pub(super) struct Taken(HashSet<String>);

impl Taken {
    /// The name itself, or with a number before its ending.
    pub(super) fn unique(&mut self, name: &str) -> String {
        let (stem, ending) = match name.rsplit_once('.') {
            Some((stem, ending)) if !ending.contains('/') => (stem, format!(".{ending}")),
            _ => (name, String::new()),
        };
        let mut candidate = name.to_owned();
        let mut number = 2_u32;
        while !self.0.insert(candidate.to_lowercase()) {
            candidate = format!("{stem} ({number}){ending}");
            number = number.saturating_add(1);
        }
        candidate
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_plain() {
        assert_eq!(plain("Siân's Café / Trust"), "Sian_s Cafe _ Trust");
        assert_eq!(plain("../../etc/passwd"), "etc_passwd");
        assert_eq!(plain("Фонд"), "unnamed");
        assert_eq!(document("CV.final.exe", "application/pdf"), "CV.final.pdf");
        assert_eq!(document("..\\..\\x", "text/html"), "unnamed.bin");
    }

    #[test]
    fn no_two_are_alike() {
        let mut taken = Taken::default();
        assert_eq!(taken.unique("A b/Accounts.pdf"), "A b/Accounts.pdf");
        assert_eq!(taken.unique("a B/accounts.PDF"), "a B/accounts (2).PDF");
        assert_eq!(taken.unique("A b/Accounts.pdf"), "A b/Accounts (3).pdf");
    }

    proptest! {
        #[test]
        fn no_name_leads_anywhere(text in ".{0,200}") {
            let name = plain(&text);
            prop_assert!(!name.is_empty() && name.len() <= MOST);
            prop_assert!(name.is_ascii() && !name.contains(['/', '\\', ':', '\0', '\n']));
            prop_assert!(!name.contains("..") && !name.starts_with('.') && !name.ends_with(['.', ' ']));
        }
    }
}
