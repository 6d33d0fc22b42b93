//! The frozen definitions of a round, each checked against what the trail says of it.

use std::collections::BTreeMap;

use super::Difference;
use super::story::Story;
use crate::audit::Table;
use crate::audit::store::{SealedRow, sealed_rows};
use crate::audit::verify::Walked;
use crate::db::{Conn, DbResult};
use crate::files::sha256;
use crate::rounds::RoundDefinition;

/// A column of a row by its name.
pub(super) fn cell<'r>(table: Table, row: &'r SealedRow, name: &str) -> Option<&'r str> {
    let place = table.spec().columns.iter().position(|(column, _)| *column == name)?;
    row.columns.get(place)?.as_deref()
}

/// The same as a number.
pub(super) fn number<T: std::str::FromStr>(table: Table, row: &SealedRow, name: &str) -> Option<T> {
    cell(table, row, name)?.parse().ok()
}

/// Every definition of the round by its version. One that is not as the trail left it is a difference, and is used all the same, so
/// that what follows from it is shown too.
pub(super) fn read(
    conn: &mut Conn,
    walked: &Walked,
    story: &Story,
    differences: &mut Vec<Difference>,
) -> DbResult<BTreeMap<i32, RoundDefinition>> {
    let table = Table::RoundDefinitions;
    let mut definitions = BTreeMap::new();
    for row in sealed_rows(conn, table, &format!("round_id = {}", story.round))? {
        let (Some(version), Some(document)) = (number::<i32>(table, &row, "version"), cell(table, &row, "document"))
        else {
            continue;
        };
        let place = format!("definition {version} of the round (criteria, weights, rules)");
        let mut differs = |published: &str, replayed: String| {
            differences.push(Difference { place: place.clone(), published: published.to_owned(), replayed });
        };
        if !walked.left(table, &row) {
            differs(
                "the text that stands in the database",
                "another text: its digest in the trail does not fit".to_owned(),
            );
        }
        let parsed = serde_json::from_str::<RoundDefinition>(document);
        let frozen = story.published.as_ref().filter(|(published, _)| *published == version);
        if let (Some((_, hash)), Ok(definition)) = (frozen, &parsed) {
            let now = sha256(&serde_json::to_vec(definition)?);
            if now != *hash {
                differs(&format!("a text with the SHA-256 {now}"), format!("the one that was frozen has {hash}"));
            }
        }
        match parsed {
            Ok(definition) => {
                definitions.insert(version, definition);
            }
            Err(fault) => differs("a text that cannot be read", fault.to_string()),
        }
    }
    Ok(definitions)
}
