//! What stands outside the database: checkpoints, keys, kept files, and old copies of the database itself.

use std::fs;

use evenhand::audit::{Keys, Table, checkpoint, verify};
use evenhand::base::random::Random;
use evenhand::db::{Db, DbUrl};

use super::*;

/// The database at a moment, to be put back later.
struct Copy;

impl Copy {
    fn take(world: &TestWorld) -> Self {
        let mut raw = world.raw();
        match raw {
            Raw::Sqlite(_) => raw.run(&format!("VACUUM INTO '{}'", world.folder().join("old.sqlite3").display())),
            Raw::Postgres(_) => {
                raw.run("CREATE SCHEMA old");
                for table in tables() {
                    raw.run(&format!("CREATE TABLE old.{table} AS TABLE public.{table}"));
                }
            }
        }
        Self
    }

    /// The old file in place of the newer; on PostgreSQL every row of every table.
    fn put_back(self, world: &TestWorld) -> Db {
        let mut raw = world.attacker();
        match raw {
            Raw::Sqlite(_) => Db::open(&DbUrl::Sqlite(world.folder().join("old.sqlite3"))).unwrap(),
            Raw::Postgres(_) => {
                unguard(&mut raw);
                for table in tables() {
                    raw.run(&format!(
                        "DELETE FROM public.{table}; INSERT INTO public.{table} SELECT * FROM old.{table}"
                    ));
                }
                world.app.db.clone()
            }
        }
    }
}

fn tables() -> impl Iterator<Item = &'static str> {
    let own = ["audit_events", "audit_heads", "row_salts", "outbox"];
    Table::ALL.iter().map(|table| table.spec().name).chain(own)
}

on_both! {
    fn an_old_copy_of_the_database_is_found_by_a_newer_checkpoint(world) {
        begin(&world);
        let copy = Copy::take(&world);
        let old = world.records();
        world.add_applicant(ANN, "Charnwood Youth Trust");
        let checkpoint = world.checkpoint();
        let signed = world.records();
        assert!(signed > old);
        let db = copy.put_back(&world);
        let found: Vec<String> = world.verify_database(&db).findings.iter().map(ToString::to_string).collect();
        assert_eq!(found, [format!(
            "checkpoint {checkpoint}: it was signed when the trail had {signed} records; now record {signed} is missing"
        )]);
    }

    /// The limit of the whole design, stated: no checkpoint is newer than the copy, every record and row fits. Only a receipt
    /// in somebody's hands, or a checkpoint kept elsewhere, tells. The window is the time between two checkpoints.
    fn the_limit_an_old_copy_is_not_seen_when_no_checkpoint_is_newer(world) {
        begin(&world);
        world.checkpoint();
        let copy = Copy::take(&world);
        let old = world.records();
        world.add_applicant(ANN, "Charnwood Youth Trust");
        assert!(world.records() > old);
        let db = copy.put_back(&world);
        let report = world.verify_database(&db);
        assert!(report.is_clean(), "{:#?}", report.findings);
        assert_eq!(report.records, old);
    }

    fn a_swapped_checkpoint_key_is_found(world) {
        let story = story(&world);
        world.tampered();
        // The service's own HMAC key, and a checkpoint key of the attacker's.
        let folder = world.folder().join("swapped");
        fs::create_dir(&folder).unwrap();
        fs::copy(world.app.settings.data.keys.join("trail.key"), folder.join("trail.key")).unwrap();
        let swapped = Keys::open(&folder, &Random::seeded("attacker")).unwrap();
        let checkpoints = &world.app.settings.data.checkpoints;
        let report = verify::verify(&world.app.db, &swapped, checkpoints, &|sha256| world.app.files.hash_now(sha256)).unwrap();
        let found: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), 2, "{found:#?}");
        assert!(found.contains(&format!("checkpoint {}: it was not signed with this key", story.checkpoint)), "{found:#?}");
        assert_eq!((report.checkpoints, report.anchored), (0, 0), "nothing is anchored by a key nobody knows");

        // The attacker's checkpoint among ours.
        let written = checkpoint::write(&world.app.db, &swapped, checkpoints).unwrap().unwrap();
        let name = written.file_name().unwrap().to_string_lossy().into_owned();
        expect_first(&world, &format!("checkpoint {name}: it was not signed with this key"));
    }

    fn an_edited_checkpoint_is_found(world) {
        let story = story(&world);
        world.tampered();
        let path = world.app.settings.data.checkpoints.join(&story.checkpoint);
        let note = fs::read_to_string(&path).unwrap();
        let size = format!("\n{}\n", story.signed);
        for (edited, words) in [
            (note.replace(&size, &format!("\n{}\n", story.before_checkpoint.seq)), "its signature does not fit its text"),
            (note.replace("evenhand/trail\n", "evenhand/other\n"), "its signature does not fit its text"),
            (note.split("\n\n").next().unwrap().to_owned(), "it has no signature"),
            (String::new(), "it has no signature"),
        ] {
            fs::write(&path, edited).unwrap();
            expect_first(&world, &format!("checkpoint {}: {words}", story.checkpoint));
        }
        fs::write(&path, note).unwrap();
        assert_eq!(findings(&world), Vec::<String>::new());
    }

    fn a_changed_or_deleted_file_is_found(world) {
        let story = story(&world);
        world.tampered();
        let sha256 = world.raw().text("SELECT sha256 AS value FROM documents WHERE id = 1");
        let path = world.folder().join("files").join(&sha256[..2]).join(&sha256);
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, b"%PDF-1.4 something else").unwrap();
        assert_eq!(findings(&world), [format!("file {sha256}: its content was changed")]);
        fs::remove_file(&path).unwrap();
        assert_eq!(findings(&world), [format!("file {sha256}: it is missing")]);
        fs::write(&path, bytes).unwrap();
        let report = world.verify();
        assert!(report.is_clean());
        assert_eq!(report.records, story.records);
    }

    /// Erasing a person's text keeps the chain: what is found is the row, never a record (D6).
    fn an_erased_text_leaves_the_chain_whole(world) {
        story(&world);
        let mut raw = world.attacker();
        unguard(&mut raw);
        raw.run("UPDATE answers SET value = '\"\"' WHERE question = 'NEED_PROBLEM'; DELETE FROM row_salts WHERE table_name = 'answers'");
        assert!(findings(&world).iter().all(|finding| finding.starts_with("row ")));
    }

    /// No text that a person typed is in the trail, only numbers, codes and times.
    fn the_trail_holds_no_personal_text(world) {
        let story = story(&world);
        let mut raw = world.raw();
        let texts = raw.texts("SELECT kind || actor || data || changed_rows AS value FROM audit_events");
        assert!(texts.iter().any(|text| text.contains(&story.reference)), "references are codes");
        for typed in ["Ann Applicant", ANN, BEN, "Charnwood", "youth worker", "Treasurer", "High Street", "What we say"] {
            assert!(texts.iter().all(|text| !text.contains(typed)), "{typed} is in the trail");
        }
    }
}
