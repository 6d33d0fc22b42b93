//! Migrations, embedded, one tree per database with the same names.

use diesel::migration::MigrationSource;
use diesel::pg::Pg;
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::conn::{Conn, Db};
use super::error::{DbError, DbResult};

/// The SQLite tree.
pub const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
/// The PostgreSQL tree.
pub const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// What [`run`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrated {
    /// Names of the migrations applied now, in order.
    pub applied: Vec<String>,
}

/// Brings the database to this program's schema, telling `progress` each migration's name before it runs.
///
/// # Errors
/// When a migration fails, or the database was made by a newer program: that is never touched.
pub fn run(db: &Db, mut progress: impl FnMut(&str)) -> DbResult<Migrated> {
    let mut conn = db.writer()?;
    let known = names()?;
    let applied = applied(&mut conn)?;
    refuse_newer(&applied, &known)?;
    let pending: Vec<String> = known.into_iter().filter(|name| !applied.contains(name)).collect();
    for name in &pending {
        progress(name);
        let ran = match &mut *conn {
            Conn::Sqlite(c) => c.run_next_migration(SQLITE).map(|_| ()),
            Conn::Pg(c) => c.run_next_migration(POSTGRES).map(|_| ()),
        };
        ran.map_err(|e| DbError::Unfit(format!("migration {name} failed: {e}")))?;
    }
    Ok(Migrated { applied: pending })
}

fn refuse_newer(applied: &[String], known: &[String]) -> DbResult<()> {
    match applied.iter().find(|name| !known.contains(name)) {
        None => Ok(()),
        Some(newer) => Err(DbError::Unfit(format!(
            "the database is newer than this program: it has migration {newer}, which this version does not know. \
             Use a newer evenhand"
        ))),
    }
}

/// Takes every migration back, newest first: for the up-down-up test, and for nothing else.
///
/// # Errors
/// When a migration cannot be taken back.
pub fn revert_all(db: &Db) -> DbResult<()> {
    let mut conn = db.writer()?;
    let reverted = match &mut *conn {
        Conn::Sqlite(c) => c.revert_all_migrations(SQLITE).map(|_| ()),
        Conn::Pg(c) => c.revert_all_migrations(POSTGRES).map(|_| ()),
    };
    reverted.map_err(|e| DbError::Unfit(format!("a migration cannot be taken back: {e}")))
}

/// Versions of this program's migrations, oldest first. The two trees agree, by test.
fn names() -> DbResult<Vec<String>> {
    let fault = |e: Box<dyn std::error::Error + Send + Sync>| DbError::Unfit(e.to_string());
    let mut names: Vec<String> = MigrationSource::<Sqlite>::migrations(&SQLITE)
        .map_err(fault)?
        .iter()
        .map(|migration| migration.name().version().to_string())
        .collect();
    names.sort();
    Ok(names)
}

fn applied(conn: &mut Conn) -> DbResult<Vec<String>> {
    let versions = match conn {
        Conn::Sqlite(c) => MigrationHarness::<Sqlite>::applied_migrations(c),
        Conn::Pg(c) => MigrationHarness::<Pg>::applied_migrations(c),
    };
    let mut versions: Vec<String> = versions
        .map_err(|e| DbError::Unfit(format!("the database's migrations cannot be read: {e}")))?
        .iter()
        .map(ToString::to_string)
        .collect();
    versions.sort();
    Ok(versions)
}

/// Whether the database has exactly this program's migrations.
///
/// # Errors
/// When it cannot be read, or the database was made by a newer program.
pub fn is_current(db: &Db) -> DbResult<bool> {
    let (applied, known) = (applied(&mut *db.writer()?)?, names()?);
    refuse_newer(&applied, &known)?;
    Ok(applied == known)
}
