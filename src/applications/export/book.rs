//! What an export says: sheets of typed cells, gathered some bids at a time.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;

use crate::accounts::{OrganisationKind, names_of};
use crate::applications::answers::{Answer, BudgetLine, HEADINGS, Outcome, profile};
use crate::applications::gates::{GateCheck, GateFinding, GateOutcome, newest};
use crate::applications::model::{Application, Document};
use crate::applications::{rules, store};
use crate::base::actor::Actor;
use crate::base::ids::{AccountId, ApplicationId};
use crate::base::money::Pence;
use crate::base::time::At;
use crate::db::Conn;
use crate::error::Problem;
use crate::rounds::{Question, QuestionKind, Round, RoundDefinition};

/// Bids whose answers are read at once.
const CHUNK: usize = 200;

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    /// Nothing.
    Empty,
    /// Text, never anything else, whatever it begins with.
    Text(String),
    /// Pounds and pence.
    Money(Pence),
    /// A whole number.
    Number(i64),
    /// A day.
    Day(Date),
    /// A moment, in London time.
    Moment(At),
}

impl Cell {
    /// Text, or nothing.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    fn optional(text: Option<&String>) -> Self {
        text.map_or(Self::Empty, Self::text)
    }

    fn count(number: usize) -> Self {
        i64::try_from(number).map_or(Self::Empty, Self::Number)
    }
}

/// A column: its heading and its width in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    pub title: String,
    pub width: u16,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sheet {
    pub name: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Cell>>,
}

impl Sheet {
    /// A table without rows: its columns with their widths in characters.
    pub(crate) fn new(name: impl Into<String>, columns: &[(&str, u16)]) -> Self {
        let columns =
            columns.iter().map(|(title, width)| Column { title: (*title).to_owned(), width: *width }).collect();
        Self { name: name.into(), columns, rows: Vec::new() }
    }
}

/// Everything of a round that an export says; the first sheet is of the bids.
#[derive(Debug, Clone)]
pub(in crate::applications) struct Book {
    /// Sheets.
    pub sheets: Vec<Sheet>,
    /// Bids in it.
    pub applications: usize,
    /// Bids that the person may not read.
    pub left_out: usize,
}

/// Gathers what a person may read of a round.
pub(in crate::applications) fn gather(
    conn: &mut Conn,
    round: &Round,
    definition: &RoundDefinition,
    actor: &Actor,
) -> Result<Book, Problem> {
    let (bids, left_out) = store::readable_of_round(conn, round.id, actor)?;
    let organisations = store::organisations_of_round(conn, round.id)?;
    let mut main = main_sheet(definition);
    let mut tables = table_sheets(definition);
    for chunk in bids.chunks(CHUNK) {
        let ids: Vec<ApplicationId> = chunk.iter().map(|application| application.id).collect();
        let mut answers = store::answers_of_many(conn, &ids, definition)?;
        let mut documents = store::documents_of_many(conn, &ids)?;
        for application in chunk {
            let mut given = answers.remove(&application.id).unwrap_or_default();
            let mut files = documents.remove(&application.id).unwrap_or_default();
            // What a bid is not asked any more stays stored, and is no part of it.
            let asked = rules::asked_codes(definition, application.stream.as_deref(), &given);
            given.retain(|code, _| asked.contains(code.as_str()));
            files.retain(|document| asked.contains(document.question.as_str()));
            let facts = organisations.get(&application.organisation);
            main.rows.push(main_row(definition, application, facts, &given, &files));
            for (code, sheet) in &mut tables {
                add_lines(sheet, application, given.get(code));
            }
        }
    }
    let applications = bids.len();
    let gates = gates_sheet(conn, round, definition, &bids)?;
    let sheets = std::iter::once(main).chain(tables.into_iter().map(|(_, sheet)| sheet)).chain([gates]).collect();
    Ok(Book { sheets, applications, left_out })
}

const fn is_table(kind: QuestionKind) -> bool {
    matches!(kind, QuestionKind::Budget | QuestionKind::Profile | QuestionKind::Outcomes)
}

fn main_sheet(definition: &RoundDefinition) -> Sheet {
    let mut sheet = Sheet::new(
        "Applications",
        &[
            ("Reference", 18),
            ("Organisation", 32),
            ("Kind of organisation", 22),
            ("Charity number", 16),
            ("Company number", 16),
            ("Address", 32),
            ("Project", 36),
            ("Amount asked for", 18),
            ("Received", 18),
            ("Declared by", 24),
            ("Declared as", 20),
        ],
    );
    if !definition.streams.is_empty() {
        sheet.columns.push(Column { title: "Kind of grant".to_owned(), width: 24 });
    }
    let questions = definition.questions().filter(|question| !is_table(question.kind));
    sheet.columns.extend(questions.map(|question| Column {
        title: format!("{} ({})", question.text, question.code),
        width: if question.kind == QuestionKind::LongText { 50 } else { 24 },
    }));
    sheet
}

fn main_row(
    definition: &RoundDefinition,
    application: &Application,
    facts: Option<&store::OrganisationFacts>,
    answers: &BTreeMap<String, Answer>,
    documents: &[Document],
) -> Vec<Cell> {
    let kind = facts
        .and_then(|facts| OrganisationKind::from_word(&facts.0))
        .map_or_else(String::new, |kind| kind.title().to_owned());
    let declared = application.declared_by.as_ref();
    let mut row = vec![
        Cell::text(&application.reference),
        Cell::text(&application.organisation_name),
        Cell::text(kind),
        Cell::optional(facts.and_then(|facts| facts.1.as_ref())),
        Cell::optional(facts.and_then(|facts| facts.2.as_ref())),
        Cell::optional(facts.map(|facts| &facts.3)),
        Cell::text(&application.title),
        application.ask.map_or(Cell::Empty, Cell::Money),
        application.submitted_at.map_or(Cell::Empty, Cell::Moment),
        Cell::optional(declared.map(|(name, _)| name)),
        Cell::optional(declared.map(|(_, role)| role)),
    ];
    if !definition.streams.is_empty() {
        let stream = application.stream.as_deref().and_then(|code| definition.stream(code));
        row.push(Cell::optional(stream.map(|stream| &stream.title)));
    }
    let questions = definition.questions().filter(|question| !is_table(question.kind));
    row.extend(questions.map(|question| {
        if question.kind == QuestionKind::Document {
            let names: Vec<&str> = documents
                .iter()
                .filter(|document| document.question == question.code)
                .map(|document| document.file_name.as_str())
                .collect();
            Cell::text(names.join("\n"))
        } else {
            answers.get(&question.code).map_or(Cell::Empty, |answer| answer_cell(question, answer))
        }
    }));
    row
}

fn answer_cell(question: &Question, answer: &Answer) -> Cell {
    match answer {
        Answer::Money(amount) => Cell::Money(*amount),
        Answer::Number(number) => Cell::Number(*number),
        Answer::Date(day) => Cell::Day(*day),
        other => Cell::text(other.plain(question)),
    }
}

/// A sheet for each question that is answered by a table, by the question's code.
fn table_sheets(definition: &RoundDefinition) -> Vec<(String, Sheet)> {
    definition
        .questions()
        .filter_map(|question| {
            let sheet = match question.kind {
                QuestionKind::Budget => Sheet::new(
                    format!("Budget {}", question.code),
                    &[
                        ("Reference", 18),
                        ("Organisation", 32),
                        ("Line", 8),
                        ("Heading", 22),
                        ("Description", 50),
                        ("Total cost", 16),
                        ("Requested", 16),
                        ("From others", 16),
                        ("Who they are", 28),
                        ("Promised", 12),
                    ],
                ),
                QuestionKind::Profile => Sheet::new(
                    format!("Quarters {}", question.code),
                    &[("Reference", 18), ("Organisation", 32), ("Quarter", 8), ("Months", 28), ("Requested", 16)],
                ),
                QuestionKind::Outcomes => Sheet::new(
                    format!("Outcomes {}", question.code),
                    &[
                        ("Reference", 18),
                        ("Organisation", 32),
                        ("Line", 8),
                        ("Outcome", 44),
                        ("Now", 28),
                        ("Target", 28),
                        ("Measured by", 36),
                    ],
                ),
                _ => return None,
            };
            Some((question.code.clone(), sheet))
        })
        .collect()
}

fn add_lines(sheet: &mut Sheet, application: &Application, answer: Option<&Answer>) {
    let rows: Vec<Vec<Cell>> = match answer {
        Some(Answer::Budget(lines)) => lines.iter().map(budget_cells).collect(),
        Some(Answer::Profile(amounts)) => amounts
            .iter()
            .enumerate()
            .map(|(place, amount)| vec![Cell::text(profile::title(place)), Cell::Money(*amount)])
            .collect(),
        Some(Answer::Outcomes(lines)) => lines.iter().map(outcome_cells).collect(),
        _ => Vec::new(),
    };
    for (place, cells) in rows.into_iter().enumerate() {
        let mut row = vec![
            Cell::text(&application.reference),
            Cell::text(&application.organisation_name),
            Cell::count(place.saturating_add(1)),
        ];
        row.extend(cells);
        sheet.rows.push(row);
    }
}

fn budget_cells(line: &BudgetLine) -> Vec<Cell> {
    let heading =
        HEADINGS.iter().find(|(value, _)| *value == line.heading).map_or(line.heading.as_str(), |(_, text)| text);
    vec![
        Cell::text(heading),
        Cell::text(&line.description),
        Cell::Money(line.total_pence),
        Cell::Money(line.requested_pence),
        Cell::Money(line.other_pence),
        Cell::text(&line.other_source),
        Cell::text(if line.secured { "Yes" } else { "No" }),
    ]
}

fn outcome_cells(line: &Outcome) -> Vec<Cell> {
    vec![Cell::text(&line.outcome), Cell::text(&line.baseline), Cell::text(&line.target), Cell::text(&line.measure)]
}

fn gates_sheet(
    conn: &mut Conn,
    round: &Round,
    definition: &RoundDefinition,
    bids: &[Application],
) -> Result<Sheet, Problem> {
    let names = names_of(conn)?;
    let mut checks: HashMap<ApplicationId, Vec<GateCheck>> = HashMap::new();
    for check in store::gate_checks_of_round(conn, round.id)? {
        checks.entry(check.application).or_default().push(check);
    }
    let mut findings: HashMap<ApplicationId, Vec<GateFinding>> = HashMap::new();
    for finding in store::gate_findings_of_round(conn, round.id)? {
        findings.entry(finding.application).or_default().push(finding);
    }
    let mut sheet = Sheet::new(
        "Gates",
        &[
            ("Reference", 18),
            ("Organisation", 32),
            ("Gate", 24),
            ("Item", 32),
            ("Result", 22),
            ("Evidence, condition or reason", 50),
            ("Evidence reference", 22),
            ("Evidence ends", 16),
            ("Evidence file", 28),
            ("Checked", 18),
            ("Checked by", 24),
        ],
    );
    for application in bids {
        let of_bid = checks.get(&application.id).map_or(&[][..], Vec::as_slice);
        let found = findings.get(&application.id).map_or(&[][..], Vec::as_slice);
        add_gates(&mut sheet, definition, application, of_bid, found, &names);
    }
    Ok(sheet)
}

fn add_gates(
    sheet: &mut Sheet,
    definition: &RoundDefinition,
    application: &Application,
    checks: &[GateCheck],
    findings: &[GateFinding],
    names: &HashMap<AccountId, String>,
) {
    let by = |account: AccountId| Cell::optional(names.get(&account));
    for gate in &definition.gates {
        let start = || {
            vec![
                Cell::text(&application.reference),
                Cell::text(&application.organisation_name),
                Cell::text(&gate.title),
            ]
        };
        let check = checks.iter().find(|check| check.gate == gate.code);
        let mut row = start();
        row.extend([
            Cell::text("(the whole check)"),
            Cell::text(check.map_or(GateOutcome::NotChecked, |check| check.outcome).title()),
            Cell::optional(check.map(|check| &check.note)),
            Cell::Empty,
            Cell::Empty,
            Cell::Empty,
            check.map_or(Cell::Empty, |check| Cell::Moment(check.checked_at)),
            check.map_or(Cell::Empty, |check| by(check.checked_by)),
        ]);
        sheet.rows.push(row);
        let found = newest(&gate.code, findings);
        for item in &gate.items {
            let finding = found.get(item.code.as_str());
            let mut row = start();
            row.extend([
                Cell::text(&item.title),
                Cell::text(finding.map_or(GateOutcome::NotChecked, |finding| finding.outcome).title()),
                Cell::optional(finding.map(|finding| &finding.note)),
                Cell::optional(finding.map(|finding| &finding.reference)),
                finding.and_then(|finding| finding.expires_on).map_or(Cell::Empty, Cell::Day),
                Cell::optional(finding.and_then(|finding| finding.file.as_ref()).map(|file| &file.file_name)),
                finding.map_or(Cell::Empty, |finding| Cell::Moment(finding.checked_at)),
                finding.map_or(Cell::Empty, |finding| by(finding.checked_by)),
            ]);
            sheet.rows.push(row);
        }
    }
}
