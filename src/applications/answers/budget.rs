//! The budget: what the project costs, and who pays for which part (domain rules of the budget).

use serde::{Deserialize, Serialize};

use super::tables::{RowFaults, typed_rows};
use crate::base::money::Pence;
use crate::error::Faults;
use crate::rounds::Question;
use crate::web::Fields;

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

/// Reads the table; an amount that is none is a fault, and then the table is not understood.
pub(super) fn read(question: &Question, fields: &Fields, faults: &mut Faults) -> Option<Vec<BudgetLine>> {
    let before = faults.list().len();
    let mut lines = Vec::new();
    for (place, row) in typed_rows(question, fields) {
        let mut amount = |name: &str, what: &str| {
            let typed = row.text(name);
            if typed.is_empty() {
                return Pence::ZERO;
            }
            let read = Pence::parse_typed(&typed).map_err(|fault| format!("Line {}, {what}: {fault}", place + 1));
            faults.take(&row.field(name), read).unwrap_or(Pence::ZERO)
        };
        lines.push(BudgetLine {
            total_pence: amount("total", "total cost"),
            requested_pence: amount("requested", "requested"),
            other_pence: amount("other", "from others"),
            heading: row.text("heading"),
            description: row.text("description"),
            other_source: row.text("source"),
            secured: row.text("secured") == "yes",
        });
    }
    (faults.list().len() == before).then_some(lines)
}

/// What its lines ask of this fund.
#[must_use]
pub fn requested(lines: &[BudgetLine]) -> Option<Pence> {
    Pence::checked_sum(lines.iter().map(|line| line.requested_pence))
}

pub(super) fn plain(lines: &[BudgetLine]) -> String {
    let mut text: Vec<String> = lines.iter().map(plain_line).collect();
    text.push(format!("Requested in all: {}", requested(lines).unwrap_or(Pence::ZERO)));
    text.join("\n")
}

fn plain_line(line: &BudgetLine) -> String {
    let heading = HEADINGS.iter().find(|(value, _)| *value == line.heading).map_or("Other", |(_, text)| text);
    let mut text =
        format!("{heading}: {}. {} in all, {} requested", line.description, line.total_pence, line.requested_pence);
    if line.other_pence > Pence::ZERO {
        let secured = if line.secured { "promised" } else { "not promised yet" };
        text.push_str(&format!(", {} from {} ({secured})", line.other_pence, line.other_source));
    }
    text
}

/// What is wrong with it, beside what the bid asks for.
pub(in crate::applications) fn faults(
    question: &Question,
    lines: &[BudgetLine],
    ask: Option<Pence>,
    faults: &mut Faults,
) {
    for (place, line) in lines.iter().enumerate() {
        let mut row = RowFaults::new(&question.code, "Line", place, faults);
        if !HEADINGS.iter().any(|(value, _)| *value == line.heading) {
            row.add("heading", "choose a heading");
        }
        row.need("description", &line.description, "say what it is and how you worked it out");
        if line.total_pence <= Pence::ZERO {
            row.add("total", "enter the total cost");
        }
        if line.requested_pence > line.total_pence {
            row.add("requested", "you cannot ask for more than the total cost");
        } else if line.requested_pence.checked_add(line.other_pence) != Some(line.total_pence) {
            row.add("total", "the total must be what you ask for plus what others pay");
        }
        if line.other_pence > Pence::ZERO && line.other_source.is_empty() {
            row.add("source", "say who pays the rest");
        }
    }
    if let (Some(ask), Some(requested)) = (ask, requested(lines))
        && ask != requested
    {
        faults.add(
            format!("{}-0-requested", question.code),
            format!("The budget asks for {requested}, but you ask for {ask}. Make them the same"),
        );
    }
}
