//! Questions as form controls.

use serde::Serialize;

use crate::applications::answers::profile::quarters;
use crate::applications::answers::tables::most_rows;
use crate::applications::answers::{Answer, OrganisationDetails, short};
use crate::applications::rules::PageQuestion;
use crate::applications::versions::Bases;
use crate::error::Faults;
use crate::rounds::{Condition, Limits, Question, QuestionKind, QuestionRole, RoundDefinition};
use crate::web::{Field, Fields, Item, Row};

mod tables;

use tables::LineView;

/// A question on its page.
#[derive(Debug, Serialize)]
pub(super) struct QuestionView {
    pub kind: QuestionKind,
    pub field: Field,
    pub lines: Vec<LineView>,
    pub can_add: bool,
    /// The sum under a table.
    pub total: Option<String>,
    /// Details that a tick confirms.
    pub details: Vec<Row>,
    pub depends: Option<DependsView>,
    /// Where it is read what the panel said of this before: address and words.
    pub advice: Option<(String, String)>,
}

/// When a question is to be answered, where that is decided on the same page.
#[derive(Debug, Serialize)]
pub(super) struct DependsView {
    /// The field that decides.
    pub on: String,
    /// Its values that call the question up, as JSON for the script.
    pub answers: String,
    /// The same in words, for people without the script.
    pub line: String,
}

/// Whether a field belongs to a question.
pub(super) fn is_of(question: &Question, name: &str) -> bool {
    name.strip_prefix(question.code.as_str()).is_some_and(|part| match question.kind {
        QuestionKind::Document => false,
        QuestionKind::Date => matches!(part, "_day" | "_month" | "_year"),
        QuestionKind::Contacts | QuestionKind::Profile => part.starts_with('-'),
        kind if most_rows(kind).is_some() => part.starts_with('-'),
        _ => part.is_empty(),
    })
}

/// Whether a question's controls were on the page that was sent. Its version in `versions` says so where they send nothing, as
/// tick boxes do.
pub(super) fn was_sent(question: &Question, fields: &Fields) -> bool {
    Bases::parse(fields.get("versions")).has(&question.code) || fields.names().any(|name| is_of(question, name))
}

/// What the questions of a page are shown with.
#[derive(Clone, Copy)]
pub(super) struct Shown<'a> {
    pub definition: &'a RoundDefinition,
    pub limits: Limits,
    /// Whether the limits are those of a stream, so that hints of the round do not hold.
    pub in_stream: bool,
    pub organisation: &'a OrganisationDetails,
    pub typed: Option<&'a Fields>,
    pub faults: &'a Faults,
    /// Lines that were asked for beside those that a table has.
    pub more: usize,
}

impl Shown<'_> {
    /// A question with what was typed, else with what is stored.
    pub(super) fn view(&self, shown: &PageQuestion<'_>, stored: Option<&Answer>) -> QuestionView {
        let question = shown.question;
        let typed = self.typed.filter(|fields| was_sent(question, fields));
        Self { typed, ..*self }.filled(shown, stored)
    }

    fn filled(&self, shown: &PageQuestion<'_>, stored: Option<&Answer>) -> QuestionView {
        let question = shown.question;
        let label = if question.required { question.text.clone() } else { format!("{} (optional)", question.text) };
        let mut field = Field::new(&question.code, label);
        field.hint = self.hint(question);
        field.error = self.faults.of(&question.code).map(ToOwned::to_owned);
        let mut view = QuestionView {
            kind: question.kind,
            field,
            lines: Vec::new(),
            can_add: false,
            total: None,
            details: Vec::new(),
            depends: shown.depends.and_then(|condition| self.depends(condition)),
            advice: None,
        };
        match question.kind {
            QuestionKind::Date => self.fill_date(&mut view, question, stored),
            QuestionKind::Organisation => self.fill_organisation(&mut view, stored),
            _ => match tables::table(question, self.typed, stored, self.faults, (self.more, quarters(&self.limits))) {
                Some(table) => {
                    view.lines = table.lines;
                    view.can_add = table.can_add;
                    view.total = table.total;
                }
                None => self.fill_plain(&mut view, question, stored),
            },
        }
        view
    }

    /// The question's own help; in a stream, its limits in place of the round's.
    fn hint(&self, question: &Question) -> Option<String> {
        let Limits { min_ask, max_ask, max_months } = self.limits;
        match question.role {
            Some(QuestionRole::Ask) if self.in_stream => Some(format!("From {min_ask} to {max_ask}.")),
            Some(QuestionRole::EndDate) if self.in_stream => {
                Some(format!("At most {max_months} months after the start."))
            }
            _ => question.hint.clone(),
        }
    }

    fn depends(&self, condition: &Condition) -> Option<DependsView> {
        let decides = self.definition.question(&condition.question)?;
        let texts: Vec<String> = decides
            .options
            .iter()
            .filter(|option| condition.answers.contains(&option.value))
            .map(|option| format!("‘{}’", option.text))
            .collect();
        Some(DependsView {
            on: condition.question.clone(),
            answers: serde_json::to_string(&condition.answers).ok()?,
            line: format!("Answer this if you choose {} for {}.", texts.join(" or "), short(&decides.text)),
        })
    }

    fn fill_plain(&self, view: &mut QuestionView, question: &Question, stored: Option<&Answer>) {
        let field = &mut view.field;
        field.limit = question.word_limit;
        field.items = question.options.iter().map(|option| Item::new(&option.value, &option.text)).collect();
        match question.kind {
            QuestionKind::Money => field.inputmode = Some("decimal"),
            QuestionKind::Number => {
                field.inputmode = Some("numeric");
                field.width = Some("5");
            }
            QuestionKind::Document => field.accept = Some(".pdf,.docx,.xlsx,.odt,.jpg,.jpeg,.png"),
            _ => {}
        }
        if let Some(fields) = self.typed {
            fields.get(&question.code).clone_into(&mut field.value);
            field.values = fields.all(&question.code);
            return;
        }
        match stored {
            Some(Answer::Text(text) | Answer::Single(text)) => text.clone_into(&mut field.value),
            Some(Answer::Money(amount)) => field.value = amount.plain(),
            Some(Answer::Number(number)) => field.value = number.to_string(),
            Some(Answer::Multiple(values)) => field.values.clone_from(values),
            _ => {}
        }
    }

    fn fill_date(&self, view: &mut QuestionView, question: &Question, stored: Option<&Answer>) {
        view.field.error = self.faults.of(&format!("{}-day", question.code)).map(ToOwned::to_owned);
        view.field.values = match (self.typed, stored) {
            (Some(fields), _) => ["day", "month", "year"]
                .iter()
                .map(|part| fields.get(&format!("{}_{part}", question.code)).to_owned())
                .collect(),
            (None, Some(Answer::Date(date))) => {
                vec![date.day().to_string(), date.month().to_string(), date.year().to_string()]
            }
            _ => Vec::new(),
        };
    }

    /// The details as they are kept now. They count as confirmed only while they are those that were confirmed.
    fn fill_organisation(&self, view: &mut QuestionView, stored: Option<&Answer>) {
        view.details = self.organisation.rows().into_iter().map(|(key, value)| Row::new(key, value).prose()).collect();
        view.field.items = vec![Item::new("yes", "These details are right")];
        let confirmed = match (self.typed, stored) {
            (Some(fields), _) => fields.get(&view.field.name) == "yes",
            (None, Some(Answer::Organisation(Some(details)))) => {
                if details != self.organisation {
                    view.total =
                        Some("They changed after you confirmed them. Check and confirm them again.".to_owned());
                }
                details == self.organisation
            }
            _ => false,
        };
        if confirmed {
            view.field.values = vec!["yes".to_owned()];
        }
    }
}
