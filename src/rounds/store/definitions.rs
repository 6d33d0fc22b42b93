//! A round's definition as a value.
//!
//! Nearly every page reads its round's definition, and a change reads it again while other writers wait. The document is some tens of
//! kilobytes, and to parse it took longer than the queries beside it. So the last that were parsed are kept, found by the document
//! itself: another text is another definition, whichever database and version it comes from, and nothing can be out of date.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use diesel::prelude::*;

use crate::base::ids::RoundId;
use crate::db::schema::round_definitions;
use crate::db::{Conn, DbResult};
use crate::rounds::model::RoundDefinition;

/// How many are kept: as many rounds as are busy at once, and some.
const MOST: usize = 12;

/// Documents with what they hold, the last parsed first.
struct Parsed(Mutex<VecDeque<(String, Arc<RoundDefinition>)>>);

static PARSED: Parsed = Parsed::new();

impl Parsed {
    const fn new() -> Self {
        Self(Mutex::new(VecDeque::new()))
    }

    /// The definition that a document holds.
    fn of(&self, document: String) -> Result<Arc<RoundDefinition>, serde_json::Error> {
        if let Ok(kept) = self.0.lock()
            && let Some((_, definition)) = kept.iter().find(|(text, _)| *text == document)
        {
            return Ok(Arc::clone(definition));
        }
        let definition: Arc<RoundDefinition> = Arc::new(serde_json::from_str(&document)?);
        if let Ok(mut kept) = self.0.lock() {
            kept.truncate(MOST.saturating_sub(1));
            kept.push_front((document, Arc::clone(&definition)));
        }
        Ok(definition)
    }
}

/// The newest definition of a round, with its version.
///
/// # Errors
/// `NotFound` when the round has none.
pub fn get_definition(conn: &mut Conn, round: RoundId) -> DbResult<(i32, Arc<RoundDefinition>)> {
    let newest = diesel::alias!(round_definitions as newest);
    let newest = newest
        .filter(newest.field(round_definitions::round_id).eq(round))
        .select(diesel::dsl::max(newest.field(round_definitions::version)));
    let (version, document): (i32, String) = round_definitions::table
        .filter(round_definitions::round_id.eq(round))
        .filter(round_definitions::version.nullable().eq_any(newest))
        .select((round_definitions::version, round_definitions::document))
        .get_result(conn)?;
    Ok((version, PARSED.of(document)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_parsed_once_and_another_is_another() {
        let kept = Parsed::new();
        let first = RoundDefinition::default_round().unwrap();
        let mut second = first.clone();
        second.quorum += 1;
        let text = |definition: &RoundDefinition| serde_json::to_string(definition).unwrap();
        let (one, same) = (kept.of(text(&first)).unwrap(), kept.of(text(&first)).unwrap());
        assert!(Arc::ptr_eq(&one, &same), "the same document is one value");
        assert_eq!(kept.of(text(&second)).unwrap().quorum, first.quorum + 1);
        for quorum in 10..10 + i32::try_from(2 * MOST).unwrap() {
            second.quorum = quorum;
            assert_eq!(kept.of(text(&second)).unwrap().quorum, quorum);
        }
        assert!(kept.0.lock().unwrap().len() <= MOST);
        assert_eq!(*kept.of(text(&first)).unwrap(), first, "what was given up is parsed again");
    }

    #[test]
    fn what_is_no_definition_is_not_kept() {
        let kept = Parsed::new();
        let nonsense = "{\"nonsense\": 1}".to_owned();
        assert!(kept.of(nonsense.clone()).is_err());
        assert!(kept.of(nonsense).is_err());
    }
}
