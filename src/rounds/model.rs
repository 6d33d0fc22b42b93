//! Rounds and their definition.

use serde::{Deserialize, Serialize};

use crate::access::Phase;
use crate::base::exact::Decimal4;
use crate::base::ids::{AccountId, FundId, RoundId};
use crate::base::money::Pence;
use crate::base::time::At;
use crate::column_enum;

mod kind;

pub use kind::QuestionKind;

column_enum!(RoundStage, "Where a round stands.",
    /// Being set up.
    Draft => "draft",
    /// Published and frozen; open or closed by the clock.
    Published => "published",
    /// Members score alone.
    Scoring => "scoring",
    /// The panel moderates.
    Moderation => "moderation",
    /// A recommendation waits for the signature.
    Recommended => "recommended",
    /// Signed; letters are prepared.
    Decided => "decided",
    /// Every letter is issued.
    Issued => "issued",
);

impl RoundStage {
    /// As access rules see it.
    #[must_use]
    pub const fn phase(self) -> Phase {
        match self {
            Self::Draft => Phase::Draft,
            Self::Published => Phase::Published,
            Self::Scoring => Phase::Scoring,
            Self::Moderation => Phase::Moderation,
            Self::Recommended => Phase::Recommended,
            Self::Decided => Phase::Decided,
            Self::Issued => Phase::Over,
        }
    }
}

/// A round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// Its row.
    pub id: RoundId,
    /// Its fund.
    pub fund: FundId,
    /// The fund's short code, the first part of every reference.
    pub fund_code: String,
    /// The fund's name.
    pub fund_name: String,
    /// What people call it by: `CSF-2026-R1`.
    pub reference: String,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub stage: RoundStage,
    /// From then on bids are taken.
    pub opens_at: At,
    /// From then on none is begun, nor taken after the minutes of grace.
    pub closes_at: At,
    /// When it was set up.
    pub created_at: At,
    /// By whom.
    pub created_by: AccountId,
    /// Goes up with every change of the row.
    pub version: i32,
    /// Tries a draft round out: nothing in it is a real application, and no list of real rounds holds it.
    pub test: bool,
    /// Minutes after the closing time in which what was begun may still be submitted; from [`Intake`].
    pub grace_minutes: i32,
    /// Whether nobody in the office may read a bid before it is unsealed; from [`Intake`].
    pub sealed: bool,
    /// When an officer unsealed its bids.
    pub unsealed_at: Option<At>,
}

impl Round {
    /// The subject of a mail about it: one of a test round says so first.
    #[must_use]
    pub fn mail_subject(&self, subject: &str) -> String {
        if self.test { format!("[Test] {subject}") } else { subject.to_owned() }
    }
}

/// Everything about a round that applicants and the panel rely on. One document, frozen when published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoundDefinition {
    /// Public text.
    pub about: About,
    /// Amounts.
    pub money: MoneyRules,
    /// Longest project.
    pub max_months: i32,
    /// Bids that one organisation may make.
    pub max_bids_per_organisation: i32,
    /// Marks and what each means.
    pub scale: ScaleDefinition,
    /// Weighted criteria.
    pub criteria: Vec<Criterion>,
    /// Per cent, inclusive (P3).
    pub pass_mark: Decimal4,
    /// Complete independent sheets that an application needs (P8).
    pub quorum: i32,
    /// Members that each application is assigned to.
    pub assessors_per_application: i32,
    /// A criterion is flagged when its marks spread by so much (P9).
    pub spread_flag: i32,
    /// Criteria that break ties, in order (P5).
    pub tie_break: Vec<String>,
    /// How the cut line works (P7).
    pub cut: super::rules::CutMode,
    /// Least share of an ask that a partial offer may be (P7).
    pub partial_min: Decimal4,
    /// Share of the pot that may be promised beyond it (P7).
    pub overcommit: Decimal4,
    /// Asked before anything else.
    pub eligibility: Vec<EligibilityQuestion>,
    /// The form.
    pub sections: Vec<Section>,
    /// What the person who submits declares.
    pub declaration: Vec<String>,
    /// Pass/fail checks by officers (P4).
    pub gates: Vec<GateDefinition>,
    /// Kinds of bid within the round, with limits of their own, such as small and main grants. Empty: every bid is alike, within
    /// the limits of the round.
    #[serde(default)]
    pub streams: Vec<Stream>,
    /// How bids are taken in.
    #[serde(default)]
    pub intake: Intake,
    /// When applicants may expect to hear.
    #[serde(default, skip_serializing_if = "Timetable::is_empty")]
    pub timetable: Timetable,
    /// Fewest characters of the reason for a score, when it is not [`REASON_LEAST`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason_least: Option<i32>,
}

/// Fewest characters of the reason for a score, where a round says nothing else.
pub const REASON_LEAST: i32 = 20;

/// A kind of bid within a round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stream {
    /// Short code, as [`Question::streams`] names it.
    pub code: String,
    /// Title, such as "Small grants".
    pub title: String,
    /// For whom it is, in a sentence.
    pub summary: String,
    /// Least that may be asked for.
    pub min_ask_pence: Pence,
    /// Most that may be asked for.
    pub max_ask_pence: Pence,
    /// Longest project, in months.
    pub max_months: i32,
}

/// How bids are taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intake {
    /// Minutes after the published closing time in which a bid that was already begun may still be submitted. Shown wherever the
    /// closing time is (D3).
    pub grace_minutes: i32,
    /// Nobody in the office reads a bid before the round has closed and is unsealed.
    pub sealed: bool,
    /// Largest file, in bytes.
    pub file_bytes: i64,
    /// Largest sum of the files of one application, in bytes.
    pub application_bytes: i64,
}

impl Default for Intake {
    fn default() -> Self {
        Self { grace_minutes: 0, sealed: false, file_bytes: 10 * 1024 * 1024, application_bytes: 50 * 1024 * 1024 }
    }
}

/// Public text of a round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// The fund's name.
    pub fund_name: String,
    /// In a few sentences.
    pub summary: String,
    /// How bids are judged, a paragraph each.
    pub guidance: Vec<String>,
}

/// Amounts of a round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MoneyRules {
    /// What there is.
    pub pot_pence: Pence,
    /// Least that may be asked for.
    pub min_ask_pence: Pence,
    /// Most that may be asked for.
    pub max_ask_pence: Pence,
}

/// The marks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScaleDefinition {
    /// Lowest.
    pub min: i32,
    /// Highest.
    pub max: i32,
    /// What each means, lowest first.
    pub points: Vec<ScalePoint>,
}

/// A mark and what it means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScalePoint {
    /// The mark.
    pub mark: i32,
    /// In a word.
    pub label: String,
    /// In a sentence.
    pub descriptor: String,
}

/// A weighted criterion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// Short code.
    pub code: String,
    /// Title.
    pub title: String,
    /// Weight; weights need not total 100 (P1).
    pub weight: Decimal4,
    /// Least agreed mark, inclusive (P3).
    pub minimum: Option<i32>,
    /// What assessors look for.
    pub prompt: String,
}

/// A question before the form, each answer of which lets on or refuses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EligibilityQuestion {
    /// Short code.
    pub code: String,
    /// The question.
    pub text: String,
    /// Always `single`.
    pub kind: QuestionKind,
    /// The answers.
    pub options: Vec<EligibilityOption>,
}

/// An answer to an eligibility question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EligibilityOption {
    /// Stored.
    pub value: String,
    /// Read.
    pub text: String,
    /// Why this answer cannot be funded; none lets on.
    pub refusal: Option<String>,
}

/// A task of the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Short code, in addresses.
    pub code: String,
    /// Title.
    pub title: String,
    /// Its questions.
    pub questions: Vec<Question>,
}

/// A question whose answer the service itself uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionRole {
    /// Project title.
    Title,
    /// Amount asked for.
    Ask,
    /// First day of the project.
    StartDate,
    /// Last day of the project.
    EndDate,
    /// Summary for publication.
    Summary,
}

/// A question of the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Short code.
    pub code: String,
    /// The question.
    pub text: String,
    /// Help under it.
    pub hint: Option<String>,
    /// How it is answered.
    pub kind: QuestionKind,
    /// Whether it must be.
    pub required: bool,
    /// Most words of a long text.
    pub word_limit: Option<usize>,
    /// Most characters of a line.
    pub max_chars: Option<usize>,
    /// Answers to choose from.
    #[serde(default)]
    pub options: Vec<Choice>,
    /// The criterion that its answer informs; none is information.
    pub criterion: Option<String>,
    /// What the service uses it for.
    pub role: Option<QuestionRole>,
    /// Asked only when an earlier answer says so; none is asked always.
    #[serde(default)]
    pub show_if: Option<Condition>,
    /// Streams in which it is asked; empty is all of them.
    #[serde(default)]
    pub streams: Vec<String>,
    /// Whether it asks about experience or a track record, which favours those who have had grants before. Set by the officer; read
    /// by the warnings alone.
    #[serde(default)]
    pub track_record: bool,
    /// A document with a day after which it no longer holds, such as an insurance certificate.
    #[serde(default)]
    pub expires: bool,
}

/// When a question is asked: an earlier question of choices has one of these answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Code of the earlier question, of kind `single` or `multiple`.
    pub question: String,
    /// Values of its answers, any of which is enough.
    pub answers: Vec<String>,
}

/// An answer to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Stored.
    pub value: String,
    /// Read.
    pub text: String,
}

/// A pass/fail check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GateDefinition {
    /// Short code.
    pub code: String,
    /// Title.
    pub title: String,
    /// Codes of the document questions that the officer reads for it.
    #[serde(default)]
    pub documents: Vec<String>,
    /// What it is made of: its outcome follows from theirs. Empty: it is judged as a whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<GateItem>,
}

impl GateDefinition {
    /// An item.
    #[must_use]
    pub fn item(&self, code: &str) -> Option<&GateItem> {
        self.items.iter().find(|item| item.code == code)
    }
}

/// One thing to check for a gate, such as a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GateItem {
    /// Short code, unique within the gate.
    pub code: String,
    /// Title.
    pub title: String,
    /// Who needs it, and by when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// When applicants may expect to hear, as the office has announced it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Timetable {
    /// The day by which the decision is to be made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision_by: Option<Day>,
    /// The day by which letters are to be sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letters_by: Option<Day>,
}

impl Timetable {
    /// Whether nothing was announced.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.decision_by.is_none() && self.letters_by.is_none()
    }
}

/// A day of London, written `2026-12-24`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(pub jiff::civil::Date);

impl TryFrom<String> for Day {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse().map(Self).map_err(|_| format!("{text} is no day such as 2026-12-24"))
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.0.to_string()
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&crate::base::time::date_words(self.0))
    }
}

impl RoundDefinition {
    /// The definition that a new round begins with, and the demonstration uses.
    ///
    /// # Errors
    /// Never, as a test shows; the document is embedded.
    pub fn default_round() -> Result<Self, serde_json::Error> {
        serde_json::from_str(include_str!("default_round.json"))
    }

    /// Fewest characters that the reason for a score must have, in different words.
    #[must_use]
    pub fn reason_least(&self) -> i32 {
        self.reason_least.unwrap_or(REASON_LEAST)
    }

    /// Every question, in the order of the form.
    pub fn questions(&self) -> impl Iterator<Item = &Question> {
        self.sections.iter().flat_map(|section| &section.questions)
    }

    /// A question.
    #[must_use]
    pub fn question(&self, code: &str) -> Option<&Question> {
        self.questions().find(|question| question.code == code)
    }

    /// The question with a role.
    #[must_use]
    pub fn question_for(&self, role: QuestionRole) -> Option<&Question> {
        self.questions().find(|question| question.role == Some(role))
    }

    /// A gate.
    #[must_use]
    pub fn gate(&self, code: &str) -> Option<&GateDefinition> {
        self.gates.iter().find(|gate| gate.code == code)
    }

    /// A criterion.
    #[must_use]
    pub fn criterion(&self, code: &str) -> Option<&Criterion> {
        self.criteria.iter().find(|criterion| criterion.code == code)
    }

    /// The questions that inform a criterion.
    pub fn questions_informing<'a>(&'a self, criterion: &'a str) -> impl Iterator<Item = &'a Question> {
        self.questions().filter(move |question| question.criterion.as_deref() == Some(criterion))
    }

    /// What a mark is called.
    #[must_use]
    pub fn mark_label(&self, mark: i32) -> Option<&str> {
        self.scale.points.iter().find(|point| point.mark == mark).map(|point| point.label.as_str())
    }
}
