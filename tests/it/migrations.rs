//! The schemas of the two databases: one design, told twice, and what the program believes of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use evenhand::app::Store;
use evenhand::audit::Table;
use evenhand::audit::tables::ColumnKind;
use evenhand::base::random::Random;
use evenhand::db::{Db, DbError, migrate, portable};

use crate::support::db::{Raw, TestDb};
use crate::support::{Kind, TestWorld};

/// Tables that hold no fact about how a round was run, so their rows are not in the trail.
const OPERATIONAL: &[&str] = &[
    "__diesel_schema_migrations",
    "agenda_entries",
    "audit_events",
    "audit_heads",
    "file_scans",
    "letter_batches",
    "mail_troubles",
    "outbox",
    "outbox_attempts",
    "panel_notices",
    "reminders",
    "pending_forms",
    "row_salts",
    "sessions",
    "sheet_notes",
    "sign_in_links",
    "signature_codes",
];

fn tree(kind: &str) -> BTreeMap<String, BTreeSet<String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(kind);
    fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .map(|path| {
            let files = fs::read_dir(&path).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
            (path.file_name().unwrap().to_str().unwrap().to_owned(), files.collect())
        })
        .collect()
}

#[test]
fn both_trees_have_the_same_migrations_up_and_down() {
    let sqlite = tree("sqlite");
    assert_eq!(sqlite, tree("postgres"));
    for (name, files) in sqlite {
        assert_eq!(files, BTreeSet::from(["down.sql".to_owned(), "up.sql".to_owned()]), "{name}");
    }
}

/// Constraints are what `error.rs` knows refusals by, so a name means the same on both sides.
#[test]
fn both_trees_name_the_same_constraints() {
    let names = |kind: &str| -> BTreeSet<String> {
        tree(kind)
            .keys()
            .flat_map(|name| {
                let path =
                    Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(kind).join(name).join("up.sql");
                let text = fs::read_to_string(path).unwrap();
                let words: Vec<String> = text.split_whitespace().map(ToOwned::to_owned).collect();
                words
                    .windows(2)
                    .filter(|pair| pair[0] == "CONSTRAINT" && pair[1] != "=")
                    .map(|pair| pair[1].clone())
                    .collect::<Vec<_>>()
            })
            // Said of columns on one side and by a CHECK or a boolean on the other.
            .filter(|name| name != "sign_in_links_reusable_check")
            .collect()
    };
    assert_eq!(names("sqlite"), names("postgres"));
}

/// Everything that a schema is made of, as text.
fn schema(raw: &mut Raw) -> Vec<String> {
    match raw {
        Raw::Sqlite(_) => raw.texts(
            "SELECT type || ' ' || name || ': ' || coalesce(sql, '') AS value FROM sqlite_schema \
             WHERE name NOT LIKE 'sqlite_%' ORDER BY 1",
        ),
        Raw::Postgres(_) => raw.texts(
            "SELECT * FROM ( \
             SELECT 'column ' || table_name || '.' || column_name || ' ' || ordinal_position || ' ' || data_type || ' ' || is_nullable \
               || ' ' || is_identity || ' ' || coalesce(column_default, '') AS value \
               FROM information_schema.columns WHERE table_schema = 'public' \
             UNION ALL SELECT 'constraint ' || conname || ' ' || conrelid::regclass || ' ' || pg_get_constraintdef(oid) \
               FROM pg_constraint WHERE connamespace = 'public'::regnamespace \
             UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public' \
             UNION ALL SELECT 'trigger ' || pg_get_triggerdef(t.oid) FROM pg_trigger t WHERE NOT tgisinternal \
             UNION ALL SELECT 'function ' || pg_get_functiondef(p.oid) FROM pg_proc p \
               WHERE pronamespace = 'public'::regnamespace) s ORDER BY 1",
        ),
    }
}

fn up_down_up(kind: Kind) {
    let folder = crate::support::db::folder();
    let database = TestDb::empty(kind, folder.path());
    let db = database.open();
    let mut told = Vec::new();
    let first = migrate::run(&db, |name| told.push(name.to_owned())).unwrap();
    assert_eq!(told, first.applied);
    assert_eq!(first.applied.len(), tree("sqlite").len());
    let up = schema(&mut database.raw());
    assert!(up.len() > 50, "only {} things: the question is wrong", up.len());

    migrate::revert_all(&db).unwrap();
    let left: Vec<String> =
        schema(&mut database.raw()).into_iter().filter(|thing| !thing.contains("__diesel_schema_migrations")).collect();
    assert_eq!(left, Vec::<String>::new(), "down leaves things behind");

    assert_eq!(migrate::run(&db, |_| {}).unwrap(), first);
    assert_eq!(schema(&mut database.raw()), up);
    assert!(migrate::is_current(&db).unwrap());
    assert_eq!(migrate::run(&db, |_| {}).unwrap().applied, Vec::<String>::new(), "a second run has nothing to do");
}

#[test]
fn up_down_up_gives_the_same_schema_on_sqlite() {
    up_down_up(Kind::Sqlite);
}

#[test]
fn up_down_up_gives_the_same_schema_on_postgres() {
    up_down_up(Kind::Postgres);
}

/// The tables of `src/db/schema.rs`: name, then columns in order with their diesel types.
fn diesel_schema() -> BTreeMap<String, Vec<(String, String)>> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/db/schema.rs")).unwrap();
    text.split("diesel::table! {")
        .skip(1)
        .map(|block| {
            let mut lines = block.lines().map(str::trim).filter(|line| !line.is_empty());
            let name = lines.next().unwrap().split(' ').next().unwrap().to_owned();
            let columns = lines
                .take_while(|line| *line != "}")
                .filter_map(|line| line.trim_end_matches(',').split_once(" -> "))
                .map(|(column, kind)| (column.to_owned(), kind.to_owned()))
                .collect();
            (name, columns)
        })
        .collect()
}

fn tables(db: &Db) -> BTreeSet<String> {
    let names = db.read(portable::table_names).unwrap();
    names.into_iter().filter(|name| name != "__diesel_schema_migrations").collect()
}

/// `name type nullable` as `portable::column_shapes` says it.
fn shape((name, kind): &(String, String)) -> String {
    let (kind, nullable) = match kind.strip_prefix("Nullable<") {
        Some(inner) => (inner.trim_end_matches('>'), "optional"),
        None => (kind.as_str(), "required"),
    };
    let stored = match kind {
        "Integer" | "BigInt" | "Bool" => "INTEGER",
        "Text" | "Timestamp" => "TEXT",
        other => panic!("{name} is {other}, which this test does not know"),
    };
    format!("{name} {stored} {nullable}")
}

on_both! {
    fn the_database_has_the_columns_of_schema_rs(world) {
        let expected = diesel_schema();
        assert_eq!(tables(&world.app.db), expected.keys().cloned().collect::<BTreeSet<_>>());
        for (table, columns) in &expected {
            let expected: Vec<String> = columns.iter().map(shape).collect();
            assert_eq!(world.read(|conn| portable::column_shapes(conn, table)), expected, "{table}");
        }
    }
}

/// `column_shapes` uses words that both share; PostgreSQL's own types are finer.
#[test]
fn postgres_has_the_finer_types_of_schema_rs() {
    let world = TestWorld::start(Kind::Postgres);
    for (table, columns) in diesel_schema() {
        let expected: Vec<String> = columns
            .iter()
            .map(|(name, kind)| {
                let kind = kind.trim_start_matches("Nullable<").trim_end_matches('>');
                let stored = match kind {
                    "Integer" => "integer",
                    "BigInt" => "bigint",
                    "Bool" => "boolean",
                    "Text" => "text",
                    _ => "timestamp without time zone",
                };
                format!("{name} {stored}")
            })
            .collect();
        let found = world.raw().texts(&format!(
            "SELECT column_name || ' ' || data_type AS value FROM information_schema.columns \
             WHERE table_schema = 'public' AND table_name = '{table}' ORDER BY ordinal_position"
        ));
        assert_eq!(found, expected, "{table}");
    }
}

#[test]
fn every_column_is_in_the_trail_or_its_table_is_operational() {
    let schema = diesel_schema();
    let trail: BTreeMap<&str, Table> = Table::ALL.iter().map(|table| (table.spec().name, *table)).collect();
    assert_eq!(trail.len(), Table::ALL.len(), "a table is in the list twice");
    for (name, columns) in &schema {
        let Some(table) = trail.get(name.as_str()) else {
            assert!(OPERATIONAL.contains(&name.as_str()), "{name} is neither in the trail nor operational");
            continue;
        };
        assert!(!OPERATIONAL.contains(&name.as_str()), "{name} is both");
        assert_eq!(columns[0].0, "id", "{name}");
        let stored: Vec<(String, ColumnKind)> = columns[1..]
            .iter()
            .map(|(column, kind)| {
                let kind = match kind.trim_start_matches("Nullable<").trim_end_matches('>') {
                    "Integer" | "BigInt" => ColumnKind::Number,
                    "Timestamp" => ColumnKind::Time,
                    "Text" => ColumnKind::Text,
                    // The databases print truth differently, so no table of the trail may hold it.
                    other => panic!("{name}.{column} is {other}, which has no digest that both databases share"),
                };
                (column.clone(), kind)
            })
            .collect();
        let spec: Vec<(String, ColumnKind)> =
            table.spec().columns.iter().map(|(column, kind)| ((*column).to_owned(), *kind)).collect();
        assert_eq!(spec, stored, "{name}");
    }
    for name in trail.keys() {
        assert!(schema.contains_key(*name), "{name} is no table");
    }
}

on_both! {
    fn a_database_that_is_newer_than_the_program_is_refused(world) {
        world.raw().run("INSERT INTO __diesel_schema_migrations (version) VALUES ('20990101000000')");
        let Err(DbError::Unfit(text)) = migrate::run(&world.app.db, |name| panic!("{name} ran")) else {
            panic!("it was taken");
        };
        assert!(text.contains("newer than this program") && text.contains("20990101000000"), "{text}");
        assert_eq!(text.lines().count(), 1, "{text}");

        let store = Store::open(&world.app.settings.data, &world.app.clock, &Random::seeded("other")).unwrap();
        let refusal = store.require_current().unwrap_err();
        assert_eq!(refusal.lines().count(), 1, "{refusal}");
        assert_eq!(refusal, text, "nobody is sent to a migration that would refuse");
    }

    fn a_database_without_migrations_is_not_served(world) {
        migrate::revert_all(&world.app.db).unwrap();
        world.tampered();
        let store = Store::open(&world.app.settings.data, &world.app.clock, &Random::seeded("other")).unwrap();
        assert!(store.require_current().unwrap_err().contains("evenhand migrate"));
    }
}
