-- Conflicts of interest of everybody with an office role, what changed of each and when, and the register of standing interests.

-- One row per person and application. It stands while the person declared a conflict or an officer pinned one.
CREATE TABLE conflicts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    application_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    declared TEXT,
    kind TEXT,
    detail TEXT,
    declared_at TEXT,
    ruling TEXT,
    reason TEXT,
    rules TEXT,
    ruled_at TEXT,
    ruled_by INTEGER,
    version INTEGER NOT NULL,
    CONSTRAINT conflicts_application_id_fkey FOREIGN KEY (application_id) REFERENCES applications (id),
    CONSTRAINT conflicts_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT conflicts_declared_check CHECK (declared IN ('clear', 'conflict')),
    CONSTRAINT conflicts_kind_check CHECK ((declared IS NOT NULL AND declared = 'conflict') = (kind IS NOT NULL)),
    CONSTRAINT conflicts_declared_at_check CHECK ((declared IS NULL) = (declared_at IS NULL)),
    CONSTRAINT conflicts_ruling_check CHECK (ruling IN ('pinned', 'lifted', 'dismissed')),
    CONSTRAINT conflicts_reason_check CHECK ((ruling IS NULL) = (reason IS NULL) AND (ruling IS NULL) = (ruled_at IS NULL) AND (ruling IS NULL) = (ruled_by IS NULL)),
    CONSTRAINT conflicts_ruled_by_fkey FOREIGN KEY (ruled_by) REFERENCES accounts (id),
    CONSTRAINT conflicts_ruled_by_check CHECK (ruled_by <> account_id),
    CONSTRAINT conflicts_application_id_account_id_key UNIQUE (application_id, account_id)
) STRICT;
CREATE INDEX conflicts_account_id_idx ON conflicts (account_id);
-- Whatever was said or ruled, in order; never changed. `changed_by` is the person for what they declared, else the officer.
CREATE TABLE conflict_changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    conflict_id INTEGER NOT NULL,
    what TEXT NOT NULL,
    kind TEXT,
    words TEXT NOT NULL,
    rules TEXT,
    changed_at TEXT NOT NULL,
    changed_by INTEGER NOT NULL,
    CONSTRAINT conflict_changes_conflict_id_fkey FOREIGN KEY (conflict_id) REFERENCES conflicts (id),
    CONSTRAINT conflict_changes_what_check CHECK (what IN ('clear', 'conflict', 'pinned', 'lifted', 'dismissed')),
    CONSTRAINT conflict_changes_changed_by_fkey FOREIGN KEY (changed_by) REFERENCES accounts (id)
) STRICT;
CREATE INDEX conflict_changes_conflict_id_idx ON conflict_changes (conflict_id);
-- What ties a person to the world, kept by the person; ended, never deleted.
CREATE TABLE interests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    number TEXT,
    note TEXT NOT NULL,
    since_on TEXT,
    added_at TEXT NOT NULL,
    ended_at TEXT,
    CONSTRAINT interests_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT interests_kind_check CHECK (kind IN ('organisation', 'employer', 'person', 'email_domain', 'address')),
    CONSTRAINT interests_number_check CHECK (number IS NULL OR kind IN ('organisation', 'employer'))
) STRICT;
CREATE INDEX interests_account_id_idx ON interests (account_id);
CREATE TRIGGER conflicts_kept BEFORE DELETE ON conflicts
BEGIN SELECT RAISE(ABORT, 'conflicts_kept_check'); END;
CREATE TRIGGER conflicts_whose BEFORE UPDATE ON conflicts
WHEN NEW.application_id <> OLD.application_id OR NEW.account_id <> OLD.account_id
BEGIN SELECT RAISE(ABORT, 'conflicts_kept_check'); END;
-- What an officer pinned goes away by an officer's ruling alone: the person's own words do not touch it.
CREATE TRIGGER conflicts_pinned BEFORE UPDATE ON conflicts
WHEN OLD.ruling = 'pinned' AND (NEW.ruling IS NULL OR NEW.ruling NOT IN ('pinned', 'lifted'))
BEGIN SELECT RAISE(ABORT, 'conflicts_pinned_check'); END;
CREATE TRIGGER conflict_changes_frozen BEFORE UPDATE ON conflict_changes
BEGIN SELECT RAISE(ABORT, 'conflict_changes_frozen_check'); END;
CREATE TRIGGER conflict_changes_kept BEFORE DELETE ON conflict_changes
BEGIN SELECT RAISE(ABORT, 'conflict_changes_frozen_check'); END;
CREATE TRIGGER interests_frozen BEFORE UPDATE ON interests
WHEN OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL OR NEW.account_id <> OLD.account_id OR NEW.kind <> OLD.kind
    OR NEW.name <> OLD.name OR NEW.number IS NOT OLD.number OR NEW.note <> OLD.note OR NEW.since_on IS NOT OLD.since_on
    OR NEW.added_at <> OLD.added_at
BEGIN SELECT RAISE(ABORT, 'interests_frozen_check'); END;
CREATE TRIGGER interests_kept BEFORE DELETE ON interests
BEGIN SELECT RAISE(ABORT, 'interests_frozen_check'); END;
-- A standing conflict and a place on the panel of that application exclude each other.
CREATE TRIGGER assignments_conflict_insert BEFORE INSERT ON assignments
WHEN NEW.stage IN ('assigned', 'cleared') AND EXISTS (
    SELECT 1 FROM conflicts WHERE application_id = NEW.application_id AND account_id = NEW.account_id
        AND (declared = 'conflict' OR ruling = 'pinned'))
BEGIN SELECT RAISE(ABORT, 'assignments_conflict_check'); END;
CREATE TRIGGER assignments_conflict_update BEFORE UPDATE ON assignments
WHEN NEW.stage IN ('assigned', 'cleared') AND EXISTS (
    SELECT 1 FROM conflicts WHERE application_id = NEW.application_id AND account_id = NEW.account_id
        AND (declared = 'conflict' OR ruling = 'pinned'))
BEGIN SELECT RAISE(ABORT, 'assignments_conflict_check'); END;
CREATE TRIGGER score_sheets_conflict_insert BEFORE INSERT ON score_sheets
WHEN EXISTS (
    SELECT 1 FROM conflicts WHERE application_id = NEW.application_id AND account_id = NEW.account_id
        AND (declared = 'conflict' OR ruling = 'pinned'))
BEGIN SELECT RAISE(ABORT, 'score_sheets_conflict_check'); END;
CREATE TRIGGER score_sheets_conflict_update BEFORE UPDATE ON score_sheets
WHEN EXISTS (
    SELECT 1 FROM conflicts WHERE application_id = NEW.application_id AND account_id = NEW.account_id
        AND (declared = 'conflict' OR ruling = 'pinned'))
BEGIN SELECT RAISE(ABORT, 'score_sheets_conflict_check'); END;
