//! A database per test: a SQLite file, or a database of a PostgreSQL cluster.
//!
//! `EVENHAND_TEST_POSTGRES` names a cluster (its superuser's URL). Without it the first test that needs one starts a private
//! cluster from Debian's programs; a shell on the other end of a pipe stops it and removes its folder when this process is
//! gone, however it went.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sqlite::SqliteConnection;
use evenhand::db::{Db, DbUrl, migrate};
use tempfile::TempDir;

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A file.
    Sqlite,
    /// A database of a cluster.
    Postgres,
}

/// A database of one test, removed when it is dropped.
#[derive(Debug)]
pub struct TestDb {
    pub url: DbUrl,
    postgres: Option<String>,
}

impl TestDb {
    /// A migrated database; SQLite's file is in `folder`.
    pub fn migrated(kind: Kind, folder: &Path) -> Self {
        let database = match kind {
            Kind::Sqlite => {
                let path = folder.join("evenhand.sqlite3");
                fs::write(&path, sqlite_template()).expect("the file can be written");
                Self { url: DbUrl::Sqlite(path), postgres: None }
            }
            Kind::Postgres => Self::in_cluster("template1"),
        };
        if kind == Kind::Postgres {
            // Nothing to do in the private cluster, whose template is migrated.
            migrate::run(&database.open(), |_| {}).expect("the database can be migrated");
        }
        database
    }

    /// A database with nothing in it.
    pub fn empty(kind: Kind, folder: &Path) -> Self {
        match kind {
            Kind::Sqlite => Self { url: DbUrl::in_folder(folder), postgres: None },
            Kind::Postgres => Self::in_cluster("template0"),
        }
    }

    fn in_cluster(template: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("evenhand_test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        admin().batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}")).expect("a database can be made");
        Self { url: DbUrl::Postgres(with_database(&cluster().url, &name)), postgres: Some(name) }
    }

    pub fn open(&self) -> Db {
        Db::open(&self.url).expect("the database opens")
    }

    /// The address as the command line takes it.
    pub fn address(&self) -> String {
        match &self.url {
            DbUrl::Sqlite(path) => format!("sqlite:{}", path.display()),
            DbUrl::Postgres(url) => url.clone(),
        }
    }

    /// A connection past the service, as whoever has the file or the superuser's password has it.
    pub fn raw(&self) -> Raw {
        match &self.url {
            DbUrl::Sqlite(path) => Raw::sqlite(path),
            DbUrl::Postgres(url) => Raw::Postgres(PgConnection::establish(url).expect("PostgreSQL answers")),
        }
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        if let Some(name) = &self.postgres {
            // A database that stays behind harms no other test.
            let _ = admin().batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

/// A connection that knows nothing of the service's rules.
pub enum Raw {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

#[derive(QueryableByName)]
struct TextRow {
    #[diesel(sql_type = diesel::sql_types::Text)]
    value: String,
}

impl Raw {
    /// A connection to a SQLite file.
    pub fn sqlite(path: &Path) -> Self {
        let mut conn = SqliteConnection::establish(path.to_str().expect("a plain path")).expect("the file opens");
        conn.batch_execute("PRAGMA busy_timeout = 5000").expect("SQLite answers");
        Self::Sqlite(conn)
    }

    /// Runs statements.
    pub fn try_run(&mut self, sql: &str) -> Result<(), String> {
        match self {
            Self::Sqlite(conn) => conn.batch_execute(sql),
            Self::Postgres(conn) => conn.batch_execute(sql),
        }
        .map_err(|error| match &error {
            // PostgreSQL names the constraint beside its message, SQLite in it.
            diesel::result::Error::DatabaseError(_, told) => {
                format!("{error} [{}]", told.constraint_name().unwrap_or_default())
            }
            _ => error.to_string(),
        })
    }

    /// Runs statements that work.
    pub fn run(&mut self, sql: &str) {
        self.try_run(sql).unwrap_or_else(|error| panic!("{error}: {sql}"));
    }

    /// The column `value` (a text) of every row.
    pub fn texts(&mut self, sql: &str) -> Vec<String> {
        let query = diesel::sql_query(sql);
        let rows: QueryResult<Vec<TextRow>> = match self {
            Self::Sqlite(conn) => query.load(conn),
            Self::Postgres(conn) => query.load(conn),
        };
        rows.unwrap_or_else(|error| panic!("{error}: {sql}")).into_iter().map(|row| row.value).collect()
    }

    /// The text of the only row.
    pub fn text(&mut self, sql: &str) -> String {
        self.texts(sql).into_iter().next().unwrap_or_else(|| panic!("no row: {sql}"))
    }

    /// A count of rows.
    pub fn count(&mut self, from: &str) -> i64 {
        self.text(&format!("SELECT CAST(count(*) AS TEXT) AS value FROM {from}")).parse().expect("a number")
    }
}

/// A folder of a test's own. In memory where there is room: tests need fsync to be asked for, not a disk to obey it.
pub fn folder() -> TempDir {
    tempfile::tempdir_in(base()).expect("a folder can be made")
}

fn base() -> &'static Path {
    static BASE: OnceLock<PathBuf> = OnceLock::new();
    BASE.get_or_init(|| {
        let room = Command::new("df").args(["-k", "--output=avail", "/dev/shm"]).output();
        let room = room.ok().and_then(|out| String::from_utf8(out.stdout).ok());
        let room: Option<u64> = room.and_then(|text| text.lines().last()?.trim().parse().ok());
        let memory = std::env::var_os("TMPDIR").is_none() && room.is_some_and(|kib| kib > 2 * 1024 * 1024);
        if memory { PathBuf::from("/dev/shm") } else { std::env::temp_dir() }
    })
}

/// A migrated file, made once.
fn sqlite_template() -> &'static [u8] {
    static TEMPLATE: OnceLock<Vec<u8>> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let folder = folder();
        let (made, copy) = (folder.path().join("made"), folder.path().join("copy"));
        let db = Db::open(&DbUrl::Sqlite(made.clone())).expect("the database opens");
        migrate::run(&db, |_| {}).expect("the database can be migrated");
        Raw::sqlite(&made).run(&format!("VACUUM INTO '{}'", copy.display()));
        fs::read(copy).expect("the copy can be read")
    })
}

struct Cluster {
    url: String,
    /// Its standard input is what keeps the private cluster alive.
    _watch: Option<Child>,
}

fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Result<Cluster, String>> = OnceLock::new();
    let cluster = CLUSTER.get_or_init(|| match std::env::var("EVENHAND_TEST_POSTGRES") {
        Ok(url) if !url.is_empty() => Ok(Cluster { url, _watch: None }),
        _ => private_cluster(),
    });
    cluster.as_ref().unwrap_or_else(|fault| panic!("{fault}"))
}

fn admin() -> PgConnection {
    PgConnection::establish(&cluster().url).expect("the PostgreSQL of the tests answers")
}

fn with_database(url: &str, name: &str) -> String {
    let mut url = url::Url::parse(url).expect("EVENHAND_TEST_POSTGRES is an address");
    url.set_path(name);
    url.to_string()
}

fn programs() -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|bin| bin.join("initdb").exists() && bin.join("postgres").exists())
        .collect();
    versions.sort();
    versions.pop()
}

/// PostgreSQL refuses to run as root: then it runs as `postgres`, or else as `nobody`.
fn other_user() -> Option<(u32, u32)> {
    if fs::metadata("/proc/self").expect("there is /proc").uid() != 0 {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").expect("there are users");
    ["postgres", "nobody"].iter().find_map(|name| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut parts = line.split(':').skip(2);
        Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
    })
}

fn as_user(user: Option<(u32, u32)>, program: &Path) -> Command {
    match user {
        None => Command::new(program),
        Some((uid, gid)) => {
            let mut command = Command::new("setpriv");
            command.args([&format!("--reuid={uid}"), &format!("--regid={gid}"), "--clear-groups", "--"]).arg(program);
            command
        }
    }
}

fn private_cluster() -> Result<Cluster, String> {
    let bin = programs().ok_or(
        "these tests need PostgreSQL: install Debian's package `postgresql`, or set EVENHAND_TEST_POSTGRES to a superuser's URL",
    )?;
    let folder = base().join(format!("evenhand-test-pg-{}", std::process::id()));
    let fault = |what: &str, cause: &dyn std::fmt::Display| format!("the tests' PostgreSQL: {what}: {cause}");
    fs::create_dir_all(&folder).map_err(|e| fault("its folder cannot be made", &e))?;
    let user = other_user();
    if let Some((uid, gid)) = user {
        chown(&folder, Some(uid), Some(gid)).map_err(|e| fault("its folder cannot be given away", &e))?;
    }
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).map_err(|e| fault("its folder", &e))?;
    let watch = watch(&folder, &bin, user).map_err(|e| fault("its watcher cannot start", &e))?;
    let data = folder.join("data");
    done(
        "initdb",
        as_user(user, &bin.join("initdb"))
            .args(["-U", "evenhand", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "-D"])
            .arg(&data)
            .current_dir(&folder)
            .output(),
    )?;
    let mut last = String::new();
    // Another program may take a free port before PostgreSQL does.
    for _ in 0..5 {
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).map_err(|e| fault("no port", &e))?.port();
        let options = format!(
            "-p {port} -k {} -c listen_addresses=127.0.0.1 -c max_connections=300 -c shared_buffers=64MB",
            folder.display()
        );
        let started = as_user(user, &bin.join("pg_ctl"))
            .args(["-w", "-t", "60", "-s", "-o", &options, "-l"])
            .arg(folder.join("log"))
            .arg("-D")
            .arg(&data)
            .arg("start")
            .current_dir(&folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .map_err(|e| fault("pg_ctl", &e))?;
        if started.success() {
            let url = format!("postgres://evenhand@127.0.0.1:{port}/postgres");
            migrate_template(&url)?;
            return Ok(Cluster { url, _watch: Some(watch) });
        }
        last = fs::read_to_string(folder.join("log")).unwrap_or_default();
    }
    Err(fault("it does not start", &last))
}

/// What new databases are copied from is migrated once.
fn migrate_template(url: &str) -> Result<(), String> {
    let db = Db::open(&DbUrl::Postgres(with_database(url, "template1"))).map_err(|e| e.to_string())?;
    migrate::run(&db, |_| {}).map_err(|e| e.to_string())?;
    drop(db);
    // A pool's connections close a moment after it; a template in use cannot be copied.
    let mut conn = PgConnection::establish(url).map_err(|e| e.to_string())?;
    conn.batch_execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'template1'; \
         ALTER DATABASE template1 ALLOW_CONNECTIONS false",
    )
    .map_err(|e| e.to_string())
}

/// A shell that waits for the end of its input, then stops the cluster and removes its folder. This process holds the other
/// end, so it ends with this process: after success, panic and kill alike. Its own group keeps Ctrl-C from it.
fn watch(folder: &Path, bin: &Path, user: Option<(u32, u32)>) -> std::io::Result<Child> {
    let stop = as_user(user, &bin.join("pg_ctl"));
    let words: Vec<String> = std::iter::once(stop.get_program())
        .chain(stop.get_args())
        .map(|word| format!("'{}'", word.to_string_lossy()))
        .collect();
    let script = format!(
        "cd /; cat >/dev/null; {} -D '{}/data' -m immediate stop; rm -rf '{}'",
        words.join(" "),
        folder.display(),
        folder.display()
    );
    Command::new("sh")
        .args(["-c", &script])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
}

fn done(what: &str, output: std::io::Result<Output>) -> Result<(), String> {
    let output = output.map_err(|e| format!("the tests' PostgreSQL: {what}: {e}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("the tests' PostgreSQL: {what} failed: {}", String::from_utf8_lossy(&output.stderr)))
}
