//! What a round asks: before the form and in it.

use serde::{Deserialize, Serialize};

use super::QuestionKind;

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
