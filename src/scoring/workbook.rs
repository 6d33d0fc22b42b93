//! A member's own sheets as a workbook: bids down, criteria across. It goes out, is filled in anywhere, and comes back checked to
//! the cell; nothing is written unless all of it is right.

mod read;
mod write;

use super::model::{Lines, Part};
use crate::rounds::RoundDefinition;

pub(super) use read::{Workbook, read};
pub(super) use write::workbook;

/// The sheet that is filled in.
const SCORES: &str = "Scores";

/// Where the columns of the criteria begin: reference, organisation, project, the sheet's version.
const FIRST: usize = 4;
/// The column of the sheet's version.
const VERSION: usize = 3;

/// Why a row is refused whose sheet has moved on.
pub(super) const STALE: &str = "you have changed this score sheet on its page since the spreadsheet was made. Download a new one, and copy your work into it";

/// A bid of the member's own that can be scored now, as it stands.
#[derive(Debug, Clone)]
pub(super) struct Open {
    /// Its reference.
    pub reference: String,
    /// Whose it is.
    pub organisation: String,
    /// The project.
    pub title: String,
    /// The sheet's version; 0 is none yet.
    pub version: i32,
    /// What the sheet says.
    pub lines: Lines,
}

/// A row that was filled in and differs from what is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fill {
    /// Of which bid.
    pub reference: String,
    /// The sheet's version when the workbook was made.
    pub version: i32,
    /// The cell of the version.
    pub version_cell: String,
    /// What it says.
    pub lines: Lines,
}

/// A column of a criterion.
struct Column<'a> {
    code: &'a str,
    part: Part,
    title: String,
}

/// The columns of the criteria, in order.
fn columns(definition: &RoundDefinition) -> Vec<Column<'_>> {
    let of = |code| Part::ALL.map(|part| Column { code, part, title: format!("{code} {}", part.title()) });
    definition.criteria.iter().flat_map(|criterion| of(criterion.code.as_str())).collect()
}

/// The heads of the columns before them.
const HEADS: [&str; FIRST] = ["Reference", "Organisation", "Project", "Version (leave as it is)"];

/// `B7`, of a row and column that count from 0.
fn cell(row: u32, column: usize) -> String {
    let mut letters = String::new();
    let mut rest = column;
    loop {
        let letter = u32::try_from(rest % 26).ok().and_then(|place| char::from_u32(u32::from(b'A') + place));
        letters.insert(0, letter.unwrap_or('?'));
        match (rest / 26).checked_sub(1) {
            Some(more) => rest = more,
            None => break,
        }
    }
    format!("{letters}{}", row.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_has_the_name_that_spreadsheets_give_it() {
        for (row, column, name) in
            [(0, 0, "A1"), (6, 1, "B7"), (0, 25, "Z1"), (9, 26, "AA10"), (0, 51, "AZ1"), (0, 702, "AAA1")]
        {
            assert_eq!(cell(row, column), name);
        }
    }
}
