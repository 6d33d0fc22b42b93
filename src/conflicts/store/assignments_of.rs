//! What a declaration or a ruling does to a person's place on the panel of a bid, and the declarations of before this feature.

use diesel::prelude::*;

use crate::audit::{Table, WriteTx};
use crate::base::ids::{AccountId, ApplicationId};
use crate::base::time::At;
use crate::conflicts::model::ConflictKind;
use crate::db::schema::{assignments, conflicts};
use crate::db::{Conn, DbResult};

/// `assigned -> cleared`; `NotFound` when it stands elsewhere.
pub(in crate::conflicts) fn set_cleared(tx: &mut WriteTx<'_>, id: i32) -> DbResult<()> {
    let now = tx.now();
    tx.update(Table::Assignments, id, |conn| {
        diesel::update(assignments::table.find(id).filter(assignments::stage.eq("assigned")))
            .set((assignments::stage.eq("cleared"), assignments::declared_at.eq(Some(now))))
            .execute(conn)
    })
}

/// `assigned or cleared -> conflicted`: a conflict may come to light later.
pub(in crate::conflicts) fn set_conflicted(tx: &mut WriteTx<'_>, id: i32) -> DbResult<()> {
    let now = tx.now();
    tx.update(Table::Assignments, id, |conn| {
        diesel::update(
            assignments::table.find(id).filter(assignments::stage.eq("assigned").or(assignments::stage.eq("cleared"))),
        )
        .set((assignments::stage.eq("conflicted"), assignments::declared_at.eq(Some(now))))
        .execute(conn)
    })
}

/// `conflicted -> assigned`: the conflict was lifted, and the person declares afresh.
pub(in crate::conflicts) fn set_open_again(tx: &mut WriteTx<'_>, id: i32) -> DbResult<()> {
    tx.update(Table::Assignments, id, |conn| {
        diesel::update(assignments::table.find(id).filter(assignments::stage.eq("conflicted")))
            .set((assignments::stage.eq("assigned"), assignments::declared_at.eq(None::<At>)))
            .execute(conn)
    })
}

/// A declaration that stands in an assignment alone: made before conflicts had their own register.
#[derive(Debug, Clone)]
pub(in crate::conflicts) struct NotAdopted {
    pub application: ApplicationId,
    pub account: AccountId,
    /// The kind and the words of a conflict; none for a declaration that there is none.
    pub conflict: Option<(ConflictKind, String)>,
    pub declared_at: At,
}

/// Every such declaration, the oldest assignment first.
pub(in crate::conflicts) fn not_adopted(conn: &mut Conn) -> DbResult<Vec<NotAdopted>> {
    type Row = (ApplicationId, AccountId, String, At, Option<At>, Option<String>, Option<String>);
    let rows: Vec<Row> = assignments::table
        .left_join(
            conflicts::table.on(conflicts::application_id
                .eq(assignments::application_id)
                .and(conflicts::account_id.eq(assignments::account_id))),
        )
        .filter(conflicts::id.is_null())
        .filter(assignments::stage.eq("cleared").or(assignments::stage.eq("conflicted")))
        .order(assignments::id)
        .select((
            assignments::application_id,
            assignments::account_id,
            assignments::stage,
            assignments::assigned_at,
            assignments::declared_at,
            assignments::conflict_kind,
            assignments::conflict_note,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(application, account, stage, assigned_at, declared_at, kind, note)| NotAdopted {
            application,
            account,
            conflict: (stage == "conflicted").then(|| {
                let kind = kind.as_deref().and_then(ConflictKind::from_word).unwrap_or(ConflictKind::Other);
                (kind, note.unwrap_or_default())
            }),
            declared_at: declared_at.unwrap_or(assigned_at),
        })
        .collect())
}
