//! An applicant's name for a file: for display only, and cleaned even so.

use crate::base::text::clean_line;

/// Most characters that are shown.
const MOST: usize = 120;

/// The last part of the name that a browser gave, cleaned and cut; its ending stays.
#[must_use]
pub fn display_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    // Windows drops dots and blanks at the end, and other characters are special to one system or another.
    let shown: String =
        clean_line(last).chars().filter(|c| !matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*')).collect();
    let trimmed = trim_end(shown.trim_start_matches(dot_or_blank));
    let named = match trimmed.rsplit_once('.') {
        Some((stem, ending)) if ending.chars().count() <= 10 => {
            let room = MOST.saturating_sub(ending.chars().count() + 1);
            let stem: String = stem.chars().take(room).collect();
            format!("{}.{ending}", trim_end(&stem))
        }
        // The cut may lay another dot or blank bare at the end.
        _ => trim_end(&trimmed.chars().take(MOST).collect::<String>()).to_owned(),
    };
    match named.as_str() {
        "" => "document".to_owned(),
        name if is_device(name) => format!("document {name}"),
        _ => named,
    }
}

fn dot_or_blank(c: char) -> bool {
    c == '.' || c.is_whitespace()
}

fn trim_end(name: &str) -> &str {
    name.trim_end_matches(dot_or_blank)
}

/// Names that Windows keeps for devices, whatever their ending.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim().to_ascii_uppercase();
    let numbered = |prefix: &str| {
        stem.strip_prefix(prefix).is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|b| b.is_ascii_digit()))
    };
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL") || numbered("COM") || numbered("LPT")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_lead_anywhere() {
        assert_eq!(display_name("../../etc/passwd"), "passwd");
        assert_eq!(display_name("C:\\x\\accounts.pdf"), "accounts.pdf");
        assert_eq!(display_name("a\u{202E}fdp.exe\u{0}"), "afdp.exe");
        assert_eq!(display_name("/"), "document");
        assert_eq!(display_name("accounts.pdf. . ."), "accounts.pdf");
        assert_eq!(display_name("CON"), "document CON");
        assert_eq!(display_name("con.pdf"), "document con.pdf");
        assert_eq!(display_name("COM1.pdf"), "document COM1.pdf");
        assert_eq!(display_name("common.pdf"), "common.pdf");
        let long = display_name(&format!("{}.pdf", "a".repeat(300)));
        assert_eq!((long.chars().count(), long.ends_with(".pdf")), (MOST, true));
        // A cut just behind a blank or a dot leaves neither at the end.
        assert_eq!(display_name(&format!("{} and more than that", "a".repeat(MOST - 1))), "a".repeat(MOST - 1));
        assert_eq!(display_name(&format!("{}.an ending too long", "a".repeat(MOST - 1))), "a".repeat(MOST - 1));
    }

    proptest::proptest! {
        #[test]
        fn every_name_becomes_one_that_can_be_shown(name in ".{0,400}") {
            let shown = display_name(&name);
            proptest::prop_assert!(!shown.is_empty() && shown.chars().count() <= MOST + 9);
            proptest::prop_assert!(!shown.contains(['/', '\\', '\0', '\n', '"', '<']));
            proptest::prop_assert!(!shown.starts_with('.') && !shown.ends_with(['.', ' ']));
        }
    }
}
