//! Answers: one type per kind of question, read from a form and from a column. Each kind with parts of its own has a file that
//! reads it, says it in plain words and finds its faults.

use jiff::civil::Date;
use serde::Deserialize;

use crate::base::money::Pence;
use crate::base::text::{FIELD_LIMIT, clean, clean_line};
use crate::error::Faults;
use crate::rounds::{Question, QuestionKind};
use crate::web::Fields;

pub mod beneficiaries;
pub mod budget;
pub mod contacts;
pub mod dates;
pub mod milestones;
pub mod organisation;
pub mod outcomes;
pub mod profile;
pub mod risks;
pub mod tables;

pub use beneficiaries::{Group, HowMany};
pub use budget::{BudgetLine, HEADINGS};
pub use contacts::{CONTACT_BOXES, Contact, Contacts};
pub use dates::{Due, read_date, read_moment};
pub use milestones::Milestone;
pub use organisation::OrganisationDetails;
pub use outcomes::Outcome;
pub use risks::{Level, Risk};

/// An answer, by the kind of its question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A line or paragraphs.
    Text(String),
    /// An amount.
    Money(Pence),
    /// A day.
    Date(Date),
    /// A whole number.
    Number(i64),
    /// One choice.
    Single(String),
    /// Several choices.
    Multiple(Vec<String>),
    /// The budget.
    Budget(Vec<BudgetLine>),
    /// What is asked for in each quarter of the project.
    Profile(Vec<Pence>),
    /// The outcomes.
    Outcomes(Vec<Outcome>),
    /// The milestones.
    Milestones(Vec<Milestone>),
    /// The risks.
    Risks(Vec<Risk>),
    /// Who is reached.
    Beneficiaries(Vec<Group>),
    /// Whom to ask.
    Contacts(Contacts),
    /// The organisation as it was confirmed; none when it is not.
    Organisation(Option<OrganisationDetails>),
    /// A document's name; the file itself is a [`super::Document`].
    Document {
        /// The applicant's name for it.
        file_name: String,
    },
    /// An amount, a day, a number or the contacts, taken out again.
    Nothing,
}

impl Answer {
    /// Reads a stored answer.
    ///
    /// # Errors
    /// When the text is not of the kind.
    pub fn from_json(kind: QuestionKind, text: &str) -> Result<Self, String> {
        fn read<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, String> {
            serde_json::from_str(text).map_err(|e| e.to_string())
        }
        let can_be_none =
            matches!(kind, QuestionKind::Money | QuestionKind::Date | QuestionKind::Number | QuestionKind::Contacts);
        if text == NOTHING && can_be_none {
            return Ok(Self::Nothing);
        }
        Ok(match kind {
            QuestionKind::ShortText | QuestionKind::LongText => Self::Text(read(text)?),
            QuestionKind::Money => Self::Money(read(text)?),
            QuestionKind::Date => Self::Date(read::<String>(text)?.parse().map_err(|_| "no date".to_owned())?),
            QuestionKind::Number => Self::Number(read(text)?),
            QuestionKind::Single => Self::Single(read(text)?),
            QuestionKind::Multiple => Self::Multiple(read(text)?),
            QuestionKind::Budget => Self::Budget(read(text)?),
            QuestionKind::Profile => Self::Profile(read(text)?),
            QuestionKind::Outcomes => Self::Outcomes(read(text)?),
            QuestionKind::Milestones => Self::Milestones(read(text)?),
            QuestionKind::Risks => Self::Risks(read(text)?),
            QuestionKind::Beneficiaries => Self::Beneficiaries(read(text)?),
            QuestionKind::Contacts => Self::Contacts(read(text)?),
            QuestionKind::Organisation => Self::Organisation(read(text)?),
            QuestionKind::Document => {
                let value: serde_json::Value = read(text)?;
                let name = value.get("file_name").and_then(|name| name.as_str());
                Self::Document { file_name: name.ok_or("no file_name")?.to_owned() }
            }
        })
    }

    /// The stored form.
    #[must_use]
    pub fn to_json(&self) -> String {
        let value = match self {
            Self::Text(text) | Self::Single(text) => serde_json::json!(text),
            Self::Money(amount) => serde_json::json!(amount),
            Self::Date(date) => serde_json::json!(date.to_string()),
            Self::Number(number) => serde_json::json!(number),
            Self::Multiple(values) => serde_json::json!(values),
            Self::Budget(lines) => serde_json::json!(lines),
            Self::Profile(amounts) => serde_json::json!(amounts),
            Self::Outcomes(lines) => serde_json::json!(lines),
            Self::Milestones(lines) => serde_json::json!(lines),
            Self::Risks(lines) => serde_json::json!(lines),
            Self::Beneficiaries(groups) => serde_json::json!(groups),
            // Empty answers are stored in few forms, which `versions::judge` knows.
            Self::Contacts(contacts) if *contacts == Contacts::default() => return NOTHING.to_owned(),
            Self::Contacts(contacts) => serde_json::json!(contacts),
            Self::Organisation(details) => serde_json::json!(details),
            Self::Document { file_name } => serde_json::json!({ "file_name": file_name }),
            Self::Nothing => return NOTHING.to_owned(),
        };
        value.to_string()
    }

    /// Whether nothing was answered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) | Self::Single(text) => text.is_empty(),
            Self::Multiple(values) => values.is_empty(),
            Self::Budget(lines) => lines.is_empty(),
            Self::Profile(amounts) => amounts.is_empty(),
            Self::Outcomes(lines) => lines.is_empty(),
            Self::Milestones(lines) => lines.is_empty(),
            Self::Risks(lines) => lines.is_empty(),
            Self::Beneficiaries(groups) => groups.is_empty(),
            Self::Contacts(contacts) => *contacts == Contacts::default(),
            Self::Organisation(details) => details.is_none(),
            Self::Nothing => true,
            Self::Money(_) | Self::Date(_) | Self::Number(_) | Self::Document { .. } => false,
        }
    }

    /// Whether it is one of some choices, or has one of them.
    #[must_use]
    pub fn has_choice(&self, choices: &[String]) -> bool {
        match self {
            Self::Single(value) => choices.contains(value),
            Self::Multiple(values) => values.iter().any(|value| choices.contains(value)),
            _ => false,
        }
    }

    /// The answer as lines of plain text, for check pages, copies and print; an empty answer has none.
    #[must_use]
    pub fn plain(&self, question: &Question) -> String {
        if self.is_empty() {
            return String::new();
        }
        let choice = |value: &str| {
            question
                .options
                .iter()
                .find(|option| option.value == value)
                .map_or_else(|| value.to_owned(), |option| option.text.clone())
        };
        match self {
            Self::Text(text) => text.clone(),
            Self::Money(amount) => amount.to_string(),
            Self::Date(date) => crate::base::time::date_words(*date),
            Self::Number(number) => number.to_string(),
            Self::Single(value) => choice(value),
            Self::Multiple(values) => values.iter().map(|value| choice(value)).collect::<Vec<_>>().join("\n"),
            Self::Budget(lines) => budget::plain(lines),
            Self::Profile(amounts) => profile::plain(amounts),
            Self::Outcomes(lines) => outcomes::plain(lines),
            Self::Milestones(lines) => milestones::plain(lines),
            Self::Risks(lines) => risks::plain(lines),
            Self::Beneficiaries(groups) => beneficiaries::plain(groups),
            Self::Contacts(contacts) => contacts::plain(contacts),
            Self::Organisation(details) => details.as_ref().map(OrganisationDetails::plain).unwrap_or_default(),
            Self::Document { file_name } => file_name.clone(),
            Self::Nothing => String::new(),
        }
    }
}

/// How [`Answer::Nothing`] is stored.
const NOTHING: &str = "null";

/// Reads a question's answer from a form. `None` is no answer; what cannot be understood is a fault. Text over its
/// limit is understood: it is kept, and refused kindly when the bid is checked. `organisation` is what a tick confirms.
pub fn read(
    question: &Question,
    fields: &Fields,
    organisation: &OrganisationDetails,
    faults: &mut Faults,
) -> Option<Answer> {
    let answer = understand(question, fields, organisation, faults)?;
    // Beyond any word limit: no box keeps more, and a table no more than a box.
    if answer.plain(question).chars().count() > FIELD_LIMIT {
        faults.add(&question.code, format!("{} must be 20,000 characters or fewer", short(&question.text)));
        return None;
    }
    Some(answer)
}

fn understand(
    question: &Question,
    fields: &Fields,
    organisation: &OrganisationDetails,
    faults: &mut Faults,
) -> Option<Answer> {
    let code = question.code.as_str();
    let typed = fields.get(code);
    match question.kind {
        QuestionKind::ShortText => Some(Answer::Text(clean_line(typed))),
        QuestionKind::LongText => Some(Answer::Text(clean(typed))),
        QuestionKind::Money => {
            if typed.trim().is_empty() {
                return Some(Answer::Nothing);
            }
            faults.take(code, Pence::parse_typed(typed)).map(Answer::Money)
        }
        QuestionKind::Number => {
            let digits: String = typed.chars().filter(|c| !c.is_whitespace() && *c != ',').collect();
            if digits.is_empty() {
                return Some(Answer::Nothing);
            }
            faults.take(code, digits.parse().map_err(|_| "Enter a whole number, such as 12")).map(Answer::Number)
        }
        QuestionKind::Date => {
            let before = faults.list().len();
            let date = read_date(code, fields, faults).map(Answer::Date);
            // Neither a date nor a fault: the boxes are empty.
            date.or_else(|| (faults.list().len() == before).then_some(Answer::Nothing))
        }
        QuestionKind::Single => {
            // None chosen on a page that asked is an empty answer, as with boxes.
            let known = typed.is_empty() || question.options.iter().any(|option| option.value == typed);
            known.then(|| Answer::Single(typed.to_owned()))
        }
        QuestionKind::Multiple => Some(Answer::Multiple(read_choices(question, &fields.all(code)))),
        QuestionKind::Budget => budget::read(question, fields, faults).map(Answer::Budget),
        QuestionKind::Profile => profile::read(question, fields, faults).map(Answer::Profile),
        QuestionKind::Outcomes => Some(Answer::Outcomes(outcomes::read(question, fields))),
        QuestionKind::Milestones => Some(Answer::Milestones(milestones::read(question, fields))),
        QuestionKind::Risks => Some(Answer::Risks(risks::read(question, fields))),
        QuestionKind::Beneficiaries => Some(Answer::Beneficiaries(beneficiaries::read(question, fields))),
        QuestionKind::Contacts => Some(Answer::Contacts(contacts::read(question, fields))),
        QuestionKind::Organisation => Some(Answer::Organisation((typed == "yes").then(|| organisation.clone()))),
        QuestionKind::Document => None,
    }
}

fn read_choices(question: &Question, chosen: &[String]) -> Vec<String> {
    let ticked = question.options.iter().filter(|option| chosen.contains(&option.value));
    ticked.map(|option| option.value.clone()).collect()
}

/// A question's words for a fault: without its question mark, cut at 60 characters.
#[must_use]
pub fn short(text: &str) -> String {
    let text = text.trim_end_matches('?').trim_end_matches('.');
    if text.chars().count() <= 60 {
        return format!("‘{text}’");
    }
    let cut: String = text.chars().take(57).collect();
    format!("‘{}…’", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::applications::versions::{Current, Verdict, judge};
    use crate::rounds::RoundDefinition;

    /// Whatever stands in no box of a page is the same as no answer, so a page that is opened and saved writes nothing.
    #[test]
    fn an_empty_page_saves_no_answer() {
        let details = r#"{"name":"A","kind":"charity","charity_number":null,"company_number":null,"address":"B"}"#;
        let organisation: OrganisationDetails = serde_json::from_str(details).unwrap();
        let question = RoundDefinition::default_round().unwrap().questions().next().unwrap().clone();
        for kind in QuestionKind::ALL.iter().copied().filter(|kind| *kind != QuestionKind::Document) {
            let question = Question { kind, ..question.clone() };
            let mut faults = Faults::default();
            let answer = read(&question, &Fields::default(), &organisation, &mut faults).unwrap();
            assert!(answer.is_empty() && answer.plain(&question).is_empty() && faults.is_empty(), "{answer:?}");
            let value = answer.to_json();
            assert!(Answer::from_json(kind, &value).unwrap().is_empty(), "{value}");
            for (version, text) in [(0, ""), (1, value.as_str())] {
                assert_eq!(judge(0, Some(""), Current { version, value: text }, &value), Verdict::Same, "{value}");
            }
        }
    }
}
