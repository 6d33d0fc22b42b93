//! The workbook as it comes back: every fault with its cell.

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufReader;

use calamine::{DataRef, Reader, Xlsx};

use super::{Column, FIRST, Fill, HEADS, Open, SCORES, STALE, VERSION, cell, columns};
use crate::error::Faults;
use crate::rounds::RoundDefinition;
use crate::scoring::model::{Line, Lines, Part};
use crate::scoring::rules::{cleaned_lines, line_faults};

/// Cells that are looked at, at most: several times what a panel member has.
const MOST_CELLS: usize = 200_000;
/// Rows and columns that are looked at.
const MOST_ROWS: u32 = 5_000;
const MOST_COLUMNS: u32 = 500;
/// Bytes of text that are kept, at most: a short workbook can name one long text in every cell.
const MOST_TEXT: usize = 32 * 1024 * 1024;
/// Faults that are told.
const MOST_FAULTS: usize = 50;

/// The cells of the sheet that hold something, by row and column from 0.
#[derive(Debug, Default)]
pub(in crate::scoring) struct Workbook {
    cells: BTreeMap<(u32, u32), String>,
}

impl Workbook {
    /// Reads a file that the checker has found sound. Cells are read one by one: a sheet that claims a million columns costs nothing.
    ///
    /// # Errors
    /// What is wrong with it, in a member's words.
    pub(in crate::scoring) fn open(file: std::fs::File) -> Result<Self, String> {
        let unreadable = || "The spreadsheet cannot be read. Save it as XLSX and try again".to_owned();
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(BufReader::new(file)).map_err(|_| unreadable())?;
        if !book.sheet_names().iter().any(|name| name == SCORES) {
            return Err(format!("The spreadsheet has no sheet called {SCORES}. Use the one that you downloaded here"));
        }
        let mut reader = book.worksheet_cells_reader(SCORES).map_err(|_| unreadable())?;
        let (mut found, mut held) = (Self::default(), 0_usize);
        while let Some(next) = reader.next_cell().map_err(|_| unreadable())? {
            let (row, column) = next.get_position();
            let text = words(next.get_value());
            if text.is_empty() {
                continue;
            }
            held = held.saturating_add(text.len());
            let beyond = row >= MOST_ROWS || column >= MOST_COLUMNS || held > MOST_TEXT;
            if beyond || found.cells.len() >= MOST_CELLS {
                return Err(
                    "The spreadsheet has more in it than the one that you downloaded here. Use that one".to_owned()
                );
            }
            found.cells.insert((row, column), text);
        }
        Ok(found)
    }

    #[cfg(test)]
    fn of(cells: &[(u32, u32, &str)]) -> Self {
        Self { cells: cells.iter().map(|(row, column, text)| ((*row, *column), (*text).to_owned())).collect() }
    }

    fn get(&self, row: u32, column: usize) -> &str {
        let column = u32::try_from(column).unwrap_or(u32::MAX);
        self.cells.get(&(row, column)).map_or("", String::as_str)
    }

    /// The rows that hold anything, without the head.
    fn rows(&self) -> BTreeSet<u32> {
        self.cells.keys().map(|(row, _)| *row).filter(|row| *row > 0).collect()
    }

    /// Columns of the head beyond those that there are.
    fn beyond(&self, columns: usize) -> impl Iterator<Item = (u32, u32)> {
        let columns = u32::try_from(columns).unwrap_or(u32::MAX);
        self.cells.keys().copied().filter(move |(_, column)| *column >= columns)
    }
}

/// A cell as text; a whole number without decimals.
fn words(value: &DataRef<'_>) -> String {
    let text = match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(truth) => truth.to_string(),
        DataRef::DateTime(at) => at.to_string(),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    };
    text.trim().to_owned()
}

/// Checks a workbook against what its member may score. Rows that say what is stored already are left out.
///
/// # Errors
/// Every fault, each with its cell; never a word about a bid that is not this member's.
pub(in crate::scoring) fn read(
    definition: &RoundDefinition,
    bids: &[Open],
    book: &Workbook,
) -> Result<Vec<Fill>, Faults> {
    let columns = columns(definition);
    let mut faults = Found::default();
    heads(&columns, book, &mut faults);
    // With the columns moved, what stands below them means nothing.
    if faults.is_empty() {
        let rows = body(definition, &columns, (bids, book), &mut faults);
        if faults.is_empty() {
            return Ok(rows);
        }
    }
    Err(faults.told())
}

/// Faults by cell.
#[derive(Default)]
struct Found(Vec<(String, String)>);

impl Found {
    fn add(&mut self, cell: String, message: impl Into<String>) {
        self.0.push((cell, message.into()));
    }

    const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn told(self) -> Faults {
        let mut faults = Faults::default();
        let more = self.0.len().saturating_sub(MOST_FAULTS);
        for (cell, message) in self.0.into_iter().take(MOST_FAULTS) {
            faults.add("file", format!("Cell {cell}: {message}"));
        }
        if more > 0 {
            faults.add("file", format!("And {more} more faults. Mend these first, then upload it again"));
        }
        faults
    }
}

fn heads(columns: &[Column<'_>], book: &Workbook, faults: &mut Found) {
    let wanted = HEADS.iter().copied().chain(columns.iter().map(|column| column.title.as_str()));
    for (place, wanted) in wanted.enumerate() {
        let found = book.get(0, place);
        if found != wanted {
            let found = if found.is_empty() { "nothing".to_owned() } else { format!("‘{}’", short(found)) };
            let message =
                format!("the column should be ‘{wanted}’, and has {found}. Columns must stay where they were");
            faults.add(cell(0, place), message);
        }
    }
    for (row, column) in book.beyond(FIRST + columns.len()).take(MOST_FAULTS) {
        let place = usize::try_from(column).unwrap_or(usize::MAX);
        faults.add(cell(row, place), "there is no such column in the spreadsheet that you downloaded. Clear it");
    }
}

fn body(
    definition: &RoundDefinition,
    columns: &[Column<'_>],
    (bids, book): (&[Open], &Workbook),
    faults: &mut Found,
) -> Vec<Fill> {
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    let mut rows = Vec::new();
    for row in book.rows() {
        let reference = book.get(row, 0);
        let Some(bid) = bids.iter().find(|bid| bid.reference == reference) else {
            let message = if reference.is_empty() {
                "the row has no reference".to_owned()
            } else {
                format!("you have no bid {} to score in this round", short(reference))
            };
            faults.add(cell(row, 0), message);
            continue;
        };
        if let Some(first) = seen.insert(&bid.reference, row) {
            faults.add(cell(row, 0), format!("{reference} is in row {} already", first.saturating_add(1)));
            continue;
        }
        let version_cell = cell(row, VERSION);
        match book.get(row, VERSION).parse::<i32>() {
            Ok(version) if version == bid.version => {}
            Ok(_) => faults.add(version_cell.clone(), STALE),
            Err(_) => {
                faults.add(version_cell.clone(), "the version of the score sheet is missing. It must stay as it was")
            }
        }
        let mut lines = lines(definition, columns, (book, row), faults);
        if lines != bid.lines {
            // What was cleared is cleared.
            for column in columns {
                lines.entry(column.code.to_owned()).or_default();
            }
            rows.push(Fill { reference: bid.reference.clone(), version: bid.version, version_cell, lines });
        }
    }
    rows
}

/// What a row says of the criteria; one of which it says nothing is not there.
fn lines(
    definition: &RoundDefinition,
    columns: &[Column<'_>],
    (book, row): (&Workbook, u32),
    faults: &mut Found,
) -> Lines {
    let mut lines = Lines::new();
    let mut cells: BTreeMap<String, String> = BTreeMap::new();
    for (place, column) in columns.iter().enumerate() {
        let text = book.get(row, FIRST + place);
        let here = cell(row, FIRST + place);
        cells.insert(column.part.field(column.code), here.clone());
        if text.is_empty() {
            continue;
        }
        let line: &mut Line = lines.entry(column.code.to_owned()).or_default();
        match column.part {
            Part::Mark => match text.parse::<i32>().ok().filter(|mark| definition.marks().contains(*mark)) {
                Some(mark) => line.mark = Some(mark),
                None => {
                    let (least, most) = (definition.scale.min, definition.scale.max);
                    faults.add(here, format!("‘{}’ is no whole number from {least} to {most}", short(text)));
                }
            },
            Part::Reason => text.clone_into(&mut line.reason),
            Part::Strength => text.clone_into(&mut line.strength),
            Part::Improvement => text.clone_into(&mut line.improvement),
        }
    }
    let lines = cleaned_lines(&lines);
    for fault in line_faults(definition, &lines).list() {
        faults.add(cells.get(&fault.field).cloned().unwrap_or_default(), fault.message.clone());
    }
    lines
}

fn short(text: &str) -> String {
    if text.chars().count() <= 40 { text.to_owned() } else { text.chars().take(40).chain("…".chars()).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definition() -> RoundDefinition {
        RoundDefinition::default_round().unwrap()
    }

    fn bids() -> Vec<Open> {
        let open = |reference: &str, version| Open {
            reference: reference.to_owned(),
            organisation: String::new(),
            title: String::new(),
            version,
            lines: Lines::new(),
        };
        vec![open("A-1", 0), open("A-2", 3)]
    }

    fn head() -> Vec<(u32, u32, String)> {
        let definition = definition();
        let titles: Vec<String> = columns(&definition).iter().map(|column| column.title.clone()).collect();
        let all = HEADS.iter().map(|head| (*head).to_owned()).chain(titles);
        (0..).zip(all).map(|(column, title)| (0, column, title)).collect()
    }

    fn told(more: &[(u32, u32, &str)]) -> Result<Vec<Fill>, Vec<String>> {
        let head = head();
        let mut cells: Vec<(u32, u32, &str)> =
            head.iter().map(|(row, column, text)| (*row, *column, text.as_str())).collect();
        cells.retain(|(row, column, _)| !more.iter().any(|(other, place, _)| (row, column) == (other, place)));
        cells.extend_from_slice(more);
        read(&definition(), &bids(), &Workbook::of(&cells))
            .map_err(|faults| faults.list().iter().map(|fault| fault.message.clone()).collect())
    }

    #[test]
    fn what_is_right_is_read_and_what_is_unchanged_is_left_out() {
        let rows =
            told(&[(1, 0, "A-1"), (1, 3, "0"), (2, 0, "A-2"), (2, 3, "3"), (2, 4, "5"), (2, 5, " Because. ")]).unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].reference.as_str(), rows[0].version, rows[0].version_cell.as_str()), ("A-2", 3, "D3"));
        let line = rows[0].lines.values().find(|line| **line != Line::default()).unwrap();
        assert_eq!((line.mark, line.reason.as_str()), (Some(5), "Because."));
    }

    #[test]
    fn every_fault_is_told_with_its_cell() {
        let long = "x".repeat(4_001);
        let faults = told(&[
            (1, 0, "B-9"),
            (2, 0, "A-2"),
            (2, 3, "2"),
            (2, 4, "9"),
            (2, 5, &long),
            (2, 8, "3.5"),
            (2, 12, "four"),
            (3, 0, "A-2"),
            (3, 3, "3"),
            (4, 5, "no reference"),
            (5, 0, "A-1"),
        ])
        .unwrap_err();
        let cells: Vec<&str> = faults.iter().filter_map(|fault| fault.split(':').next()).collect();
        assert_eq!(
            cells,
            ["Cell A2", "Cell D3", "Cell E3", "Cell I3", "Cell M3", "Cell F3", "Cell A4", "Cell A5", "Cell D6"]
        );
    }

    #[test]
    fn a_moved_column_is_told_before_anything_below_it() {
        let faults = told(&[(0, 4, "NEED reason"), (0, 5, "NEED score"), (1, 0, "B-9")]).unwrap_err();
        assert_eq!(faults.len(), 2, "{faults:?}");
        assert!(
            faults[0].starts_with("Cell E1: the column should be ‘NEED score’, and has ‘NEED reason’"),
            "{faults:?}"
        );
        let count = u32::try_from(head().len()).unwrap();
        assert!(told(&[(0, count, "Mine")]).unwrap_err()[0].contains("no such column"));
    }
}
