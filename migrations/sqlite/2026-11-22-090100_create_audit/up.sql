-- The tamper-evident trail: events are only ever added; the one head row is what writers queue on.

CREATE TABLE audit_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    seq INTEGER NOT NULL,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    account_id INTEGER,
    round_id INTEGER,
    application_id INTEGER,
    data TEXT NOT NULL,
    changed_rows TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    mac TEXT NOT NULL,
    CONSTRAINT audit_events_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT audit_events_seq_key UNIQUE (seq)
) STRICT;
CREATE INDEX audit_events_application_id_idx ON audit_events (application_id);
CREATE INDEX audit_events_round_id_idx ON audit_events (round_id);
CREATE TABLE audit_heads (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    mac TEXT NOT NULL
) STRICT;
CREATE TABLE row_salts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    table_name TEXT NOT NULL,
    row_id INTEGER NOT NULL,
    salt TEXT NOT NULL,
    CONSTRAINT row_salts_table_name_row_id_key UNIQUE (table_name, row_id)
) STRICT;
CREATE TRIGGER audit_events_no_update BEFORE UPDATE ON audit_events
BEGIN SELECT RAISE(ABORT, 'audit_events_append_only_check'); END;
CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events
BEGIN SELECT RAISE(ABORT, 'audit_events_append_only_check'); END;
INSERT INTO audit_heads (id, seq, hash, mac) VALUES (1, 0, '', '');
