//! The one door through which data changes.

use std::fmt;
use std::sync::Arc;

use super::chain::{self, Record};
use super::event::Event;
use super::keys::Keys;
use super::store::{self, Head};
use super::tables::Table;
use crate::base::actor::Actor;
use crate::base::ids::AccountId;
use crate::base::random::Random;
use crate::base::time::{At, Clock};
use crate::db::{Conn, Db, DbError, DbResult, person};

/// What a change gives back, and the events that record it. Cannot be made without an event, unless nothing is changed.
#[derive(Debug)]
pub struct Change<T> {
    value: T,
    /// None: nothing is changed, and the ledger sees to it.
    events: Vec<Event>,
}

impl<T> Change<T> {
    /// A change with its event.
    #[must_use]
    pub fn new(value: T, event: Event) -> Self {
        Self { value, events: vec![event] }
    }

    /// No change, and so nothing for the trail: for whoever asks for what is so already, such as a form sent without an edit.
    /// The ledger refuses it where a row was written all the same.
    #[must_use]
    pub const fn unchanged(value: T) -> Self {
        Self { value, events: Vec::new() }
    }

    /// And another event of the same change.
    #[must_use]
    pub fn and(mut self, event: Event) -> Self {
        self.events.push(event);
        self
    }

    /// What the change gives back.
    #[must_use]
    pub const fn value(&self) -> &T {
        &self.value
    }

    /// This change and another of the same transaction, as one.
    #[must_use]
    pub fn with<U>(mut self, other: Change<U>) -> Change<(T, U)> {
        self.events.extend(other.events);
        Change { value: (self.value, other.value), events: self.events }
    }

    /// The same events with another value.
    #[must_use]
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Change<U> {
        Change { value: f(self.value), events: self.events }
    }
}

/// Writes changes with their events.
#[derive(Clone)]
pub struct Ledger {
    db: Db,
    keys: Arc<Keys>,
    clock: Clock,
    random: Random,
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ledger({:?})", self.db)
    }
}

/// A row that a change wrote.
struct Touched {
    table: Table,
    id: i32,
    /// Whether the change inserted it: then it has no salt yet.
    new: bool,
}

/// A write transaction. Only [`Ledger::write`] makes one, so a store function that takes it is audited.
pub struct WriteTx<'a> {
    conn: &'a mut Conn,
    actor: &'a Actor,
    random: &'a Random,
    now: At,
    received: At,
    touched: Vec<Touched>,
}

impl fmt::Debug for WriteTx<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WriteTx({} rows)", self.touched.len())
    }
}

impl WriteTx<'_> {
    /// For reading inside the transaction, and for operational rows that commit with it (outbox, receipts).
    pub const fn conn(&mut self) -> &mut Conn {
        self.conn
    }

    /// Who acts.
    #[must_use]
    pub const fn actor(&self) -> &Actor {
        self.actor
    }

    /// The acting person's account.
    ///
    /// # Errors
    /// When nobody is signed in: access rules let nobody come so far.
    pub fn account(&self) -> DbResult<AccountId> {
        self.actor.account().ok_or_else(|| DbError::Unfit("this change needs a signed-in person".to_owned()))
    }

    /// The time, read after the writers' queue was passed: when the change is made.
    #[must_use]
    pub const fn now(&self) -> At {
        self.now
    }

    /// When our server had read the whole request: what a deadline is compared with (D3). However long the writers' queue was,
    /// nobody who was in time becomes late in it. Where there was no request it is [`Self::now`].
    #[must_use]
    pub const fn received(&self) -> At {
        self.received
    }

    /// Randomness for references and tokens.
    #[must_use]
    pub const fn random(&self) -> &Random {
        self.random
    }

    /// Inserts a row of the trail's tables: `insert` returns the new row's id.
    ///
    /// # Errors
    /// Those of `insert`.
    pub fn insert(
        &mut self,
        table: Table,
        insert: impl FnOnce(&mut Conn) -> diesel::QueryResult<i32>,
    ) -> DbResult<i32> {
        let id = insert(self.conn)?;
        self.touch(table, id, true);
        Ok(id)
    }

    /// Updates one row of the trail's tables: `update` returns how many rows it changed.
    ///
    /// # Errors
    /// [`DbError::NotFound`] when it changed none: the row is gone, or has moved on (compare-and-set).
    pub fn update(
        &mut self,
        table: Table,
        id: i32,
        update: impl FnOnce(&mut Conn) -> diesel::QueryResult<usize>,
    ) -> DbResult<()> {
        if update(self.conn)? != 1 {
            return Err(DbError::NotFound);
        }
        self.touch(table, id, false);
        Ok(())
    }

    fn touch(&mut self, table: Table, id: i32, new: bool) {
        if !self.touched.iter().any(|row| row.table == table && row.id == id) {
            self.touched.push(Touched { table, id, new });
        }
    }
}

impl Ledger {
    /// A ledger on a database.
    #[must_use]
    pub const fn new(db: Db, keys: Arc<Keys>, clock: Clock, random: Random) -> Self {
        Self { db, keys, clock, random }
    }

    /// The database, for reading.
    #[must_use]
    pub const fn db(&self) -> &Db {
        &self.db
    }

    /// The keys.
    #[must_use]
    pub const fn keys(&self) -> &Arc<Keys> {
        &self.keys
    }

    /// Begins a transaction; waits for its turn at the head row; runs `f`; appends its events with the digest of
    /// every row it touched; commits. All of it happens, or nothing.
    ///
    /// # Errors
    /// Those of `f`, and of the database.
    pub fn write<T, E: From<DbError>>(
        &self,
        actor: &Actor,
        f: impl FnOnce(&mut WriteTx<'_>) -> Result<Change<T>, E>,
    ) -> Result<T, E> {
        self.write_received(None, actor, f)
    }

    /// The same for a request that was read whole at a moment before: see [`WriteTx::received`].
    ///
    /// # Errors
    /// Those of `f`, and of the database.
    pub fn write_received<T, E: From<DbError>>(
        &self,
        received: Option<At>,
        actor: &Actor,
        f: impl FnOnce(&mut WriteTx<'_>) -> Result<Change<T>, E>,
    ) -> Result<T, E> {
        self.db.transact(|conn| {
            let head = store::lock_head(conn)?;
            require_current(conn, actor)?;
            let now = self.clock.now();
            let received = received.unwrap_or(now);
            let mut tx = WriteTx { conn, actor, random: &self.random, now, received, touched: Vec::new() };
            let change = f(&mut tx)?;
            let touched = std::mem::take(&mut tx.touched);
            self.append(conn, actor, now, head, &touched, change).map_err(E::from)
        })
    }

    fn append<T>(
        &self,
        conn: &mut Conn,
        actor: &Actor,
        now: At,
        mut head: Head,
        touched: &[Touched],
        change: Change<T>,
    ) -> DbResult<T> {
        if change.events.is_empty() {
            return match touched {
                [] => Ok(change.value),
                _ => Err(DbError::Unfit("a change of rows has no event".to_owned())),
            };
        }
        let mut rows = self.digests(conn, touched)?;
        for event in change.events {
            let record = Record {
                seq: head.seq + 1,
                at: now,
                kind: event.kind.word().to_owned(),
                actor: actor.label(),
                account_id: actor.account().map(AccountId::row),
                round_id: event.round.map(crate::base::ids::RoundId::row),
                application_id: event.application.map(crate::base::ids::ApplicationId::row),
                data: serde_json::to_string(&event.data)?,
                // The rows of the whole change stand with its first event.
                changed_rows: std::mem::replace(&mut rows, "[]".to_owned()),
                previous_hash: head.hash,
            };
            let hash = record.hash();
            let mac = chain::mac(self.keys.trail(), &hash);
            store::insert_record(conn, &record, &hash, &mac)?;
            head = Head { seq: record.seq, hash };
        }
        store::set_head(conn, &head, &chain::mac(self.keys.trail(), &head.sealed()))?;
        Ok(change.value)
    }

    /// `[["table", row, "digest" or null], …]` of the touched rows as they are now.
    fn digests(&self, conn: &mut Conn, touched: &[Touched]) -> DbResult<String> {
        let mut rows = Vec::with_capacity(touched.len());
        for Touched { table, id, new } in touched {
            let spec = table.spec();
            let digest = match store::row(conn, *table, *id)? {
                Some(values) => {
                    let salt = match new {
                        true => store::new_salt(conn, *table, *id, &self.random)?,
                        false => store::salt(conn, *table, *id, &self.random)?,
                    };
                    Some(chain::row_digest(&salt, spec, *id, &values))
                }
                None => None,
            };
            rows.push((spec.name, id, digest));
        }
        Ok(serde_json::to_string(&rows)?)
    }
}

/// A request may take minutes to arrive, and a job longer: no change is made with rights that its actor lost meanwhile.
fn require_current(conn: &mut Conn, actor: &Actor) -> DbResult<()> {
    let Some(then) = actor.person() else { return Ok(()) };
    let now = person(conn, then.account)?.ok_or(DbError::Outdated)?;
    let keeps = then.roles.iter().all(|role| now.roles.contains(role))
        && then.organisations.iter().all(|organisation| now.organisations.contains(organisation));
    if keeps { Ok(()) } else { Err(DbError::Outdated) }
}
