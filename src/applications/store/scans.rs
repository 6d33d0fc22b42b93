//! What the virus scanner says of each content, whether an applicant sent it or an officer attached it. Operational rows: what it
//! found is an event of the trail.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::applications::model::ScanState;
use crate::base::ids::{AccountId, ApplicationId, DocumentId, RoundId};
use crate::base::time::At;
use crate::db::schema::{accounts, applications, documents, file_scans, gate_findings};
use crate::db::{Conn, Db, DbResult};

/// New contents that are put in the queue at a time.
const AT_ONCE: i64 = 100;

/// What is known of some contents.
pub(in crate::applications) fn scan_states(
    conn: &mut Conn,
    contents: Vec<String>,
) -> DbResult<HashMap<String, ScanState>> {
    if contents.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(String, ScanState)> = file_scans::table
        .filter(file_scans::sha256.eq_any(contents))
        .select((file_scans::sha256, file_scans::state))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// A content whose turn it is.
#[derive(Debug, Clone)]
pub(in crate::applications) struct DueScan {
    pub id: i32,
    pub sha256: String,
    pub state: ScanState,
    /// Tries so far, this one included.
    pub attempts: i32,
}

/// Puts every content that has no row yet in the queue.
pub(in crate::applications) fn enqueue_scans(db: &Db, now: At) -> DbResult<usize> {
    let find = |conn: &mut Conn| -> DbResult<Vec<String>> {
        let mut contents: Vec<String> = documents::table
            .left_join(file_scans::table.on(file_scans::sha256.eq(documents::sha256)))
            .filter(file_scans::id.nullable().is_null())
            .select(documents::sha256)
            .limit(AT_ONCE)
            .load(conn)?;
        let evidence: Vec<Option<String>> = gate_findings::table
            .left_join(file_scans::table.on(gate_findings::sha256.eq(file_scans::sha256.nullable())))
            .filter(gate_findings::sha256.is_not_null().and(file_scans::id.nullable().is_null()))
            .select(gate_findings::sha256)
            .limit(AT_ONCE)
            .load(conn)?;
        contents.extend(evidence.into_iter().flatten());
        contents.sort_unstable();
        contents.dedup();
        Ok(contents)
    };
    // Mostly there is none, and looking takes no writer's turn.
    if db.read(find)?.is_empty() {
        return Ok(0);
    }
    db.operate(|tx| {
        let contents = find(tx.conn())?;
        for sha256 in &contents {
            diesel::insert_into(file_scans::table)
                .values((
                    file_scans::sha256.eq(sha256),
                    file_scans::state.eq(ScanState::Awaiting),
                    file_scans::attempts.eq(0),
                    file_scans::created_at.eq(now),
                    file_scans::next_attempt_at.eq(now),
                ))
                .execute(tx.conn())?;
        }
        Ok(contents.len())
    })
}

/// Takes the next content that is due, for `lease` seconds. Of two workers one gets it.
pub(in crate::applications) fn take_scan(db: &Db, now: At, lease: i64) -> DbResult<Option<DueScan>> {
    let find = |conn: &mut Conn| -> DbResult<Option<(i32, String, ScanState, i32)>> {
        let due = file_scans::table
            .filter(file_scans::next_attempt_at.le(now).and(file_scans::state.ne(ScanState::Infected)))
            .order((file_scans::next_attempt_at, file_scans::id))
            .select((file_scans::id, file_scans::sha256, file_scans::state, file_scans::attempts))
            .first(conn)
            .optional()?;
        Ok(due)
    };
    if db.read(find)?.is_none() {
        return Ok(None);
    }
    db.operate(|tx| {
        let Some((id, sha256, state, attempts)) = find(tx.conn())? else { return Ok(None) };
        let taken = diesel::update(file_scans::table.find(id).filter(file_scans::attempts.eq(attempts)))
            .set((file_scans::attempts.eq(attempts + 1), file_scans::next_attempt_at.eq(now.plus_seconds(lease))))
            .execute(tx.conn())?;
        Ok((taken == 1).then_some(DueScan { id, sha256, state, attempts: attempts + 1 }))
    })
}

/// Nothing was found; looked at again at `next`, when the scanner may know more.
pub(in crate::applications) fn set_scan_clean(db: &Db, due: &DueScan, now: At, next: At) -> DbResult<()> {
    db.operate(|tx| {
        diesel::update(file_scans::table.find(due.id).filter(file_scans::state.ne(ScanState::Infected)))
            .set((
                file_scans::state.eq(ScanState::Clean),
                file_scans::attempts.eq(0),
                file_scans::scanned_at.eq(Some(now)),
                file_scans::next_attempt_at.eq(next),
            ))
            .execute(tx.conn())?;
        Ok(())
    })
}

/// No clear answer came: tried again at `next`; what is known stays.
pub(in crate::applications) fn postpone_scan(db: &Db, due: &DueScan, next: At) -> DbResult<()> {
    db.operate(|tx| {
        diesel::update(file_scans::table.find(due.id)).set(file_scans::next_attempt_at.eq(next)).execute(tx.conn())?;
        Ok(())
    })
}

/// A virus was found. Whether it is news.
pub(in crate::applications) fn set_scan_infected(
    conn: &mut Conn,
    due: &DueScan,
    finding: &str,
    now: At,
) -> DbResult<bool> {
    let changed = diesel::update(file_scans::table.find(due.id).filter(file_scans::state.ne(ScanState::Infected)))
        .set((
            file_scans::state.eq(ScanState::Infected),
            file_scans::finding.eq(Some(finding)),
            file_scans::scanned_at.eq(Some(now)),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Where an infected content is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::applications) enum Carrier {
    /// A document of a bid.
    Document(DocumentId),
    /// The evidence of a finding of a gate, by its row.
    Evidence(i32),
}

/// A file of an infected content, and who sent it.
#[derive(Debug, Clone)]
pub(in crate::applications) struct Affected {
    pub carrier: Carrier,
    pub file_name: String,
    pub application: ApplicationId,
    pub reference: String,
    pub round: RoundId,
    pub account: AccountId,
    pub name: String,
    pub email: String,
}

/// Every document of a content that was not removed, and every finding that it is the evidence of.
pub(in crate::applications) fn affected_by(conn: &mut Conn, sha256: &str) -> DbResult<Vec<Affected>> {
    type Row = (i32, String, ApplicationId, String, RoundId, AccountId, String, String);
    let sent: Vec<Row> = documents::table
        .inner_join(applications::table)
        .inner_join(accounts::table.on(accounts::id.eq(documents::uploaded_by)))
        .filter(documents::sha256.eq(sha256).and(documents::removed_at.is_null()))
        .order(documents::id)
        .select((
            documents::id,
            documents::file_name,
            documents::application_id,
            applications::reference,
            applications::round_id,
            documents::uploaded_by,
            accounts::name,
            accounts::email,
        ))
        .load(conn)?;
    let attached: Vec<Row> = gate_findings::table
        .inner_join(applications::table)
        .inner_join(accounts::table.on(accounts::id.eq(gate_findings::checked_by)))
        .filter(gate_findings::sha256.eq(sha256))
        .order(gate_findings::id)
        .select((
            gate_findings::id,
            gate_findings::file_name.assume_not_null(),
            gate_findings::application_id,
            applications::reference,
            applications::round_id,
            gate_findings::checked_by,
            accounts::name,
            accounts::email,
        ))
        .load(conn)?;
    let affected = |carrier: fn(i32) -> Carrier,
                    (id, file_name, application, reference, round, account, name, email): Row| {
        Affected { carrier: carrier(id), file_name, application, reference, round, account, name, email }
    };
    let sent = sent.into_iter().map(|row| affected(|id| Carrier::Document(DocumentId::new(id)), row));
    let attached = attached.into_iter().map(|row| affected(Carrier::Evidence, row));
    Ok(sent.chain(attached).collect())
}
