//! A letter as an accessible page, from the stored data: the same sentences as the PDF.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::applications::Application;
use crate::error::Problem;
use crate::letters::Letter;
use crate::press::data::{AwardLetter, CriterionFeedback, FeedbackLetter, LetterData, RejectionLetter};
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
        let mut view = Self {
            title: data.kind().title().to_owned(),
            breadcrumbs: Vec::new(),
            heading: data.kind().title(),
            kind: data.kind().name(),
            pdf_href: String::new(),
            large_print_href: String::new(),
            notice: None,
            references: vec![
                Row::new("Date", &common.date.words),
                Row::new("Our reference", &common.letter_reference),
                Row::new("Your application", &common.application_reference),
                Row::new("Decision notice", &common.decision.reference),
            ],
            letter: serde_json::to_value(data).map_err(Problem::internal)?,
            heads: BTreeMap::new(),
            tables: BTreeMap::new(),
        };
        match data {
            LetterData::Award(letter) => view.award(letter),
            LetterData::Rejection(letter) => view.rejection(letter),
            LetterData::Feedback(letter) => view.feedback(letter),
        }
        Ok(view)
    }

    fn table(&mut self, name: &'static str, head: Vec<Cell>, rows: Vec<Vec<Cell>>) {
        self.heads.insert(name, head);
        self.tables.insert(name, rows);
    }

    fn award(&mut self, letter: &AwardLetter) {
        let conditions = letter.special_conditions.iter().map(|condition| {
            let due = condition.due.as_ref().map_or("Throughout the grant", |due| &due.words);
            vec![text(&condition.text), text(due)]
        });
        let payments = letter
            .payments
            .iter()
            .map(|payment| vec![text(&payment.date.words), figure(&payment.amount.figures), text(&payment.trigger)]);
        let reports = letter.monitoring.iter().map(|report| vec![text(&report.due.words), text(&report.what)]);
        let (conditions, payments, reports) = (conditions.collect(), payments.collect(), reports.collect());
        self.table("conditions", vec![text("Condition"), text("To be met by")], conditions);
        let head = vec![text("Date"), figure("Amount"), text("What must have happened first")];
        self.table("payments", head, payments);
        self.table("monitoring", vec![text("Due"), text("What we need from you")], reports);
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

#[cfg(test)]
#[path = "view_tests.rs"]
mod tests;
