//! A round's definition: its public text, money, criteria, form, gates and rules, as one document.

use serde::{Deserialize, Serialize};

use super::{EligibilityQuestion, Question, QuestionRole, Section, Timetable};
use crate::base::exact::Decimal4;
use crate::base::money::Pence;

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
    pub cut: crate::rounds::rules::CutMode,
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
    /// Whether the management approves a recommendation before the decision maker signs.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub management_approval: bool,
    /// Fewest characters of the reason for a score, when it is not [`REASON_LEAST`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason_least: Option<i32>,
    /// What an award asks of whoever gets it, as the letters say it.
    #[serde(default, skip_serializing_if = "AwardTerms::is_usual")]
    pub terms: AwardTerms,
}

/// What an award asks of whoever gets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AwardTerms {
    /// Days from the letter in which an offer must be accepted.
    pub acceptance_days: i32,
    /// Days from the signed agreement in which the grant is paid.
    pub payment_days: i32,
    /// Days after the end of a project in which its final report is due.
    pub report_days: i32,
    /// Above this a project also reports half-way.
    pub interim_above_pence: Pence,
}

impl Default for AwardTerms {
    fn default() -> Self {
        Self { acceptance_days: 14, payment_days: 28, report_days: 28, interim_above_pence: Pence::new(500_000) }
    }
}

impl AwardTerms {
    /// Whether a round says nothing else.
    #[must_use]
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }
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
    /// The part of the pot that the office has announced for it, if any. It is shown; the cut is made on the round's one pot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pot_pence: Option<Pence>,
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
pub struct About {
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

impl RoundDefinition {
    /// The definition that a new round begins with, and the demonstration uses.
    ///
    /// # Errors
    /// Never, as a test shows; the document is embedded.
    pub fn default_round() -> Result<Self, serde_json::Error> {
        serde_json::from_str(include_str!("../default_round.json"))
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
        self.scale_point(mark).map(|point| point.label.as_str())
    }

    /// What a mark means.
    #[must_use]
    pub fn scale_point(&self, mark: i32) -> Option<&ScalePoint> {
        self.scale.points.iter().find(|point| point.mark == mark)
    }
}
