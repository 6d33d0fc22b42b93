//! The stream of a draft.

use super::start::check_stream;
use super::{own, require_draft, require_writable};
use crate::applications::store;
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::error::Problem;
use crate::rounds::get_definition;

/// Puts a draft into another stream. Its answers stay, also those that the stream does not ask for.
///
/// # Errors
/// [`Problem::Refused`] when the bid is no draft, the round is not open, or it has no such stream.
pub fn change_stream(tx: &mut WriteTx<'_>, reference: &str, stream: &str) -> Result<Change<()>, Problem> {
    let (application, round) = own(tx, reference)?;
    require_draft(&application)?;
    require_writable(&application, &round, tx)?;
    let (_, definition) = get_definition(tx.conn(), round.id)?;
    check_stream(&definition, Some(stream))?;
    store::set_stream(tx, application.id, stream)?;
    let event = Event::new(EventKind::StreamChanged)
        .round(round.id)
        .application(application.id)
        .with("stream", Fact::code(stream));
    Ok(Change::new((), event))
}
