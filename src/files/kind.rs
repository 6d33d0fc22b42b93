//! The kinds of file that are taken, and why one is not.

use crate::column_enum;

column_enum!(FileKind, "A kind of file that is taken.",
    /// Portable document.
    Pdf => "pdf",
    /// Word.
    Docx => "docx",
    /// Excel.
    Xlsx => "xlsx",
    /// OpenDocument text.
    Odt => "odt",
    /// Photograph.
    Jpeg => "jpeg",
    /// Picture.
    Png => "png",
);

impl FileKind {
    /// The kind that a name's ending promises.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "pdf" => Some(Self::Pdf),
            "docx" => Some(Self::Docx),
            "xlsx" => Some(Self::Xlsx),
            "odt" => Some(Self::Odt),
            "jpg" | "jpeg" => Some(Self::Jpeg),
            "png" => Some(Self::Png),
            _ => None,
        }
    }

    /// Media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Odt => "application/vnd.oasis.opendocument.text",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }
}

column_enum!(Refusal, "Why a file is not taken.",
    /// None of our kinds.
    Unknown => "unknown",
    /// Nothing in it.
    Empty => "empty",
    /// The name promises another kind than the content is.
    Mismatch => "mismatch",
    /// Not whole, or against its own format.
    Damaged => "damaged",
    /// Behind a password.
    Encrypted => "encrypted",
    /// A script, a macro, or a part that starts something.
    Active => "active",
    /// Other files within.
    Embedded => "embedded",
    /// Two kinds of file in one.
    TwoInOne => "two_in_one",
    /// It would grow beyond bounds when it is opened.
    TooComplex => "too_complex",
    /// More dots than a screen or printer needs.
    TooManyDots => "too_many_dots",
    /// A picture with something else after its end.
    Trailing => "trailing",
    /// The check itself ended without an answer.
    Unchecked => "unchecked",
);

impl Refusal {
    /// In the applicant's words, with what to do.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Unknown => {
                "The file must be a PDF, Word (DOCX), Excel (XLSX), OpenDocument (ODT), JPEG or PNG document, and its name \
                 must end so, like accounts.pdf"
            }
            Self::Empty => "The file is empty. Choose a file that has something in it",
            Self::Mismatch => {
                "The file's name ends as one kind of document, and its content is another. Save it as a PDF and try again"
            }
            Self::Damaged => {
                "The file is damaged or not complete, so nobody could read it. Open it, save it as a PDF and try again"
            }
            Self::Encrypted => "The file is protected by a password. Save a copy without a password and try again",
            Self::Active => {
                "The file has a script, a macro or another part that runs when it is opened. Print it to PDF and try again"
            }
            Self::Embedded => {
                "The file has other files inside it. Print it to PDF, and add each of the other files on its own"
            }
            Self::TwoInOne => "The file is two kinds of document at once. Print it to PDF and try again",
            Self::TooComplex => {
                "The file becomes too large when it is opened. Print it to PDF, or send it in smaller parts"
            }
            Self::TooManyDots => {
                "The picture is too large. It may be 12,000 dots wide and high, and 60 million in all. Save a smaller copy \
                 and try again"
            }
            Self::Trailing => {
                "The picture has other data after its end, as some telephones add. Save a copy of the picture, or a \
                 screenshot of it, and try again"
            }
            Self::Unchecked => "We could not check the file in time. Print it to PDF and try again",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_says_what_to_do() {
        for refusal in Refusal::ALL {
            let words = refusal.words();
            let helps =
                ["try again", "must", "Choose", "send it", "on its own"].iter().any(|part| words.contains(part));
            assert!(helps && !words.ends_with('.'), "{words}");
            assert_eq!(Refusal::from_word(refusal.word()), Some(*refusal));
        }
    }

    #[test]
    fn a_kind_is_told_by_the_last_ending() {
        assert_eq!(FileKind::of_name("Accounts 2026.PDF"), Some(FileKind::Pdf));
        assert_eq!(FileKind::of_name("photo.JPG"), Some(FileKind::Jpeg));
        for name in ["accounts", "accounts.pdf.exe", "accounts.docm", "x.svg", "x.html", ".", ""] {
            assert_eq!(FileKind::of_name(name), None, "{name}");
        }
    }
}
