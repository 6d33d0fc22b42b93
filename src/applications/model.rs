//! Applications and their documents.

use jiff::civil::Date;

use crate::base::ids::{AccountId, ApplicationId, DocumentId, OrganisationId, RoundId};
use crate::base::money::Pence;
use crate::base::time::{At, date_words};
use crate::column_enum;

column_enum!(ApplicationStage, "Where an application stands.",
    /// Being written.
    Draft => "draft",
    /// With the office.
    Submitted => "submitted",
    /// Taken back by the applicant.
    Withdrawn => "withdrawn",
);

column_enum!(Standing, "What became of a kept text.",
    /// It was the answer from then until the next version.
    Saved => "saved",
    /// Somebody else had changed the answer meanwhile; it is kept beside it.
    SetAside => "set_aside",
);

/// A text that an answer had, or that somebody wrote for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerVersion {
    /// Its row.
    pub id: i32,
    /// Which version of the answer it was; where it was set aside, the version that it was written on.
    pub version: i32,
    /// What became of it.
    pub standing: Standing,
    /// The answer in its stored form.
    pub value: String,
    /// When it was saved.
    pub saved_at: At,
    /// The name of who saved it.
    pub by: String,
}

/// An application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Its row.
    pub id: ApplicationId,
    /// Its round.
    pub round: RoundId,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// That organisation's name.
    pub organisation_name: String,
    /// What people call it by.
    pub reference: String,
    /// Where it stands.
    pub stage: ApplicationStage,
    /// The project's title; empty until it is answered.
    pub title: String,
    /// Amount asked for; none until it is answered.
    pub ask: Option<Pence>,
    /// When it was started.
    pub created_at: At,
    /// By whom.
    pub created_by: AccountId,
    /// When it was submitted.
    pub submitted_at: Option<At>,
    /// Who declared it, and in what role.
    pub declared_by: Option<(String, String)>,
    /// When it was withdrawn, and why.
    pub withdrawn: Option<(At, String)>,
    /// Its stream; none in a round without streams.
    pub stream: Option<String>,
    /// Goes up with every change of the row.
    pub version: i32,
}

impl Application {
    /// Whether it was with the office when it was withdrawn. What was taken back before was never submitted.
    #[must_use]
    pub const fn was_withdrawn_after_submission(&self) -> bool {
        matches!(self.stage, ApplicationStage::Withdrawn) && self.submitted_at.is_some()
    }

    /// Where it stands, in the applicant's words.
    #[must_use]
    pub const fn standing(&self) -> &'static str {
        match self.stage {
            ApplicationStage::Draft => "Not submitted yet",
            ApplicationStage::Submitted => "Submitted",
            ApplicationStage::Withdrawn => "Withdrawn",
        }
    }
}

/// An uploaded document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its row.
    pub id: DocumentId,
    /// Whose application.
    pub application: ApplicationId,
    /// The question it answers.
    pub question: String,
    /// The applicant's name for it; for display only.
    pub file_name: String,
    /// Media type, from its content.
    pub media_type: String,
    /// Size in bytes.
    pub size_bytes: i64,
    /// SHA-256 of its content: its name in the file store.
    pub sha256: String,
    /// When it came.
    pub uploaded_at: At,
    /// Last day on which it holds, where the question asks for one.
    pub expires_on: Option<Date>,
    /// What the virus scanner said; none when it was not asked yet.
    pub scan: Option<ScanState>,
}

column_enum!(ScanState, "What the virus scanner said of a file.",
    /// It has not answered yet.
    Awaiting => "awaiting",
    /// It found nothing.
    Clean => "clean",
    /// It found a virus.
    Infected => "infected",
);

/// Whether a document may be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Safety {
    /// It was scanned and is clean, or the office has no scanner.
    Open,
    /// The scanner has not answered yet: nobody opens it.
    Awaiting,
    /// A virus was found: nobody opens it, ever.
    Infected,
}

impl Safety {
    /// What the scanner said, where the office has one or not. Not answered is not safe (S8).
    #[must_use]
    pub const fn of(scan: Option<ScanState>, scanner: bool) -> Self {
        match (scan, scanner) {
            (Some(ScanState::Infected), _) => Self::Infected,
            (Some(ScanState::Clean), _) | (_, false) => Self::Open,
            (Some(ScanState::Awaiting) | None, true) => Self::Awaiting,
        }
    }

    /// Said beside a file that cannot be opened.
    #[must_use]
    pub const fn note(self) -> Option<&'static str> {
        match self {
            Self::Open => None,
            Self::Awaiting => Some("being checked for viruses"),
            Self::Infected => Some("withheld: a virus was found in it"),
        }
    }
}

impl Document {
    /// Whether it may be opened, where the office has a scanner or not.
    #[must_use]
    pub const fn safety(&self, scanner: bool) -> Safety {
        Safety::of(self.scan, scanner)
    }

    /// What there is to know of its date and its scan, in a few words; empty when there is nothing.
    #[must_use]
    pub fn note(&self, scanner: bool, today: Date) -> String {
        let mut notes = Vec::new();
        if let Some(last) = self.expires_on {
            let verb = if last < today { "expired on" } else { "expires on" };
            notes.push(format!("{verb} {}", date_words(last)));
        }
        notes.extend(self.safety(scanner).note().map(ToOwned::to_owned));
        notes.join("; ")
    }
}

/// A document of an earlier application of the same organisation, that can be used again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierDocument {
    /// The document.
    pub document: Document,
    /// The earlier application's round.
    pub round: String,
}
