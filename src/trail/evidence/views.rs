//! The pages of an archive.

use serde::Serialize;

use crate::web::Page;

/// A thing and what it is.
pub(super) type Pair = (String, String);

/// A file of the archive, or one that is left out.
#[derive(Debug, Serialize)]
pub(super) struct FileRow {
    pub what: String,
    pub name: String,
    /// Where it is; empty where it is left out.
    pub href: String,
    pub sha256: String,
    pub note: String,
}

#[derive(Debug, Serialize)]
pub(super) struct MarkRow {
    pub criterion: String,
    pub mark: String,
    pub reason: String,
}

/// A submitted score sheet.
#[derive(Debug, Serialize)]
pub(super) struct SheetView {
    pub member: String,
    pub facts: Vec<Pair>,
    pub marks: Vec<MarkRow>,
    /// Criterion, score, reason, where, when, who: every version.
    pub versions: Vec<Cells>,
}

#[derive(Debug, Serialize)]
pub(super) struct AgreedRow {
    pub criterion: String,
    pub mark: String,
    pub reason: String,
    pub strength: String,
    pub improvement: String,
    pub by: String,
}

/// A row of a table of text.
pub(super) type Cells = Vec<String>;

/// The page of one application.
#[derive(Debug, Serialize)]
pub(super) struct CaseView {
    pub title: String,
    pub reference: String,
    /// From this page to the top of the archive.
    pub top: &'static str,
    pub facts: Vec<Pair>,
    pub sections: Vec<(String, Vec<Pair>)>,
    pub received: Vec<FileRow>,
    pub documents: Vec<FileRow>,
    /// Gate, item, outcome, note, when, who.
    pub checks: Vec<Cells>,
    /// Files that were kept as evidence of the checks.
    pub evidence: Vec<FileRow>,
    /// Member, standing, when declared.
    pub members: Vec<Cells>,
    /// Member, why, in the office's words, when, who.
    pub removals: Vec<Cells>,
    /// Person, whether it stands, kind, in their words, when.
    pub conflicts: Vec<Cells>,
    pub sheets: Vec<SheetView>,
    pub moderation: Vec<Pair>,
    /// Meeting, chair, from, to, who was out of the room.
    pub discussions: Vec<Cells>,
    pub agreed: Vec<AgreedRow>,
    /// Criterion, score, reason, when, who: every version.
    pub agreed_versions: Vec<Cells>,
    pub outcome: Vec<Pair>,
    /// Version, saved, by, what its second reader said, its points: every version.
    pub feedback: Vec<Cells>,
    /// Letter, improvement, what an officer found of it, why, when, who: every version.
    pub advice: Vec<Cells>,
    pub letters: Vec<FileRow>,
    /// Record, when, what, who, facts.
    pub records: Vec<Cells>,
}

impl Page for CaseView {
    const TEMPLATE: &'static str = "trail/case_file.html";
}

/// An application in the list of a bundle.
#[derive(Debug, Serialize)]
pub(super) struct BidRow {
    pub reference: String,
    pub organisation: String,
    pub title: String,
    pub percent: String,
    pub rank_award: String,
    pub rank_all: String,
    pub outcome: String,
    pub offer: String,
    pub href: String,
}

/// The first page of a bundle.
#[derive(Debug, Serialize)]
pub(super) struct BundleView {
    pub title: String,
    pub reference: String,
    pub facts: Vec<Pair>,
    /// Criterion, weight, share of the result, minimum.
    pub criteria: Vec<Cells>,
    pub bids: Vec<BidRow>,
    /// Application, person, whether it stands, kind, in their words, when.
    pub conflicts: Vec<Cells>,
    /// Application, choice, reason, when.
    pub ties: Vec<Cells>,
    /// Meeting, place, chair, began, ended, who was there.
    pub meetings: Vec<Cells>,
    /// Funded, offered, of how much, why, when, who.
    pub lines: Vec<Cells>,
    /// What, note, when, who.
    pub approvals: Vec<Cells>,
    /// The decision notice as the press sets it: what, file.
    pub notice: Vec<FileRow>,
    /// Recommendation, made, by, note, taken back, file of its ranking.
    pub recommendations: Vec<Cells>,
    pub decision: Vec<Pair>,
    /// Workshop, when, where, agenda, and who of this round was invited.
    pub workshops: Vec<Cells>,
}

impl Page for BundleView {
    const TEMPLATE: &'static str = "trail/bundle.html";
}
