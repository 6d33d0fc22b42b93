//! A letter with feedback says what a second reader accepted, and nothing that was changed since.

use crate::db::Conn;
use crate::error::Problem;
use crate::feedback::{Standing, newest_of_round};
use crate::letters::data::says_accepted;
use crate::letters::model::Letter;
use crate::press::LetterData;
use crate::rounds::{Round, get_definition};

/// Refuses letters whose feedback is not accepted, or was changed after they were drafted.
///
/// # Errors
/// [`Problem::Refused`] with how many there are.
pub(super) fn require_accepted(conn: &mut Conn, round: &Round, letters: &[Letter], title: &str) -> Result<(), Problem> {
    let newest = newest_of_round(conn, round.id)?;
    let (_, definition) = get_definition(conn, round.id)?;
    let (mut unread, mut changed) = (0_usize, 0_usize);
    for letter in letters {
        let data: LetterData = serde_json::from_str(&letter.data).map_err(Problem::internal)?;
        let accepted = newest.get(&letter.application).filter(|found| found.standing() == Standing::Ready);
        if matches!(data, LetterData::Feedback(_)) && accepted.is_none() {
            unread = unread.saturating_add(1);
        } else if !says_accepted(&data, &definition, accepted) {
            changed = changed.saturating_add(1);
        }
    }
    match (unread, changed) {
        (0, 0) => Ok(()),
        (0, changed) => Err(Problem::refused(
            title,
            format!(
                "The feedback on {} was changed after the letter was drafted. Draft the letters again.",
                bids(changed)
            ),
        )),
        (unread, _) => Err(Problem::refused(
            title,
            format!("The feedback on {} is not accepted by a second reader yet.", bids(unread)),
        )),
    }
}

fn bids(count: usize) -> String {
    if count == 1 { "1 application".to_owned() } else { format!("{count} applications") }
}
