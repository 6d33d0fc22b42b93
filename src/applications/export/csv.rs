//! A sheet as a table of text: UTF-8 with its mark, CRLF, and nothing that a spreadsheet runs.

use ::csv::{Terminator, WriterBuilder};

use super::{Cell, ExportError, Sheet};

/// What Excel knows UTF-8 by.
const MARK: &str = "\u{FEFF}";

/// A sheet as CSV.
pub(crate) fn table(sheet: &Sheet) -> Result<Vec<u8>, ExportError> {
    let mut out = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(MARK.as_bytes().to_vec());
    out.write_record(sheet.columns.iter().map(|column| text(&column.title)))?;
    for row in &sheet.rows {
        out.write_record(row.iter().map(plain))?;
    }
    out.into_inner().map_err(|error| ExportError::File(error.into_error()))
}

fn plain(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(words) => text(words),
        Cell::Money(amount) => amount.plain(),
        Cell::Number(number) => number.to_string(),
        Cell::Day(day) => day.to_string(),
        Cell::Moment(at) => {
            let (hour, minute) = at.london_hour_minute();
            format!("{} {hour:02}:{minute:02}", at.london_date())
        }
    }
}

/// Text with a quote before what a spreadsheet would take for a formula. Line ends within are LF, as the service stores them.
pub(super) fn text(words: &str) -> String {
    let runs = words
        .trim_start_matches([' ', '\u{A0}'])
        .starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if runs { format!("'{words}") } else { words.to_owned() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::book::Column;
    use super::*;
    use crate::base::money::Pence;

    fn sheet(cells: Vec<Cell>) -> Sheet {
        let columns = cells.iter().map(|_| Column { title: "=Heading".to_owned(), width: 10 }).collect();
        Sheet { name: "Sheet".to_owned(), columns, rows: vec![cells] }
    }

    fn read(bytes: &[u8]) -> Vec<Vec<String>> {
        let bytes = bytes.strip_prefix(MARK.as_bytes()).unwrap();
        let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
        reader.records().map(|row| row.unwrap().iter().map(ToOwned::to_owned).collect()).collect()
    }

    #[test]
    fn amounts_are_plain_and_lines_end_as_the_standard_says() {
        let bytes = table(&sheet(vec![Cell::Money(Pence::new(-12_345)), Cell::Number(-4), Cell::Empty])).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text, "\u{FEFF}'=Heading,'=Heading,'=Heading\r\n-123.45,-4,\r\n");
    }

    proptest! {
        /// Whatever somebody typed, the cell holds it, and no cell begins as a formula does.
        #[test]
        fn no_text_is_a_formula(words in "[ =+@\t\r\n＝-]{0,3}.{0,20}") {
            let rows = read(&table(&sheet(vec![Cell::Text(words.clone()), Cell::Text("x".to_owned())])).unwrap());
            let cell = &rows[1][0];
            let quoted = format!("'{words}");
            prop_assert!(*cell == words || *cell == quoted);
            prop_assert!(!cell.trim_start_matches(' ').starts_with(['=', '+', '-', '@', '\t', '\r', '\n']));
        }
    }
}
