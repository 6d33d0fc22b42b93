//! What the press sets: a letter of the office, a copy of an application, a panel pack, minutes of a meeting, or the notice of a decision.

use std::borrow::Cow;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    application::{self, ApplicationCopy},
    data::LetterData,
    fault::{Finding, RenderFault},
    kind::LetterKind,
    lint::lint,
    minutes::{self, Minutes},
    notice::{self, DecisionNotice},
    panel_pack::{self, PanelPack},
    printed::not_printed,
    sample,
};

/// A document to be set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Document<'a> {
    /// A letter: the office's own words, which are linted.
    Letter(Cow<'a, LetterData>),
    /// A copy of an application: the applicant's words, printed whatever they are.
    Application(Box<Cow<'a, ApplicationCopy>>),
    /// Minutes of a meeting: the panel's words, printed whatever they are.
    Minutes(Box<Cow<'a, Minutes>>),
    /// The notice of a decision.
    Notice(Box<Cow<'a, DecisionNotice>>),
    /// A panel member's bids with room to write: applicants' words too.
    PanelPack(Box<Cow<'a, PanelPack>>),
}

impl<'a> From<&'a LetterData> for Document<'a> {
    fn from(letter: &'a LetterData) -> Self {
        Self::Letter(Cow::Borrowed(letter))
    }
}

impl<'a> From<&'a ApplicationCopy> for Document<'a> {
    fn from(copy: &'a ApplicationCopy) -> Self {
        Self::Application(Box::new(Cow::Borrowed(copy)))
    }
}

impl<'a> From<&'a DecisionNotice> for Document<'a> {
    fn from(notice: &'a DecisionNotice) -> Self {
        Self::Notice(Box::new(Cow::Borrowed(notice)))
    }
}

impl<'a> From<&'a Minutes> for Document<'a> {
    fn from(minutes: &'a Minutes) -> Self {
        Self::Minutes(Box::new(Cow::Borrowed(minutes)))
    }
}

impl<'a> From<&'a PanelPack> for Document<'a> {
    fn from(pack: &'a PanelPack) -> Self {
        Self::PanelPack(Box::new(Cow::Borrowed(pack)))
    }
}

impl Document<'static> {
    /// An invented document of a kind, to try a template with.
    #[must_use]
    pub fn sample(kind: DocumentKind) -> Self {
        match kind {
            DocumentKind::Letter(kind) => Self::Letter(Cow::Owned(sample::sample(kind))),
            DocumentKind::Application => Self::Application(Box::new(Cow::Owned(application::sample()))),
            DocumentKind::Minutes => Self::Minutes(Box::new(Cow::Owned(minutes::sample()))),
            DocumentKind::Notice => Self::Notice(Box::new(Cow::Owned(notice::sample()))),
            DocumentKind::PanelPack => Self::PanelPack(Box::new(Cow::Owned(panel_pack::sample()))),
        }
    }
}

/// Which template sets a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DocumentKind {
    /// That of a kind of letter.
    Letter(LetterKind),
    /// That of copies of applications.
    Application,
    /// That of minutes.
    Minutes,
    /// That of notices of decisions.
    Notice,
    /// That of panel packs.
    PanelPack,
}

impl From<LetterKind> for DocumentKind {
    fn from(kind: LetterKind) -> Self {
        Self::Letter(kind)
    }
}

/// How large a document may become. A letter is a few pages of the office; a bid is all that an applicant wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Characters of one field.
    pub field_chars: usize,
    /// Bytes of the data as JSON.
    pub data_bytes: usize,
    /// Pages.
    pub pages: usize,
    /// Seconds that it may take.
    pub seconds: u64,
    /// Seconds of processor time that it may take.
    pub processor_seconds: u64,
}

/// A field of a letter is one answer; sixty pages are ten times the longest letter.
const LETTER: Bounds = Bounds {
    field_chars: super::text::MAX_CHARS,
    data_bytes: super::prepare::MAX_DATA_BYTES,
    pages: 60,
    seconds: 15,
    processor_seconds: 10,
};

/// Thirty answers of 20,000 characters, each of up to four bytes and escaped as JSON, and what they fill.
const APPLICATION: Bounds = Bounds {
    field_chars: 400_000,
    data_bytes: super::wire::MAX_REQUEST,
    pages: 1_000,
    seconds: 28,
    processor_seconds: 28,
};

impl DocumentKind {
    /// Every kind.
    pub const ALL: [Self; 15] = [
        Self::Letter(LetterKind::Acknowledgement),
        Self::Letter(LetterKind::Award),
        Self::Letter(LetterKind::PartialAward),
        Self::Letter(LetterKind::Reserve),
        Self::Letter(LetterKind::Rejection),
        Self::Letter(LetterKind::Feedback),
        Self::Letter(LetterKind::WithdrawnApplication),
        Self::Letter(LetterKind::ConditionReminder),
        Self::Letter(LetterKind::Variation),
        Self::Letter(LetterKind::Withdrawal),
        Self::Letter(LetterKind::Termination),
        Self::Application,
        Self::Minutes,
        Self::Notice,
        Self::PanelPack,
    ];

    /// The template's file name.
    #[must_use]
    pub fn file(self) -> &'static str {
        match self {
            Self::Letter(kind) => kind.file(),
            Self::Application => "application.typ",
            Self::Minutes => "minutes.typ",
            Self::Notice => "notice.typ",
            Self::PanelPack => "panel_pack.typ",
        }
    }

    /// Those that are no letters: every word of theirs comes with the data.
    pub const OTHERS: [Self; 4] = [Self::Application, Self::Minutes, Self::Notice, Self::PanelPack];

    /// The name in addresses: that of its template.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.file().trim_end_matches(".typ")
    }

    /// What the office calls it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Letter(kind) => kind.label(),
            Self::Application => "Copy of an application",
            Self::Minutes => "Minutes of a meeting",
            Self::Notice => "Decision notice",
            Self::PanelPack => "Panel pack",
        }
    }

    /// The template that the binary carries.
    #[must_use]
    pub fn source(self) -> &'static str {
        match self {
            Self::Letter(kind) => kind.source(),
            Self::Application => include_str!("../../letter-templates/application.typ"),
            Self::Minutes => include_str!("../../letter-templates/minutes.typ"),
            Self::Notice => include_str!("../../letter-templates/notice.typ"),
            Self::PanelPack => include_str!("../../letter-templates/panel_pack.typ"),
        }
    }

    /// How large it may become.
    #[must_use]
    pub const fn bounds(self) -> Bounds {
        match self {
            Self::Letter(_) => LETTER,
            // A round of thousands of bids fills as much as the longest of them.
            Self::Application | Self::Minutes | Self::Notice | Self::PanelPack => APPLICATION,
        }
    }
}

impl Document<'_> {
    /// Which template sets it.
    #[must_use]
    pub fn kind(&self) -> DocumentKind {
        match self {
            Self::Letter(letter) => DocumentKind::Letter(letter.kind()),
            Self::Application(_) => DocumentKind::Application,
            Self::Minutes(_) => DocumentKind::Minutes,
            Self::Notice(_) => DocumentKind::Notice,
            Self::PanelPack(_) => DocumentKind::PanelPack,
        }
    }

    /// What keeps it from being used. An applicant may write brackets and "TBC": only a letter is linted.
    #[must_use]
    pub fn lint(&self, pdf_text: &str) -> Vec<Finding> {
        match self {
            Self::Letter(letter) => {
                let mut findings = lint(letter, pdf_text);
                findings.extend(not_printed(letter, pdf_text));
                findings
            }
            Self::Application(_) | Self::Notice(_) | Self::Minutes(_) | Self::PanelPack(_) => Vec::new(),
        }
    }

    /// Its date.
    ///
    /// # Errors
    /// When it is none.
    pub fn day(&self) -> Result<Date, RenderFault> {
        let (field, day, iso) = match self {
            Self::Letter(letter) => {
                let date = &letter.common().date;
                ("common.date.iso", date.day(), date.iso.clone())
            }
            Self::Application(copy) => ("date", copy.date.parse().ok(), copy.date.clone()),
            Self::Minutes(minutes) => ("date", minutes.date.parse().ok(), minutes.date.clone()),
            Self::Notice(notice) => ("date", notice.date.parse().ok(), notice.date.clone()),
            Self::PanelPack(pack) => ("date", pack.date.parse().ok(), pack.date.clone()),
        };
        day.ok_or_else(|| RenderFault::Text { field: field.to_owned(), reason: format!("{iso:?} is not a date") })
    }

    /// What makes it this document and no other: the identity of its file.
    #[must_use]
    pub fn ident(&self) -> String {
        match self {
            Self::Letter(letter) => {
                let common = letter.common();
                let (template, date) = (&common.template, &common.date.iso);
                format!("{} {} {} {date}", common.letter_reference, template.id, template.version)
            }
            Self::Minutes(minutes) => format!("{} {} {}", minutes.reference, minutes.heading, minutes.date),
            Self::Application(copy) => format!("{} application {} {}", copy.reference, copy.date, copy.heading),
            Self::Notice(notice) => format!("{} notice {} {}", notice.reference, notice.date, notice.heading),
            Self::PanelPack(pack) => {
                let bids: Vec<&str> = pack.bids.iter().map(|bid| bid.reference.as_str()).collect();
                format!("{} panel pack {} {} {}", pack.round, pack.member, pack.date, bids.join(" "))
            }
        }
    }
}
