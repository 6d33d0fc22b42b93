//! Questions as form controls.

use serde::Serialize;

use crate::applications::answers::{Answer, BUDGET_LINES, BudgetLine, HEADINGS, OUTCOME_LINES, Outcome};
use crate::base::money::Pence;
use crate::error::Faults;
use crate::rounds::{Question, QuestionKind};
use crate::web::{Field, Fields, Item};

/// A question on its page.
#[derive(Debug, Serialize)]
pub(super) struct QuestionView {
    pub kind: QuestionKind,
    pub field: Field,
    pub budget: Vec<BudgetRow>,
    pub outcomes: Vec<OutcomeRow>,
    pub required: bool,
    pub can_add: bool,
}

/// A line of the budget, as controls.
#[derive(Debug, Serialize)]
pub(super) struct BudgetRow {
    pub number: usize,
    pub heading: Field,
    pub description: Field,
    pub total: Field,
    pub requested: Field,
    pub other: Field,
    pub source: Field,
    pub secured: Field,
}

/// An outcome, as controls.
#[derive(Debug, Serialize)]
pub(super) struct OutcomeRow {
    pub number: usize,
    pub outcome: Field,
    pub baseline: Field,
    pub target: Field,
    pub measure: Field,
}

/// A question with what was typed, else with what is stored.
pub(super) fn view(
    question: &Question,
    typed: Option<&Fields>,
    stored: Option<&Answer>,
    faults: &Faults,
    more: usize,
) -> QuestionView {
    let label = if question.required { question.text.clone() } else { format!("{} (optional)", question.text) };
    let mut field = Field::new(&question.code, label);
    field.hint.clone_from(&question.hint);
    field.error = faults.of(&question.code).map(ToOwned::to_owned);
    let mut view = QuestionView {
        kind: question.kind,
        field,
        budget: Vec::new(),
        outcomes: Vec::new(),
        required: question.required,
        can_add: false,
    };
    match question.kind {
        QuestionKind::Budget => fill_budget(&mut view, question, typed, stored, faults, more),
        QuestionKind::Outcomes => fill_outcomes(&mut view, question, typed, stored, faults),
        QuestionKind::Date => fill_date(&mut view, question, typed, stored, faults),
        _ => fill_plain(&mut view, question, typed, stored),
    }
    view
}

fn fill_plain(view: &mut QuestionView, question: &Question, typed: Option<&Fields>, stored: Option<&Answer>) {
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
    if let Some(fields) = typed {
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

fn fill_date(
    view: &mut QuestionView,
    question: &Question,
    typed: Option<&Fields>,
    stored: Option<&Answer>,
    faults: &Faults,
) {
    view.field.error = faults.of(&format!("{}-day", question.code)).map(ToOwned::to_owned);
    view.field.values = match (typed, stored) {
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

fn fill_budget(
    view: &mut QuestionView,
    question: &Question,
    typed: Option<&Fields>,
    stored: Option<&Answer>,
    faults: &Faults,
    more: usize,
) {
    let lines: &[BudgetLine] = match stored {
        Some(Answer::Budget(lines)) => lines,
        _ => &[],
    };
    let filled = match typed {
        Some(fields) => (0..BUDGET_LINES)
            .rfind(|place| {
                fields.names().any(|name| {
                    name.starts_with(&format!("{}-{place}-", question.code)) && !fields.get(name).trim().is_empty()
                })
            })
            .map_or(0, |last| last + 1),
        None => lines.len(),
    };
    let shown = (filled + more).clamp(3, BUDGET_LINES);
    view.can_add = shown < BUDGET_LINES;
    view.budget = (0..shown).map(|place| budget_row(&question.code, place, typed, lines.get(place), faults)).collect();
}

fn budget_row(
    code: &str,
    place: usize,
    typed: Option<&Fields>,
    stored: Option<&BudgetLine>,
    faults: &Faults,
) -> BudgetRow {
    let amount = |amount: Pence| if amount == Pence::ZERO { String::new() } else { amount.plain() };
    let field = |name: &str, label: &str, stored: String| {
        let name = format!("{code}-{place}-{name}");
        let value = typed.map_or(stored, |fields| fields.get(&name).to_owned());
        Field::new(name, label).value(value).faults(faults)
    };
    let from = |get: fn(&BudgetLine) -> String| stored.map(get).unwrap_or_default();
    let headings = std::iter::once(Item::new("", "Choose a heading"))
        .chain(HEADINGS.iter().map(|(value, text)| Item::new(*value, *text)))
        .collect();
    let money = |name: &str, label: &str, stored: String| field(name, label, stored).inputmode("decimal").width("10");
    let secured = field("secured", "", from(|line| if line.secured { "yes".to_owned() } else { String::new() }));
    let ticked = if secured.value == "yes" { vec!["yes".to_owned()] } else { Vec::new() };
    BudgetRow {
        number: place + 1,
        heading: field("heading", "Heading", from(|line| line.heading.clone())).items(headings),
        description: field(
            "description",
            "What it is and how you worked it out",
            from(|line| line.description.clone()),
        ),
        total: money("total", "Total cost", stored.map(|line| amount(line.total_pence)).unwrap_or_default()),
        requested: money(
            "requested",
            "Asked from this fund",
            stored.map(|line| amount(line.requested_pence)).unwrap_or_default(),
        ),
        other: money("other", "Paid by others", stored.map(|line| amount(line.other_pence)).unwrap_or_default()),
        source: field("source", "Who pays the rest", from(|line| line.other_source.clone())),
        secured: secured.values(ticked).items(vec![Item::new("yes", "The others have promised it")]),
    }
}

fn fill_outcomes(
    view: &mut QuestionView,
    question: &Question,
    typed: Option<&Fields>,
    stored: Option<&Answer>,
    faults: &Faults,
) {
    let lines: &[Outcome] = match stored {
        Some(Answer::Outcomes(lines)) => lines,
        _ => &[],
    };
    view.outcomes = (0..OUTCOME_LINES)
        .map(|place| {
            let line = lines.get(place);
            let field = |name: &str, label: &str, get: fn(&Outcome) -> &str| {
                let name = format!("{}-{place}-{name}", question.code);
                let stored = line.map(get).unwrap_or_default();
                let value = typed.map_or(stored, |fields| fields.get(&name)).to_owned();
                Field::new(name, label).value(value).faults(faults)
            };
            OutcomeRow {
                number: place + 1,
                outcome: field("outcome", "What will change", |line| &line.outcome),
                baseline: field("baseline", "How it is now", |line| &line.baseline),
                target: field("target", "Your target", |line| &line.target),
                measure: field("measure", "How you will measure it", |line| &line.measure),
            }
        })
        .collect();
}
