//! A letter as an accessible page, from the stored data: the same sentences as the PDF.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::applications::Application;
use crate::error::Problem;
use crate::letters::Letter;
use crate::press::LetterKind;
use crate::press::data::{
    AwardLetter, Condition, CriterionFeedback, FeedbackLetter, LetterData, Payment, RejectionLetter,
};
use crate::press::later::{ReminderLetter, TerminationLetter, VariationLetter};
use crate::press::values::Percentage;
use crate::web::{Crumb, Page, Row};

/// A cell of a table.
#[derive(Debug, Serialize)]
struct Cell {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<&'static str>,
}

fn text(text: impl Into<String>) -> Cell {
    Cell { text: text.into(), format: None }
}

fn figure(text: impl Into<String>) -> Cell {
    Cell { text: text.into(), format: Some("numeric") }
}

/// A letter's page.
#[derive(Debug, Serialize)]
pub(super) struct LetterView {
    title: String,
    breadcrumbs: Vec<Crumb>,
    heading: &'static str,
    kind: &'static str,
    pdf_href: String,
    large_print_href: String,
    /// What is to be said above the letter: that it was replaced, or who looks at it.
    notice: Option<String>,
    references: Vec<Row>,
    /// The paragraphs that the office may word.
    opening: Vec<String>,
    closing: Vec<String>,
    /// Whether it says what one can do next: an offer does not.
    invites: bool,
    /// Of what one may ask a review: "decision", "grant" or nothing.
    review: &'static str,
    letter: Value,
    heads: BTreeMap<&'static str, Vec<Cell>>,
    tables: BTreeMap<&'static str, Vec<Vec<Cell>>>,
}

impl Page for LetterView {
    const TEMPLATE: &'static str = "letters/letter.html";
}

impl LetterView {
    /// The page of an issued letter.
    pub(super) fn new(application: &Application, letter: &Letter) -> Result<Self, Problem> {
        let data: LetterData = serde_json::from_str(&letter.data).map_err(Problem::internal)?;
        let home = format!("/applications/{}", application.reference);
        let mut view = Self::of(&data)?;
        view.title = format!("{}: {}", letter.title(), application.reference);
        view.breadcrumbs = vec![
            Crumb::to("Your applications", "/applications"),
            Crumb::to(&application.reference, &home),
            Crumb::to("Your letters", format!("{home}/letters")),
            Crumb::here(letter.title()),
        ];
        view.pdf_href = format!("{home}/letters/{}/pdf", letter.reference);
        view.large_print_href = format!("{home}/letters/{}/large-print", letter.reference);
        Ok(view)
    }

    /// The same for the office, which reads it below `here`.
    pub(super) fn for_office(mut self, breadcrumbs: Vec<Crumb>, here: &str) -> Self {
        self.breadcrumbs = breadcrumbs;
        self.pdf_href = format!("{here}/pdf");
        self.notice = Some("This is how the applicant reads the letter.".to_owned());
        self
    }

    /// The same with something to say above it.
    pub(super) fn with_notice(mut self, notice: Option<String>) -> Self {
        self.notice = notice;
        self
    }

    fn of(data: &LetterData) -> Result<Self, Problem> {
        let common = data.common();
        let letter = serde_json::to_value(data).map_err(Problem::internal)?;
        let words = data.words(&letter);
        let mut references = vec![
            Row::new("Date", &common.date.words),
            Row::new("Our reference", &common.letter_reference),
            Row::new("Your application", &common.application_reference),
        ];
        if let Some(decision) = &common.decision {
            references.push(Row::new("Decision notice", &decision.reference));
        }
        let mut view = Self {
            title: data.kind().title().to_owned(),
            breadcrumbs: Vec::new(),
            heading: data.kind().title(),
            kind: data.kind().name(),
            pdf_href: String::new(),
            large_print_href: String::new(),
            notice: None,
            references,
            opening: paragraphs(&words.opening),
            closing: words.closing.as_deref().map(paragraphs).unwrap_or_default(),
            invites: matches!(
                data,
                LetterData::Reserve(_)
                    | LetterData::Rejection(_)
                    | LetterData::Feedback(_)
                    | LetterData::WithdrawnApplication(_)
            ),
            review: review(data.kind()),
            letter,
            heads: BTreeMap::new(),
            tables: BTreeMap::new(),
        };
        match data {
            LetterData::Award(letter) | LetterData::PartialAward(letter) => view.award(letter),
            LetterData::Rejection(letter) | LetterData::Reserve(letter) => view.rejection(letter),
            LetterData::Feedback(letter) => view.feedback(letter),
            LetterData::ConditionReminder(letter) => view.reminder(letter),
            LetterData::Variation(letter) => view.variation(letter),
            LetterData::Termination(letter) => view.termination(letter),
            LetterData::Acknowledgement(_) | LetterData::WithdrawnApplication(_) | LetterData::Withdrawal(_) => {}
        }
        Ok(view)
    }

    fn table(&mut self, name: &'static str, head: Vec<Cell>, rows: Vec<Vec<Cell>>) {
        self.heads.insert(name, head);
        self.tables.insert(name, rows);
    }

    fn conditions(&mut self, conditions: &[Condition]) {
        let row = |condition: &Condition| {
            let due = condition.due.as_ref().map_or("Throughout the grant", |due| &due.words);
            vec![text(&condition.text), text(due)]
        };
        let rows = conditions.iter().map(row).collect();
        self.table("conditions", vec![text("Condition"), text("To be met by")], rows);
    }

    fn payments(&mut self, payments: &[Payment]) {
        let row = |payment: &Payment| {
            vec![text(&payment.date.words), figure(&payment.amount.figures), text(&payment.trigger)]
        };
        let head = vec![text("Date"), figure("Amount"), text("What must have happened first")];
        self.table("payments", head, payments.iter().map(row).collect());
    }

    fn award(&mut self, letter: &AwardLetter) {
        self.conditions(&letter.special_conditions);
        self.payments(&letter.payments);
        let reports = letter.monitoring.iter().map(|report| vec![text(&report.due.words), text(&report.what)]);
        let reports = reports.collect();
        self.table("monitoring", vec![text("Due"), text("What we need from you")], reports);
    }

    fn reminder(&mut self, letter: &ReminderLetter) {
        self.conditions(&letter.conditions);
    }

    fn variation(&mut self, letter: &VariationLetter) {
        let rows = letter.changes.iter();
        let rows = rows.map(|change| vec![text(&change.what), text(&change.before), text(&change.after)]).collect();
        let head = vec![text("What"), text("Until now"), text(format!("From {}", letter.effective.words))];
        self.table("changes", head, rows);
        self.payments(&letter.payments);
    }

    fn termination(&mut self, letter: &TerminationLetter) {
        let notices = letter.notices.iter().map(|notice| vec![text(&notice.date.words), text(&notice.what)]).collect();
        self.table("notices", vec![text("Date"), text("What")], notices);
        let amounts = [
            ("The grant", &letter.awarded.figures),
            ("Paid to you", &letter.paid.figures),
            ("Spent as agreed", &letter.spent.figures),
            ("To be paid back", &letter.repay.figures),
        ];
        let rows = amounts.into_iter().map(|(name, amount)| vec![text(name), figure(amount)]).collect();
        self.table("money", vec![text("Amount"), figure("In pounds")], rows);
    }

    fn rejection(&mut self, letter: &RejectionLetter) {
        let Some(scores) = &letter.scores else { return };
        self.result(&scores.weighted, &scores.pass_mark, scores.lowest_funded.as_ref());
        let rows = scores
            .criteria
            .iter()
            .map(|row| vec![text(&row.name), figure(format!("{} out of {}", row.score, row.max))])
            .collect();
        self.table("scores", vec![text("Criterion"), figure("Agreed score")], rows);
    }

    fn feedback(&mut self, letter: &FeedbackLetter) {
        self.result(&letter.weighted, &letter.pass_mark, letter.lowest_funded.as_ref());
        let row = |row: &CriterionFeedback| {
            vec![
                text(&row.name),
                figure(row.weight.figures.replace(".00%", "%")),
                figure(format!("{} out of {}", row.score, row.max)),
                text(&row.label),
            ]
        };
        let head = vec![text("Criterion"), figure("Weight"), figure("Agreed score"), text("Meaning")];
        self.table("criteria", head, letter.criteria.iter().map(row).collect());
    }

    fn result(&mut self, weighted: &Percentage, pass_mark: &Percentage, lowest: Option<&Percentage>) {
        let mut rows = vec![
            vec![text("Your weighted score"), figure(&weighted.figures)],
            vec![text("Pass mark of the round"), figure(&pass_mark.figures)],
        ];
        if let Some(lowest) = lowest {
            rows.push(vec![text("Lowest score that was funded"), figure(&lowest.figures)]);
        }
        self.table("result", vec![text("Measure"), figure("Result")], rows);
    }
}

/// A blank line starts a new paragraph, as in the PDF.
fn paragraphs(text: &str) -> Vec<String> {
    let mut paragraphs = vec![String::new()];
    for line in text.lines() {
        match (line.trim(), paragraphs.last_mut()) {
            ("", _) | (_, None) => paragraphs.push(String::new()),
            (line, Some(last)) if last.is_empty() => last.push_str(line),
            (line, Some(last)) => {
                last.push('\n');
                last.push_str(line);
            }
        }
    }
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    paragraphs
}

const fn review(kind: LetterKind) -> &'static str {
    match kind {
        LetterKind::Withdrawal | LetterKind::Termination => "grant",
        _ if kind.has_review() => "decision",
        _ => "",
    }
}

#[cfg(test)]
#[path = "view_tests.rs"]
mod tests;
