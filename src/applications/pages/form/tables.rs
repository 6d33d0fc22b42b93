//! Tables and contacts as controls: lines of boxes, each line a group of its own.

use serde::Serialize;

use crate::applications::answers::tables::most_rows;
use crate::applications::answers::{
    Answer, BudgetLine, CONTACT_BOXES, Contacts, Group, HEADINGS, Level, Milestone, Outcome, Risk, beneficiaries,
    profile,
};
use crate::base::money::Pence;
use crate::error::Faults;
use crate::rounds::{Question, QuestionKind};
use crate::web::{Field, Fields, Item};

/// A line of a table.
#[derive(Debug, Serialize)]
pub(in crate::applications) struct LineView {
    legend: String,
    cells: Vec<Cell>,
}

/// A box of a line, by its control.
#[derive(Debug, Serialize)]
struct Cell {
    control: &'static str,
    field: Field,
}

/// What a table shows: its lines, whether more may be added, and a sum under it.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub lines: Vec<LineView>,
    pub can_add: bool,
    pub total: Option<String>,
}

/// What a line is made from: what was typed, else what is stored.
struct Source<'a> {
    question: &'a Question,
    typed: Option<&'a Fields>,
    faults: &'a Faults,
}

impl Source<'_> {
    fn cell(&self, part: &str, control: &'static str, label: &str, stored: impl Into<String>) -> Cell {
        let name = format!("{}-{part}", self.question.code);
        let value = self.typed.map_or_else(|| stored.into(), |fields| fields.get(&name).to_owned());
        Cell { control, field: Field::new(name, label).value(value).faults(self.faults) }
    }

    /// How many lines the table has before more are asked for: those that the page had, else those that are stored and an
    /// empty one; and always an empty one after the last that holds anything.
    fn shown(&self, stored: usize) -> usize {
        let Some(fields) = self.typed else { return stored + 1 };
        let most = most_rows(self.question.kind).unwrap_or(0);
        let last = |holds: &dyn Fn(&str) -> bool| {
            let has = |place: &usize| {
                let prefix = format!("{}-{place}-", self.question.code);
                fields.pairs().any(|(name, value)| name.starts_with(&prefix) && holds(value))
            };
            (0..most).rfind(has).map_or(0, |last| last + 1)
        };
        last(&|_| true).max(last(&|value| !value.trim().is_empty()) + 1)
    }
}

impl Cell {
    fn hint(mut self, hint: &str) -> Self {
        self.field.hint = Some(hint.to_owned());
        self
    }

    fn items(mut self, items: Vec<Item>) -> Self {
        self.field.items = items;
        self
    }

    /// A single tick box, whose text is `text`.
    fn tick(mut self, text: &str) -> Self {
        if self.field.value == "yes" {
            self.field.values = vec!["yes".to_owned()];
        }
        self.field.items = vec![Item::new("yes", text)];
        self
    }

    fn numeric(mut self) -> Self {
        self.field = self.field.inputmode("numeric").width("5");
        self
    }
}

/// The table of a question with `more` empty lines, or one box for each of its `quarters`; none for a question that is no table.
pub(super) fn table(
    question: &Question,
    typed: Option<&Fields>,
    stored: Option<&Answer>,
    faults: &Faults,
    (more, quarters): (usize, usize),
) -> Option<Table> {
    let source = Source { question, typed, faults };
    if question.kind == QuestionKind::Contacts {
        let none = Contacts::default();
        let contacts = if let Some(Answer::Contacts(contacts)) = stored { contacts } else { &none };
        return Some(Table { lines: contact_lines(&source, contacts), ..Table::default() });
    }
    if question.kind == QuestionKind::Profile {
        let amounts = if let Some(Answer::Profile(amounts)) = stored { amounts.as_slice() } else { &[] };
        return Some(profile(&source, amounts, quarters));
    }
    let most = most_rows(question.kind)?;
    let stored_lines = match stored {
        Some(Answer::Budget(lines)) => lines.len(),
        Some(Answer::Outcomes(lines)) => lines.len(),
        Some(Answer::Milestones(lines)) => lines.len(),
        Some(Answer::Risks(lines)) => lines.len(),
        Some(Answer::Beneficiaries(lines)) => lines.len(),
        _ => 0,
    };
    let shown = (source.shown(stored_lines) + more).clamp(3, most);
    let lines = (0..shown).map(|place| line(&source, place, stored)).collect();
    let total = match stored {
        Some(Answer::Beneficiaries(groups)) => {
            beneficiaries::total(groups).map(|total| format!("People reached in all: {total}"))
        }
        _ => None,
    };
    Some(Table { lines, can_add: shown < most, total })
}

fn line(source: &Source<'_>, place: usize, stored: Option<&Answer>) -> LineView {
    let (what, cells) = match (source.question.kind, stored) {
        (QuestionKind::Budget, Some(Answer::Budget(lines))) => ("Line", budget(source, place, lines.get(place))),
        (QuestionKind::Budget, _) => ("Line", budget(source, place, None)),
        (QuestionKind::Outcomes, Some(Answer::Outcomes(lines))) => {
            ("Outcome", outcome(source, place, lines.get(place)))
        }
        (QuestionKind::Outcomes, _) => ("Outcome", outcome(source, place, None)),
        (QuestionKind::Milestones, Some(Answer::Milestones(lines))) => {
            ("Milestone", milestone(source, place, lines.get(place)))
        }
        (QuestionKind::Milestones, _) => ("Milestone", milestone(source, place, None)),
        (QuestionKind::Risks, Some(Answer::Risks(lines))) => ("Risk", risk(source, place, lines.get(place))),
        (QuestionKind::Risks, _) => ("Risk", risk(source, place, None)),
        (_, Some(Answer::Beneficiaries(groups))) => ("Group", group(source, place, groups.get(place))),
        _ => ("Group", group(source, place, None)),
    };
    LineView { legend: format!("{what} {}", place + 1), cells }
}

fn budget(source: &Source<'_>, place: usize, line: Option<&BudgetLine>) -> Vec<Cell> {
    let none = BudgetLine::default();
    let line = line.unwrap_or(&none);
    let part = |name: &str| format!("{place}-{name}");
    let amount = |amount: Pence| if amount == Pence::ZERO { String::new() } else { amount.plain() };
    let headings = std::iter::once(Item::new("", "Choose a heading"))
        .chain(HEADINGS.iter().map(|(value, text)| Item::new(*value, *text)))
        .collect();
    let money = |name: &str, label: &str, pence: Pence| source.cell(&part(name), "money", label, amount(pence));
    vec![
        source.cell(&part("heading"), "select", "Heading", &line.heading).items(headings),
        source.cell(&part("description"), "input", "What it is and how you worked it out", &line.description),
        money("total", "Total cost", line.total_pence),
        money("requested", "Asked from this fund", line.requested_pence),
        money("other", "Paid by others", line.other_pence),
        source.cell(&part("source"), "input", "Who pays the rest", &line.other_source),
        source
            .cell(&part("secured"), "checkboxes", "", if line.secured { "yes" } else { "" })
            .tick("The others have promised it"),
    ]
}

fn outcome(source: &Source<'_>, place: usize, line: Option<&Outcome>) -> Vec<Cell> {
    let none = Outcome::default();
    let line = line.unwrap_or(&none);
    [
        ("outcome", "What will change", &line.outcome),
        ("baseline", "How it is now", &line.baseline),
        ("target", "Your target", &line.target),
        ("measure", "How you will measure it", &line.measure),
    ]
    .map(|(name, label, stored)| source.cell(&format!("{place}-{name}"), "input", label, stored))
    .into()
}

fn milestone(source: &Source<'_>, place: usize, line: Option<&Milestone>) -> Vec<Cell> {
    let none = Milestone::default();
    let line = line.unwrap_or(&none);
    vec![
        source.cell(&format!("{place}-what"), "input", "What will have been done", &line.what),
        source
            .cell(&format!("{place}-by"), "short", "By when", line.by.words())
            .hint("A month or a date, such as April 2027"),
    ]
}

fn risk(source: &Source<'_>, place: usize, line: Option<&Risk>) -> Vec<Cell> {
    let none = Risk::default();
    let line = line.unwrap_or(&none);
    let levels = || {
        std::iter::once(Item::new("", "Choose"))
            .chain(Level::ALL.iter().map(|(_, word, title)| Item::new(*word, *title)))
            .collect()
    };
    let level = |name: &str, label: &str, level: Option<Level>| {
        source.cell(&format!("{place}-{name}"), "select", label, level.map_or("", Level::word)).items(levels())
    };
    vec![
        source.cell(&format!("{place}-risk"), "input", "What could go wrong", &line.risk),
        level("likelihood", "How likely it is", line.likelihood),
        level("impact", "How bad it would be", line.impact),
        source.cell(&format!("{place}-action"), "input", "What you will do about it", &line.action),
    ]
}

fn group(source: &Source<'_>, place: usize, group: Option<&Group>) -> Vec<Cell> {
    let none = Group::default();
    let group = group.unwrap_or(&none);
    vec![
        source.cell(&format!("{place}-who"), "input", "Who they are", &group.who),
        source.cell(&format!("{place}-how_many"), "input", "How many", group.how_many.words()).numeric(),
    ]
}

/// A box for each quarter, and for those that hold an amount although a project can reach no more into them.
fn profile(source: &Source<'_>, amounts: &[Pence], quarters: usize) -> Table {
    let cells = (0..quarters.max(amounts.len())).map(|place| {
        let stored = amounts.get(place).filter(|amount| **amount != Pence::ZERO);
        source.cell(
            &profile::box_of(place),
            "money",
            &profile::title(place),
            stored.map(|amount| amount.plain()).unwrap_or_default(),
        )
    });
    let legend = "Asked from this fund, counted from the first day of the project".to_owned();
    let total = (!amounts.is_empty()).then(|| profile::total(amounts)).flatten();
    Table {
        lines: vec![LineView { legend, cells: cells.collect() }],
        total: total.map(|total| format!("All quarters together: {total}")),
        ..Table::default()
    }
}

fn contact_lines(source: &Source<'_>, contacts: &Contacts) -> Vec<LineView> {
    let boxes = |who: &str, contact: &crate::applications::answers::Contact| -> Vec<Cell> {
        CONTACT_BOXES
            .iter()
            .map(|(name, label)| {
                let control = if matches!(*name, "email" | "telephone") { *name } else { "input" };
                source.cell(&format!("{who}-{name}"), control, label, contact.value(name))
            })
            .collect()
    };
    let same = source
        .cell("second-same", "checkboxes", "", if contacts.same { "yes" } else { "" })
        .tick("The second contact is the same person");
    let second = std::iter::once(same).chain(boxes("second", &contacts.second)).collect();
    vec![
        LineView { legend: "Lead contact".to_owned(), cells: boxes("lead", &contacts.lead) },
        LineView { legend: "Second contact".to_owned(), cells: second },
    ]
}
