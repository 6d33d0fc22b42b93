//! Answers: one type per kind of question, read from a form and from a column.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::base::money::Pence;
use crate::base::text::{clean, clean_line};
use crate::error::Faults;
use crate::rounds::{Question, QuestionKind};
use crate::web::Fields;

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
    /// The outcomes.
    Outcomes(Vec<Outcome>),
    /// A document's name; the file itself is a [`super::Document`].
    Document {
        /// The applicant's name for it.
        file_name: String,
    },
}

/// A line of the budget.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BudgetLine {
    /// One of [`HEADINGS`].
    pub heading: String,
    /// What it is and how it was worked out.
    pub description: String,
    /// What it costs in all.
    pub total_pence: Pence,
    /// What is asked of this fund.
    pub requested_pence: Pence,
    /// What others pay.
    pub other_pence: Pence,
    /// Who they are.
    #[serde(default)]
    pub other_source: String,
    /// Whether that is promised.
    #[serde(default)]
    pub secured: bool,
}

/// A line of the outcomes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// What will change.
    pub outcome: String,
    /// How it is now.
    pub baseline: String,
    /// How it will be.
    pub target: String,
    /// How that is measured.
    pub measure: String,
}

/// Budget headings and how they read.
pub const HEADINGS: &[(&str, &str)] = &[
    ("staff", "Staff"),
    ("sessional", "Sessional workers"),
    ("volunteers", "Volunteer expenses"),
    ("venue", "Venue"),
    ("equipment", "Equipment"),
    ("training", "Training"),
    ("marketing", "Publicity"),
    ("travel", "Travel"),
    ("evaluation", "Evaluation"),
    ("overheads", "Overheads"),
    ("other", "Other"),
];

/// Lines that a table has on its page.
pub const BUDGET_LINES: usize = 12;
/// Outcomes that its table has.
pub const OUTCOME_LINES: usize = 5;

impl Answer {
    /// Reads a stored answer.
    ///
    /// # Errors
    /// When the text is not of the kind.
    pub fn from_json(kind: QuestionKind, text: &str) -> Result<Self, String> {
        fn read<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, String> {
            serde_json::from_str(text).map_err(|e| e.to_string())
        }
        Ok(match kind {
            QuestionKind::ShortText | QuestionKind::LongText => Self::Text(read(text)?),
            QuestionKind::Money => Self::Money(read(text)?),
            QuestionKind::Date => Self::Date(read::<String>(text)?.parse().map_err(|_| "no date".to_owned())?),
            QuestionKind::Number => Self::Number(read(text)?),
            QuestionKind::Single => Self::Single(read(text)?),
            QuestionKind::Multiple => Self::Multiple(read(text)?),
            QuestionKind::Budget => Self::Budget(read(text)?),
            QuestionKind::Outcomes => Self::Outcomes(read(text)?),
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
            Self::Outcomes(lines) => serde_json::json!(lines),
            Self::Document { file_name } => serde_json::json!({ "file_name": file_name }),
        };
        value.to_string()
    }

    /// Whether nothing was answered.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) | Self::Single(text) => text.is_empty(),
            Self::Multiple(values) => values.is_empty(),
            Self::Budget(lines) => lines.is_empty(),
            Self::Outcomes(lines) => lines.is_empty(),
            Self::Money(_) | Self::Date(_) | Self::Number(_) | Self::Document { .. } => false,
        }
    }

    /// The answer as lines of plain text, for check pages, copies and print.
    #[must_use]
    pub fn plain(&self, question: &Question) -> String {
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
            Self::Budget(lines) => {
                let mut text: Vec<String> = lines.iter().map(budget_line).collect();
                let requested = Pence::checked_sum(lines.iter().map(|line| line.requested_pence));
                text.push(format!("Requested in all: {}", requested.unwrap_or(Pence::ZERO)));
                text.join("\n")
            }
            Self::Outcomes(lines) => lines
                .iter()
                .map(|line| {
                    format!(
                        "{}\nNow: {}. Target: {}. Measured by: {}",
                        line.outcome, line.baseline, line.target, line.measure
                    )
                })
                .collect::<Vec<_>>()
                .join("\n\n"),
            Self::Document { file_name } => file_name.clone(),
        }
    }
}

fn budget_line(line: &BudgetLine) -> String {
    let heading = HEADINGS.iter().find(|(value, _)| *value == line.heading).map_or("Other", |(_, text)| text);
    let mut text =
        format!("{heading}: {}. {} in all, {} requested", line.description, line.total_pence, line.requested_pence);
    if line.other_pence > Pence::ZERO {
        let secured = if line.secured { "promised" } else { "not promised yet" };
        text.push_str(&format!(", {} from {} ({secured})", line.other_pence, line.other_source));
    }
    text
}

/// Reads a question's answer from a form. `Ok(None)` is no answer; what cannot be understood is a fault. Text over its
/// limit is understood: it is kept, and refused kindly when the bid is checked.
pub fn read(question: &Question, fields: &Fields, faults: &mut Faults) -> Option<Answer> {
    let code = question.code.as_str();
    let typed = fields.get(code);
    match question.kind {
        QuestionKind::ShortText => Some(Answer::Text(clean_line(typed))),
        QuestionKind::LongText => {
            let text = clean(typed);
            if text.chars().count() > crate::base::text::FIELD_LIMIT {
                faults.add(code, format!("{} must be 20,000 characters or fewer", short(&question.text)));
                return None;
            }
            Some(Answer::Text(text))
        }
        QuestionKind::Money => {
            (!typed.trim().is_empty()).then(|| faults.take(code, Pence::parse_typed(typed)).map(Answer::Money))?
        }
        QuestionKind::Number => {
            let digits: String = typed.chars().filter(|c| !c.is_whitespace() && *c != ',').collect();
            if digits.is_empty() {
                return None;
            }
            faults.take(code, digits.parse().map_err(|_| "Enter a whole number, such as 12")).map(Answer::Number)
        }
        QuestionKind::Date => read_date(code, fields, faults).map(Answer::Date),
        QuestionKind::Single => {
            let known = question.options.iter().any(|option| option.value == typed);
            known.then(|| Answer::Single(typed.to_owned()))
        }
        QuestionKind::Multiple => {
            let chosen = fields.all(code);
            Some(Answer::Multiple(
                question
                    .options
                    .iter()
                    .filter(|option| chosen.contains(&option.value))
                    .map(|option| option.value.clone())
                    .collect(),
            ))
        }
        QuestionKind::Budget => read_budget(code, fields, faults),
        QuestionKind::Outcomes => Some(Answer::Outcomes(read_outcomes(code, fields))),
        QuestionKind::Document => None,
    }
}

/// Reads three boxes as a date; none filled is no date.
pub fn read_date(code: &str, fields: &Fields, faults: &mut Faults) -> Option<Date> {
    let part = |name: &str| fields.get(&format!("{code}_{name}")).trim().to_owned();
    let (day, month, year) = (part("day"), part("month"), part("year"));
    if day.is_empty() && month.is_empty() && year.is_empty() {
        return None;
    }
    let date = (|| {
        Date::new(year.parse().ok()?, month_number(&month)?, day.parse().ok()?).ok().filter(|date| date.year() >= 1900)
    })();
    if date.is_none() {
        faults.add(format!("{code}-day"), "Enter a real date, such as 27 3 2027");
    }
    date
}

fn month_number(typed: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    if let Ok(number) = typed.parse() {
        return Some(number);
    }
    let start: String = typed.to_lowercase().chars().take(3).collect();
    MONTHS.iter().position(|month| *month == start).and_then(|place| i8::try_from(place + 1).ok())
}

fn read_budget(code: &str, fields: &Fields, faults: &mut Faults) -> Option<Answer> {
    let before = faults.list().len();
    let mut lines = Vec::new();
    for place in 0..BUDGET_LINES {
        let field = |name: &str| format!("{code}-{place}-{name}");
        let text = |name: &str| clean_line(fields.get(&field(name)));
        let names = ["heading", "description", "total", "requested", "other", "source"];
        if names.iter().all(|name| text(name).is_empty()) {
            continue;
        }
        let mut amount = |name: &str, what: &str| {
            let typed = text(name);
            if typed.is_empty() {
                return Pence::ZERO;
            }
            let read = Pence::parse_typed(&typed).map_err(|fault| format!("Line {}, {what}: {fault}", place + 1));
            faults.take(&field(name), read).unwrap_or(Pence::ZERO)
        };
        lines.push(BudgetLine {
            total_pence: amount("total", "total cost"),
            requested_pence: amount("requested", "requested"),
            other_pence: amount("other", "from others"),
            heading: text("heading"),
            description: text("description"),
            other_source: text("source"),
            secured: text("secured") == "yes",
        });
    }
    (faults.list().len() == before).then_some(Answer::Budget(lines))
}

fn read_outcomes(code: &str, fields: &Fields) -> Vec<Outcome> {
    (0..OUTCOME_LINES)
        .map(|place| {
            let text = |name: &str| clean_line(fields.get(&format!("{code}-{place}-{name}")));
            Outcome {
                outcome: text("outcome"),
                baseline: text("baseline"),
                target: text("target"),
                measure: text("measure"),
            }
        })
        .filter(|line| *line != Outcome::default())
        .collect()
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
