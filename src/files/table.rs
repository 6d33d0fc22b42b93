//! Tables that people fill in and send: the first sheet of a workbook, or a CSV file, as rows of text. Nothing in it is run, and no
//! cell far out makes it larger than what was sent.

use std::io::Cursor;

use calamine::{DataRef, Reader, Xlsx};

/// Most rows that are read.
const ROWS_MOST: usize = 60_000;
/// Most columns that are read.
const COLUMNS_MOST: usize = 60;

/// Bytes of text that are read, at most: a short workbook can name one long text in every cell.
const TEXT_MOST: usize = 32 * 1024 * 1024;

/// Why a table cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableFault {
    /// It is no workbook, or a damaged one.
    #[error("The file cannot be read as a spreadsheet")]
    Workbook,
    /// It is no CSV in UTF-8.
    #[error("The file cannot be read as CSV in UTF-8")]
    Csv,
    /// It has more rows or columns than any sheet of ours.
    #[error("The sheet has more rows or columns than we read: at most 60,000 rows and 60 columns")]
    TooLarge,
    /// A cell shows an error of the spreadsheet program.
    #[error("Row {row}, column {column}: the cell holds an error")]
    Cell {
        /// Its row, from 1.
        row: usize,
        /// Its column, from 1.
        column: usize,
    },
}

/// The rows of the first sheet of a workbook that was checked before ([`super::check`]). Empty rows in between are there.
///
/// # Errors
/// When it cannot be read whole.
pub fn of_workbook(bytes: &[u8]) -> Result<Vec<Vec<String>>, TableFault> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| TableFault::Workbook)?;
    let name = book.sheet_names().first().cloned().ok_or(TableFault::Workbook)?;
    let mut cells = book.worksheet_cells_reader(&name).map_err(|_| TableFault::Workbook)?;
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut held = 0_usize;
    while let Some(cell) = cells.next_cell().map_err(|_| TableFault::Workbook)? {
        let (row, column) = cell.get_position();
        let row = usize::try_from(row).unwrap_or(usize::MAX);
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        let text = match cell.get_value() {
            DataRef::Empty => continue,
            DataRef::String(text) => text.clone(),
            DataRef::SharedString(text) => (*text).to_owned(),
            DataRef::Error(_) => {
                return Err(TableFault::Cell { row: row.saturating_add(1), column: column.saturating_add(1) });
            }
            DataRef::Int(number) => number.to_string(),
            DataRef::Float(number) => number.to_string(),
            DataRef::Bool(yes) => yes.to_string(),
            DataRef::DateTime(moment) => moment.to_string(),
            DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        };
        held = held.saturating_add(text.len());
        if row >= ROWS_MOST || column >= COLUMNS_MOST || held > TEXT_MOST {
            return Err(TableFault::TooLarge);
        }
        if rows.len() <= row {
            rows.resize(row.saturating_add(1), Vec::new());
        }
        let Some(found) = rows.get_mut(row) else { continue };
        if found.len() <= column {
            found.resize(column.saturating_add(1), String::new());
        }
        if let Some(place) = found.get_mut(column) {
            *place = text;
        }
    }
    Ok(rows)
}

/// The rows of a CSV file in UTF-8, with commas or (as some programs write it) semicolons.
///
/// # Errors
/// When it is not UTF-8, or has quotes that do not end.
pub fn of_csv(bytes: &[u8]) -> Result<Vec<Vec<String>>, TableFault> {
    let text = std::str::from_utf8(bytes).map_err(|_| TableFault::Csv)?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let head = text.lines().next().unwrap_or_default();
    let count = |c: char| head.matches(c).count();
    let delimiter = if count(';') > count(',') { b';' } else { b',' };
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|_| TableFault::Csv)?;
        if rows.len() >= ROWS_MOST || record.len() > COLUMNS_MOST {
            return Err(TableFault::TooLarge);
        }
        rows.push(record.iter().map(without_guard).collect());
    }
    Ok(rows)
}

/// Takes away the quote that our own CSV puts before what a spreadsheet would run.
fn without_guard(cell: &str) -> String {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.trim_start().starts_with(['=', '+', '-', '@']) => rest.to_owned(),
        _ => cell.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(rows: &[&[&str]]) -> Vec<Vec<String>> {
        rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect()
    }

    #[test]
    fn csv_is_read_with_either_delimiter_and_its_guards_taken_off() {
        let plain = of_csv("\u{FEFF}A,B\r\n\"x,1\",'=1+1\r\nlast\r\n".as_bytes()).unwrap();
        assert_eq!(plain, rows(&[&["A", "B"], &["x,1", "=1+1"], &["last"]]));
        assert_eq!(of_csv(b"A;B\nx;y").unwrap(), rows(&[&["A", "B"], &["x", "y"]]));
        assert_eq!(of_csv(&[0xff, 0xfe, 0x41]), Err(TableFault::Csv));
        assert_eq!(of_csv(",".repeat(100).as_bytes()), Err(TableFault::TooLarge));
    }

    #[test]
    fn a_workbook_is_read_by_place_and_a_cell_far_out_is_refused() {
        let book = |row: u32, column: u16| {
            let mut book = rust_xlsxwriter::Workbook::new();
            let sheet = book.add_worksheet();
            sheet.write_string(0, 0, "A").unwrap();
            sheet.write_number(2, 1, 7).unwrap();
            sheet.write_string(row, column, "far").unwrap();
            book.save_to_buffer().unwrap()
        };
        assert_eq!(of_workbook(&book(1, 0)).unwrap(), rows(&[&["A"], &["far"], &["", "7"]]));
        assert_eq!(of_workbook(&book(1_000_000, 0)), Err(TableFault::TooLarge));
        assert_eq!(of_workbook(&book(0, 16_000)), Err(TableFault::TooLarge));
        assert_eq!(of_workbook(b"no workbook"), Err(TableFault::Workbook));
    }
}
