//! The thirteen attacks of R9, each on a database with real events, by raw SQL on a connection of the attacker's own.

use evenhand::audit::Table;
use evenhand::audit::chain;
use evenhand::audit::store::{Filter, list_records};
use evenhand::audit::tables::ColumnKind;

use super::*;

on_both! {
    /// No false alarm: nothing is found where nothing was done.
    fn a_clean_trail_has_no_finding_and_counts_everything(world) {
        let story = story(&world);
        let report = world.verify();
        assert!(report.is_clean(), "{:#?}", report.findings);
        assert_eq!(report.records, story.records);
        assert_eq!((report.checkpoints, report.anchored), (2, story.signed));
        assert_eq!(report.files, 4, "two documents of two bids");
        let mut raw = world.raw();
        let rows: i64 = Table::ALL.iter().map(|table| raw.count(table.spec().name)).sum();
        assert_eq!(i64::try_from(report.rows).unwrap(), rows);
    }

    /// The first guard, before verification: the database itself refuses.
    fn the_trail_cannot_be_changed_without_taking_the_guards_off(world) {
        story(&world);
        let mut raw = world.raw();
        let mut statements = vec!["UPDATE audit_events SET kind = 'x' WHERE seq = 7", "DELETE FROM audit_events WHERE seq = 7"];
        if matches!(raw, Raw::Postgres(_)) {
            statements.push("TRUNCATE audit_events CASCADE");
        }
        for statement in statements {
            let refusal = raw.try_run(statement).unwrap_err();
            assert!(refusal.contains("append-only") || refusal.contains("append_only"), "{statement}: {refusal}");
        }
    }

    // 1

    fn an_edited_record_is_found(world) {
        story(&world);
        let mut raw = world.attacker();
        unguard(&mut raw);
        raw.run("UPDATE audit_events SET kind = 'fund_added' WHERE seq = 7");
        expect_first(&world, "record 7: was changed after it was written");
    }

    /// Of a record no column can be changed, whatever way its guard was taken off.
    fn an_edit_of_any_column_of_a_record_is_found(world) {
        story(&world);
        let mut raw = world.attacker();
        match raw {
            Raw::Sqlite(_) => raw.run(
                "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE type = 'trigger'; \
                 PRAGMA writable_schema = RESET",
            ),
            Raw::Postgres(_) => raw.run("ALTER TABLE audit_events DISABLE TRIGGER ALL"),
        }
        raw.run("CREATE TABLE kept AS SELECT * FROM audit_events WHERE seq = 20");
        let text = ["kind", "actor", "data", "changed_rows", "previous_hash", "hash", "mac"];
        let edits = text
            .iter()
            .map(|column| (*column, format!("{column} || ' '")))
            .chain([("at", "'2001-01-01 00:00:00'".to_owned())])
            .chain(["account_id", "round_id", "application_id"].map(|column| (column, "2".to_owned())));
        for (column, value) in edits {
            if column.ends_with("_id") {
                raw.run(&format!("UPDATE audit_events SET {column} = CASE WHEN {column} = 2 THEN NULL ELSE 2 END WHERE seq = 20"));
            } else {
                raw.run(&format!("UPDATE audit_events SET {column} = {value} WHERE seq = 20"));
            }
            let found = findings(&world);
            assert!(found.first().is_some_and(|first| first.starts_with("record 20: ")), "{column}: {found:#?}");
            raw.run(&format!("UPDATE audit_events SET {column} = (SELECT {column} FROM kept) WHERE seq = 20"));
        }
        assert_eq!(findings(&world), Vec::<String>::new());
    }

    // 2

    fn a_deleted_record_is_found(world) {
        story(&world);
        let mut raw = world.attacker();
        unguard(&mut raw);
        raw.run("DELETE FROM audit_events WHERE seq = 7");
        expect_first(&world, "record 8: follows record 6, so records are missing, doubled or renumbered");
    }

    fn a_deleted_first_record_is_found(world) {
        story(&world);
        let mut raw = world.attacker();
        unguard(&mut raw);
        raw.run("DELETE FROM audit_events WHERE seq = 1");
        expect_first(&world, "record 2: follows record 0, so records are missing, doubled or renumbered");
    }

    // 3

    fn a_deletion_hidden_by_renumbering_is_found(world) {
        story(&world);
        let mut raw = world.attacker();
        unguard(&mut raw);
        raw.run("DELETE FROM audit_events WHERE seq = 7");
        shift(&mut raw, 7, -1);
        raw.run("UPDATE audit_heads SET seq = seq - 1");
        expect_first(&world, "record 7: does not continue the record before it");
    }

    // 4

    fn two_swapped_records_are_found(world) {
        story(&world);
        let mut raw = world.attacker();
        unguard(&mut raw);
        raw.run(
            "UPDATE audit_events SET seq = -1 WHERE seq = 7; UPDATE audit_events SET seq = 7 WHERE seq = 8; \
             UPDATE audit_events SET seq = 8 WHERE seq = -1",
        );
        expect_first(&world, "record 7: does not continue the record before it");
    }

    // 5

    fn an_inserted_record_is_found(world) {
        story(&world);
        let mut raw = world.attacker();
        unguard(&mut raw);
        shift(&mut raw, 7, 1);
        copy_record(&mut raw, 7, 8);
        raw.run("UPDATE audit_heads SET seq = seq + 1");
        expect_first(&world, "record 8: does not continue the record before it");
    }

    /// Needs no guard off: anybody who may write may append.
    fn an_appended_record_is_found(world) {
        let story = story(&world);
        let mut raw = world.attacker();
        copy_record(&mut raw, story.records, story.records + 1);
        expect_first(&world, &format!("record {}: does not continue the record before it", story.records + 1));
    }

    // 6

    fn a_trail_cut_before_the_last_checkpoint_is_found(world) {
        let story = story(&world);
        let mut raw = world.attacker();
        unguard(&mut raw);
        raw.run(&format!("DELETE FROM audit_events WHERE seq > {}", story.before_checkpoint.seq));
        story.before_checkpoint.put_back(&mut raw);
        expect_first(&world, &format!(
            "checkpoint {}: it was signed when the trail had {} records; now record {} is missing",
            story.checkpoint, story.signed, story.signed
        ));
    }

    // 7

    fn a_trail_cut_after_the_last_checkpoint_is_found_by_its_rows(world) {
        let story = story(&world);
        let mut raw = world.attacker();
        unguard(&mut raw);
        raw.run(&format!("DELETE FROM audit_events WHERE seq > {}", story.after_checkpoint.seq));
        story.after_checkpoint.put_back(&mut raw);
        expect_first(&world, "row 1 of gate_checks: was put in past the service");
        // A finding for every item of a gate, or one for a gate without items.
        let found: usize = crate::support::builders::default_definition().gates.iter().map(|gate| gate.items.len().max(1)).sum();
        assert_eq!(findings(&world).len(), 3 + found, "each gate check, what it rests on, and nothing else");
    }

    // 8

    fn a_trail_rewritten_without_the_key_is_found(world) {
        story(&world);
        let mut raw = world.attacker();
        unguard(&mut raw);
        rewrite(&world, &mut raw, 7, None);
        expect_first(&world, "record 7: was not written by this service (its HMAC is wrong)");
    }

    // 9

    fn a_trail_rewritten_with_the_key_is_found_by_its_checkpoints(world) {
        let story = story(&world);
        let mut raw = world.attacker();
        unguard(&mut raw);
        rewrite(&world, &mut raw, 7, Some(world.app.ledger.keys().trail()));
        let found = findings(&world);
        assert!(found[0].ends_with("is not the one that was signed: the trail was rewritten"), "{found:#?}");
        assert!(found[1].starts_with(&format!("checkpoint {}: record {} ", story.checkpoint, story.signed)), "{found:#?}");
        assert_eq!(found.len(), 2, "every record and row fits the attacker's story: {found:#?}");
    }

    // 10

    fn a_trail_wiped_and_started_again_is_found(world) {
        let story = story(&world);
        let mut raw = world.attacker();
        unguard(&mut raw);
        for table in Table::ALL.iter().rev() {
            raw.run(&format!("DELETE FROM {}", table.spec().name));
        }
        raw.run("DELETE FROM audit_events; DELETE FROM row_salts; UPDATE audit_heads SET seq = 0, hash = '', mac = ''");
        world.add_everybody();
        expect_first(&world, &format!("checkpoint {}: it was signed when the trail had {first} records; now record {first} is missing",
            first_checkpoint(&world), first = first_checkpoint_size(&world)));
        for number in 0..story.signed {
            world.add_person(&format!("person{number}@new.example"), "Somebody", &[]);
        }
        let found = findings(&world);
        assert!(found.iter().all(|finding| finding.contains("the trail was rewritten")), "{found:#?}");
        assert_eq!(found.len(), 2, "{found:#?}");
    }

    // 11

    /// Every column of every row that the story left.
    fn an_edited_row_is_found(world) {
        story(&world);
        let mut raw = world.attacker();
        unguard(&mut raw);
        let mut edits = 0;
        for table in Table::ALL {
            let spec = table.spec();
            if raw.count(spec.name) == 0 {
                continue;
            }
            let id = raw.text(&format!("SELECT CAST(max(id) AS TEXT) AS value FROM {}", spec.name));
            raw.run(&format!("CREATE TABLE kept AS SELECT * FROM {} WHERE id = {id}", spec.name));
            for (column, kind) in spec.columns {
                let value = match kind {
                    ColumnKind::Number => format!("coalesce({column}, 0) + 1000000"),
                    ColumnKind::Text => format!("coalesce({column}, '') || ' '"),
                    ColumnKind::Time => "'2001-01-01 00:00:00'".to_owned(),
                };
                raw.run(&format!("UPDATE {} SET {column} = {value} WHERE id = {id}", spec.name));
                let found = findings(&world);
                let expected = format!("row {id} of {}: was changed past the service (last recorded by record ", spec.name);
                // A changed file name in the trail is a missing file as well.
                assert!(found.first().is_some_and(|first| first.starts_with(&expected)), "{}.{column}: {found:#?}", spec.name);
                raw.run(&format!("UPDATE {} SET {column} = (SELECT {column} FROM kept) WHERE id = {id}", spec.name));
                edits += 1;
            }
            raw.run("DROP TABLE kept");
        }
        assert!(edits >= 60, "only {edits} columns");
        assert_eq!(findings(&world), Vec::<String>::new());
    }

    fn an_empty_text_is_not_the_same_as_none(world) {
        story(&world);
        let mut raw = world.attacker();
        unguard(&mut raw);
        raw.run("UPDATE organisations SET charity_number = '' WHERE id = 1");
        let found = findings(&world);
        assert!(found[0].starts_with("row 1 of organisations: was changed past the service"), "{found:#?}");
    }

    // 12

    fn an_inserted_row_is_found(world) {
        story(&world);
        let mut raw = world.attacker();
        let officer = raw.text(&format!("SELECT CAST(id AS TEXT) AS value FROM accounts WHERE email = '{ANN}'"));
        raw.run(&format!(
            "INSERT INTO account_roles (account_id, role, granted_at) VALUES ({officer}, 'decision_maker', '2026-11-23 10:00:00')"
        ));
        let id = raw.text("SELECT CAST(max(id) AS TEXT) AS value FROM account_roles");
        expect_first(&world, &format!("row {id} of account_roles: was put in past the service"));
    }

    // 13

    fn a_deleted_row_is_found(world) {
        story(&world);
        let mut raw = world.attacker();
        unguard(&mut raw);
        let id = raw.text("SELECT CAST(min(id) AS TEXT) AS value FROM answers");
        raw.run(&format!("DELETE FROM answers WHERE id = {id}"));
        let found = findings(&world);
        assert_eq!(found.len(), 1, "{found:#?}");
        assert!(found[0].starts_with(&format!("row {id} of answers: was deleted past the service")), "{found:#?}");
    }

    // And more of the same kind.

    fn a_row_put_back_under_another_id_is_found(world) {
        story(&world);
        let mut raw = world.attacker();
        unguard(&mut raw);
        raw.run("UPDATE gate_checks SET id = id + 100");
        let found = findings(&world);
        assert!(found.iter().any(|finding| finding.starts_with("row 1 of gate_checks: was deleted past")), "{found:#?}");
        assert!(found.iter().any(|finding| finding.starts_with("row 101 of gate_checks: was put in past")), "{found:#?}");
    }

    fn two_rows_that_change_places_are_found(world) {
        story(&world);
        let mut raw = world.attacker();
        unguard(&mut raw);
        raw.run("UPDATE answers SET id = -1 WHERE id = 1; UPDATE answers SET id = 1 WHERE id = 2; UPDATE answers SET id = 2 WHERE id = -1");
        let found = findings(&world);
        assert!(found[0].starts_with("row 1 of answers: was changed past the service"), "{found:#?}");
        assert!(found[1].starts_with("row 2 of answers: was changed past the service"), "{found:#?}");
    }

    fn a_changed_or_deleted_salt_is_found(world) {
        story(&world);
        let mut raw = world.attacker();
        raw.run("UPDATE row_salts SET salt = '00000000000000000000000000000000' WHERE table_name = 'rounds'");
        let found = findings(&world);
        assert!(found[0].starts_with("row 1 of rounds: was changed past the service"), "{found:#?}");
        raw.run("DELETE FROM row_salts WHERE table_name = 'rounds'");
        let found = findings(&world);
        assert!(found[0].starts_with("row 1 of rounds: was changed past the service"), "{found:#?}");
    }

    fn a_changed_or_deleted_head_is_found(world) {
        story(&world);
        let mut raw = world.attacker();
        raw.run("CREATE TABLE kept AS SELECT * FROM audit_heads");
        for (edit, words) in [
            ("UPDATE audit_heads SET seq = seq - 1", "it says that the trail ends at record "),
            ("UPDATE audit_heads SET hash = 'x'", "it says that the trail ends at record "),
            ("UPDATE audit_heads SET mac = 'x'", "it was not written by this service"),
            ("DELETE FROM audit_heads", "it is missing"),
        ] {
            raw.run(edit);
            let found = findings(&world);
            assert!(found[0].starts_with(&format!("head of the trail: {words}")), "{edit}: {found:#?}");
            raw.run("DELETE FROM audit_heads; INSERT INTO audit_heads (id, seq, hash, mac) SELECT id, seq, hash, mac FROM kept");
        }
        assert_eq!(findings(&world), Vec::<String>::new());
    }
}

/// SQLite's `REPLACE` deletes without asking the delete trigger, so this one is left to verification.
#[test]
fn a_replaced_record_is_found_on_sqlite() {
    let world = TestWorld::start(crate::support::Kind::Sqlite);
    story(&world);
    let mut raw = world.attacker();
    let columns = "seq, at, kind, actor, account_id, round_id, application_id, changed_rows, previous_hash, hash, mac";
    let replace = format!(
        "REPLACE INTO audit_events ({columns}, data) SELECT {columns}, '{{}}' FROM audit_events WHERE seq = 20"
    );
    if raw.try_run(&replace).is_ok() {
        expect_first(&world, "record 20: was changed after it was written");
    }
}

/// Renumbers the records from a place on. By way of negative numbers: no two records may ever have one number.
fn shift(raw: &mut Raw, from: i64, by: i64) {
    raw.run(&format!(
        "UPDATE audit_events SET seq = -(seq + {by}) WHERE seq > {from}; UPDATE audit_events SET seq = -seq WHERE seq < 0"
    ));
}

fn copy_record(raw: &mut Raw, from: i64, to: i64) {
    let columns = "at, kind, actor, account_id, round_id, application_id, data, changed_rows, previous_hash, hash, mac";
    raw.run(&format!(
        "INSERT INTO audit_events (seq, {columns}) SELECT {to}, {columns} FROM audit_events WHERE seq = {from}"
    ));
}

/// Changes a record and works every later hash out anew, as whoever has read the program can; with the key, also every HMAC.
fn rewrite(world: &TestWorld, raw: &mut Raw, place: i64, key: Option<&[u8]>) {
    let filter = Filter { limit: 10_000, ..Filter::default() };
    let records = world.read(|conn| list_records(conn, &filter));
    let mut previous = String::new();
    for mut stored in records {
        let seq = stored.record.seq;
        if seq == place {
            stored.record.kind = "fund_added".to_owned();
        }
        stored.record.previous_hash = previous;
        let hash = stored.record.hash();
        let mac = key.map_or(stored.mac, |key| chain::mac(key, &hash));
        raw.run(&format!(
            "UPDATE audit_events SET kind = '{}', previous_hash = '{}', hash = '{hash}', mac = '{mac}' WHERE seq = {seq}",
            stored.record.kind, stored.record.previous_hash
        ));
        previous = hash;
    }
    let seq = world.records();
    let sealed = evenhand::audit::store::Head { seq, hash: previous.clone() }.sealed();
    let mac = key.map_or_else(String::new, |key| chain::mac(key, &sealed));
    raw.run(&format!(
        "UPDATE audit_heads SET hash = '{previous}', mac = CASE '{mac}' WHEN '' THEN mac ELSE '{mac}' END"
    ));
}

fn first_checkpoint(world: &TestWorld) -> String {
    let folder = std::fs::read_dir(&world.app.settings.data.checkpoints).unwrap();
    folder.map(|file| file.unwrap().file_name().into_string().unwrap()).min().unwrap()
}

fn first_checkpoint_size(world: &TestWorld) -> i64 {
    first_checkpoint(world).trim_start_matches("checkpoint-").trim_end_matches(".txt").parse().unwrap()
}
