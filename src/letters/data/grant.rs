//! A grant as it stands: what its letter of award offers, and what was changed by letters since.

use jiff::civil::Date;

use super::read_single;
use crate::base::ids::{ApplicationId, SingleId};
use crate::base::money::Pence;
use crate::db::Conn;
use crate::error::Problem;
use crate::letters::model::{Grant, Single, that_count};
use crate::letters::store::{letters_of, singles_of};
use crate::press::values::LetterDate;
use crate::press::{LetterData, LetterKind};
use crate::web::Fields;

/// The grant of an application by its issued letters, `without` one that is being replaced; none where no letter of award was issued.
///
/// # Errors
/// A stored letter that cannot be read; faults of the database.
pub fn grant_of(
    conn: &mut Conn,
    application: ApplicationId,
    without: Option<SingleId>,
) -> Result<Option<Grant>, Problem> {
    let offers = |kind| matches!(kind, LetterKind::Award | LetterKind::PartialAward);
    let Some(letter) = letters_of(conn, application)?.into_iter().find(|letter| offers(letter.kind)) else {
        return Ok(None);
    };
    let data: LetterData = serde_json::from_str(&letter.data).map_err(Problem::internal)?;
    let (LetterData::Award(award) | LetterData::PartialAward(award)) = data else { return Ok(None) };
    let offered = Pence::new(i64::try_from(award.offered.pence).map_err(Problem::internal)?);
    let mut grant = Grant {
        award: letter.reference,
        offered_on: day(&award.common.date)?,
        decided: offered,
        total: offered,
        starts: day(&award.starts)?,
        ends: day(&award.ends)?,
        purpose: award.purpose,
        conditions: award.special_conditions,
        changed_by: Vec::new(),
        ended_by: None,
    };
    let all = singles_of(conn, application)?;
    for single in that_count(&all).into_iter().filter(|single| Some(single.id) != without) {
        match single.letter.kind {
            LetterKind::Variation => change(&mut grant, single)?,
            kind @ (LetterKind::Withdrawal | LetterKind::Termination) => {
                grant.ended_by = Some((single.letter.reference.clone(), kind));
            }
            _ => {}
        }
    }
    Ok(Some(grant))
}

fn day(date: &LetterDate) -> Result<Date, Problem> {
    date.day().ok_or_else(|| Problem::internal(format!("{} is no day of a letter", date.iso)))
}

fn change(grant: &mut Grant, single: &Single) -> Result<(), Problem> {
    let dated = single.letter.date().ok_or_else(|| Problem::internal("an issued letter bears no date"))?;
    let typed = Fields::from(single.typed().map_err(Problem::internal)?);
    let typed = read_single(LetterKind::Variation, &typed, grant, dated)
        .map_err(|_| Problem::internal(format!("{} does not say what it changes", single.letter.reference)))?;
    grant.total = typed.amount("amount").unwrap_or(grant.total);
    grant.starts = typed.day("starts").unwrap_or(grant.starts);
    grant.ends = typed.day("ends").unwrap_or(grant.ends);
    if let Some(purpose) = typed.text("purpose") {
        purpose.clone_into(&mut grant.purpose);
    }
    grant.changed_by.push(single.letter.reference.clone());
    Ok(())
}
