//! The most that each decision maker may sign for.

use crate::access::{self, Action};
use crate::audit::{Change, Event, EventKind, WriteTx};
use crate::base::ids::AccountId;
use crate::base::money::Pence;
use crate::decisions::store;
use crate::error::Problem;

/// Sets the most that a person may sign for; none is no limit. Earlier limits stay on record.
///
/// # Errors
/// [`Problem::NotFound`] for who is no decision maker; [`Problem::Refused`] for one's own limit.
pub fn set_limit(tx: &mut WriteTx<'_>, account: AccountId, limit: Option<Pence>) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::KeepAccounts)?;
    let known = store::signatories(tx.conn())?.into_iter().any(|person| person.account == account);
    if !known {
        return Err(Problem::NotFound);
    }
    if tx.actor().account() == Some(account) {
        return Err(Problem::refused("You cannot set your own limit", "Another administrator must do that."));
    }
    store::insert_limit(tx, account, limit)?;
    let event = Event::new(EventKind::SigningLimitSet).with("account", account.row());
    Ok(Change::new(
        (),
        match limit {
            Some(limit) => event.with("limit", limit),
            None => event,
        },
    ))
}
