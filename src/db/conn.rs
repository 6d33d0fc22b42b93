//! Connections: one enum over both databases, pools, and settings that are read back and asserted (rule D1).

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::r2d2::{self, ManageConnection, Pool, PooledConnection};
use diesel::sql_types::{Integer, Text};
use diesel::sqlite::SqliteConnection;

use super::error::{DbError, DbResult};

pub use connection::Conn;

/// The derive writes items without documentation, so it has a module of its own.
mod connection {
    use diesel::pg::PgConnection;
    use diesel::sqlite::SqliteConnection;

    /// A connection to either database.
    #[derive(diesel::MultiConnection)]
    pub enum Conn {
        /// PostgreSQL.
        Pg(PgConnection),
        /// SQLite, bundled with the program.
        Sqlite(SqliteConnection),
    }
}

impl fmt::Debug for Conn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pg(_) => "Conn::Pg",
            Self::Sqlite(_) => "Conn::Sqlite",
        })
    }
}

/// Where the database is: `sqlite:PATH` or `postgres://…`.
#[derive(Clone, PartialEq, Eq)]
pub enum DbUrl {
    /// A file.
    Sqlite(PathBuf),
    /// A PostgreSQL connection address.
    Postgres(String),
}

/// Shows the kind alone: a PostgreSQL address may hold a password.
impl fmt::Debug for DbUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(_) => f.write_str("postgres://…"),
        }
    }
}

impl DbUrl {
    /// Reads an address.
    ///
    /// # Errors
    /// When it starts with neither `sqlite:` nor `postgres://`; a typo must not make an empty file.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            if path.is_empty() || path.contains(":memory:") {
                return Err("sqlite: needs the path of a file".to_owned());
            }
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        Err("the database must be sqlite:PATH or postgres://…".to_owned())
    }

    /// The embedded database of a data folder.
    #[must_use]
    pub fn in_folder(data: &Path) -> Self {
        Self::Sqlite(data.join("evenhand.sqlite3"))
    }
}

/// Opens connections for a pool.
#[derive(Debug)]
pub(crate) struct Opener {
    url: DbUrl,
    read_only: bool,
}

impl ManageConnection for Opener {
    type Connection = Conn;
    type Error = r2d2::Error;

    fn connect(&self) -> Result<Conn, r2d2::Error> {
        open(&self.url, self.read_only)
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<(), r2d2::Error> {
        conn.batch_execute("SELECT 1").map_err(r2d2::Error::QueryError)
    }

    /// A connection left inside a transaction (by a panic) is dropped, which rolls it back.
    fn has_broken(&self, conn: &mut Conn) -> bool {
        std::thread::panicking() || depth(conn) != Some(0)
    }
}

fn depth(conn: &mut Conn) -> Option<u32> {
    let status = match conn {
        Conn::Pg(pg) => AnsiTransactionManager::transaction_manager_status_mut(pg),
        Conn::Sqlite(sqlite) => AnsiTransactionManager::transaction_manager_status_mut(sqlite),
    };
    status.transaction_depth().ok().map(|depth| depth.map_or(0, std::num::NonZeroU32::get))
}

fn open(url: &DbUrl, read_only: bool) -> Result<Conn, r2d2::Error> {
    let mut conn = match url {
        DbUrl::Sqlite(path) => {
            let path = path.to_str().ok_or_else(|| {
                r2d2::Error::ConnectionError(ConnectionError::BadConnection("the path is not UTF-8".into()))
            })?;
            Conn::Sqlite(SqliteConnection::establish(path).map_err(r2d2::Error::ConnectionError)?)
        }
        DbUrl::Postgres(url) => Conn::Pg(PgConnection::establish(url).map_err(r2d2::Error::ConnectionError)?),
    };
    let settings = match (&conn, read_only) {
        (Conn::Sqlite(_), false) => SQLITE_SETTINGS.to_owned(),
        (Conn::Sqlite(_), true) => format!("{SQLITE_SETTINGS} PRAGMA query_only = ON;"),
        (Conn::Pg(_), false) => PG_SETTINGS.to_owned(),
        (Conn::Pg(_), true) => format!("{PG_SETTINGS} SET default_transaction_read_only = on;"),
    };
    conn.batch_execute(&settings).map_err(r2d2::Error::QueryError)?;
    Ok(conn)
}

// 16 MB of pages for a connection: of the usual 2 MB a large round keeps nothing from one request to the next.
const SQLITE_SETTINGS: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16000;";
const PG_SETTINGS: &str = "SET TIME ZONE 'UTC'; SET DateStyle = 'ISO, YMD'; SET synchronous_commit = on; \
     SET client_min_messages = warning;";

type ConnPool = Pool<Opener>;

/// A database, with its pools.
#[derive(Clone)]
pub struct Db {
    url: DbUrl,
    readers: ConnPool,
    writers: ConnPool,
    halted: Arc<AtomicBool>,
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Db({:?})", self.url)
    }
}

impl Db {
    /// Opens the database and asserts its settings. Migrate it with [`super::migrate`] before use.
    ///
    /// # Errors
    /// When it cannot be reached, or a durability setting is not in force.
    pub fn open(url: &DbUrl) -> DbResult<Self> {
        if let DbUrl::Sqlite(path) = url
            && let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty())
            && !folder.is_dir()
        {
            return Err(DbError::Connection(format!("the folder {} does not exist", folder.display())));
        }
        // One writer connection on SQLite: writers wait in the pool's queue, not in busy loops (D1).
        let write_connections = if matches!(url, DbUrl::Sqlite(_)) { 1 } else { 8 };
        let db = Self {
            url: url.clone(),
            writers: pool(url, false, write_connections)?,
            readers: pool(url, true, 8)?,
            halted: Arc::default(),
        };
        assert_settings(&mut *db.writer()?)?;
        Ok(db)
    }

    /// Where the database is.
    #[must_use]
    pub const fn url(&self) -> &DbUrl {
        &self.url
    }

    /// Runs queries on a connection that cannot write. All of them see the same moment of the database: a page that shows the
    /// text of one moment with the version of a later one would lead its reader to write over what they have not seen.
    ///
    /// # Errors
    /// Those of `f`, and when no connection can be had.
    pub fn read<T, E: From<DbError>>(&self, f: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        let mut conn = self.readers.get().map_err(|e| DbError::Connection(e.to_string()))?;
        begin(&mut conn, "BEGIN", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
        let result = f(&mut conn);
        rollback(&mut conn)?;
        result
    }

    /// Changes operational rows (sessions, links, outbox) in one transaction, with no audit event.
    ///
    /// # Errors
    /// Those of `f`, and of the database; then nothing has changed.
    pub fn operate<T, E: From<DbError>>(&self, f: impl FnOnce(&mut OperateTx<'_>) -> Result<T, E>) -> Result<T, E> {
        self.transact(|conn| f(&mut OperateTx { conn }))
    }

    /// Runs `f` in a write transaction: commits when it succeeds, rolls back when it fails. Only the ledger and
    /// [`Self::operate`] call it.
    ///
    /// # Errors
    /// Those of `f`, and of the database; [`DbError::Unsure`] when the commit itself fails.
    pub(crate) fn transact<T, E: From<DbError>>(&self, f: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        let mut conn = self.writer()?;
        self.watched(begin(&mut conn, "BEGIN IMMEDIATE", "BEGIN"))?;
        match f(&mut conn) {
            Ok(value) => {
                self.watched(commit(&mut conn))?;
                Ok(value)
            }
            Err(error) => {
                rollback(&mut conn)?;
                Err(error)
            }
        }
    }

    /// Whether a disk failed under a write. From then on nothing is written: after a failed `fsync` the same data may be
    /// reported safe and be gone, so only a new start, which reads what is really on the disk, may write again.
    #[must_use]
    pub fn is_halted(&self) -> bool {
        self.halted.load(Ordering::SeqCst)
    }

    fn watched<T>(&self, result: DbResult<T>) -> DbResult<T> {
        if let Err(DbError::Unsure(error) | DbError::Query(error)) = &result
            && is_disk_failure(error)
        {
            self.halted.store(true, Ordering::SeqCst);
        }
        result
    }

    /// A connection that can write. Only [`Self::transact`] and migrations take it.
    pub(crate) fn writer(&self) -> DbResult<PooledConnection<Opener>> {
        if self.is_halted() {
            return Err(DbError::Halted);
        }
        self.writers.get().map_err(|e| DbError::Connection(e.to_string()))
    }
}

/// A transaction on operational rows.
#[derive(Debug)]
pub struct OperateTx<'a> {
    conn: &'a mut Conn,
}

impl OperateTx<'_> {
    /// The connection, inside the transaction.
    pub const fn conn(&mut self) -> &mut Conn {
        self.conn
    }
}

fn pool(url: &DbUrl, read_only: bool, size: u32) -> DbResult<ConnPool> {
    Pool::builder()
        .max_size(size)
        .min_idle(Some(1))
        .test_on_check_out(matches!(url, DbUrl::Postgres(_)))
        .connection_timeout(Duration::from_secs(10))
        .build(Opener { url: url.clone(), read_only })
        .map_err(|e| DbError::Connection(e.to_string()))
}

/// Begins a transaction with the text that the database needs. Not diesel's own `transaction`: on SQLite that is
/// a deferred `BEGIN`, and a read followed by a write then fails at once when another connection writes.
pub(crate) fn begin(conn: &mut Conn, sqlite: &str, postgres: &str) -> DbResult<()> {
    match conn {
        Conn::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, sqlite)?,
        Conn::Pg(c) => AnsiTransactionManager::begin_transaction_sql(c, postgres)?,
    }
    Ok(())
}

/// Commits. A failure leaves it open whether the change is there: SQLite has been seen to keep a row whose commit reported an
/// input/output error, and PostgreSQL's answer may be lost on the way.
pub(crate) fn commit(conn: &mut Conn) -> DbResult<()> {
    match conn {
        Conn::Sqlite(c) => AnsiTransactionManager::commit_transaction(c),
        Conn::Pg(c) => AnsiTransactionManager::commit_transaction(c),
    }
    .map_err(DbError::Unsure)
}

pub(crate) fn rollback(conn: &mut Conn) -> DbResult<()> {
    match conn {
        Conn::Sqlite(c) => AnsiTransactionManager::rollback_transaction(c)?,
        Conn::Pg(c) => AnsiTransactionManager::rollback_transaction(c)?,
    }
    Ok(())
}

/// SQLite's word for a disk that failed; a full disk is another matter, and passes when there is room again.
fn is_disk_failure(error: &diesel::result::Error) -> bool {
    error.to_string().contains("disk I/O error")
}

#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = Text)]
    value: String,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = Integer)]
    value: i32,
}

/// Reads the settings back: a database that does not keep its promises is refused, not trusted (D1).
fn assert_settings(conn: &mut Conn) -> DbResult<()> {
    let wanted: &[(&str, &str)] = match conn {
        Conn::Sqlite(_) => &[
            ("SELECT journal_mode AS value FROM pragma_journal_mode", "wal"),
            ("SELECT CAST(synchronous AS TEXT) AS value FROM pragma_synchronous", "2"),
            ("SELECT CAST(foreign_keys AS TEXT) AS value FROM pragma_foreign_keys", "1"),
        ],
        Conn::Pg(_) => &[
            ("SELECT current_setting('fsync') AS value", "on"),
            ("SELECT current_setting('full_page_writes') AS value", "on"),
            ("SELECT current_setting('synchronous_commit') AS value", "on"),
        ],
    };
    for (query, want) in wanted {
        let setting: Setting = diesel::sql_query(*query).get_result(conn)?;
        if setting.value != *want {
            return Err(DbError::Unfit(format!(
                "the database would lose acknowledged data: `{query}` says {}, and must say {want}",
                setting.value
            )));
        }
    }
    if matches!(conn, Conn::Sqlite(_)) {
        // The WAL-reset bug, fixed in 3.51.3, can lose committed writes.
        let version: Number = diesel::sql_query(
            "SELECT CAST(substr(sqlite_version(), 1, instr(sqlite_version(), '.') - 1) AS INTEGER) * 1000 \
             + CAST(substr(sqlite_version(), 3) AS INTEGER) AS value",
        )
        .get_result(conn)?;
        if version.value < 3052 {
            return Err(DbError::Unfit("this program was built with a SQLite older than 3.52".to_owned()));
        }
    }
    Ok(())
}
