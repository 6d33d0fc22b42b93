-- What a sheet tells the applicant; every version of every score; sheets that were opened again; which submission of the bid a
-- member has read; and a member's private notes.

ALTER TABLE sheet_marks ADD COLUMN strength TEXT;
ALTER TABLE sheet_marks ADD COLUMN improvement TEXT;
-- `version` is that of the sheet when the line was written. `page` is the opened page that it came from: what a page saved itself is
-- no change made elsewhere; empty where there was none.
CREATE TABLE mark_versions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sheet_id INTEGER NOT NULL,
    criterion TEXT NOT NULL,
    version INTEGER NOT NULL,
    mark INTEGER,
    reason TEXT NOT NULL,
    strength TEXT NOT NULL,
    improvement TEXT NOT NULL,
    origin TEXT NOT NULL,
    page TEXT NOT NULL,
    saved_at TEXT NOT NULL,
    saved_by INTEGER NOT NULL,
    CONSTRAINT mark_versions_sheet_id_fkey FOREIGN KEY (sheet_id) REFERENCES score_sheets (id),
    CONSTRAINT mark_versions_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES accounts (id),
    CONSTRAINT mark_versions_origin_check CHECK (origin IN ('page', 'workbook')),
    CONSTRAINT mark_versions_sheet_id_criterion_version_key UNIQUE (sheet_id, criterion, version)
) STRICT;
CREATE TABLE sheet_openings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sheet_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    submitted_at TEXT NOT NULL,
    reason TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    opened_by INTEGER NOT NULL,
    CONSTRAINT sheet_openings_sheet_id_fkey FOREIGN KEY (sheet_id) REFERENCES score_sheets (id),
    CONSTRAINT sheet_openings_opened_by_fkey FOREIGN KEY (opened_by) REFERENCES accounts (id),
    CONSTRAINT sheet_openings_sheet_id_version_key UNIQUE (sheet_id, version)
) STRICT;
CREATE TABLE sheet_readings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    assignment_id INTEGER NOT NULL,
    submission INTEGER NOT NULL,
    read_at TEXT NOT NULL,
    CONSTRAINT sheet_readings_assignment_id_fkey FOREIGN KEY (assignment_id) REFERENCES assignments (id),
    CONSTRAINT sheet_readings_assignment_id_submission_key UNIQUE (assignment_id, submission)
) STRICT;
-- A member's own notes: no fact of the round, so in no trail, export or letter.
CREATE TABLE sheet_notes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    assignment_id INTEGER NOT NULL,
    note TEXT NOT NULL,
    version INTEGER NOT NULL,
    page TEXT NOT NULL,
    saved_at TEXT NOT NULL,
    CONSTRAINT sheet_notes_assignment_id_fkey FOREIGN KEY (assignment_id) REFERENCES assignments (id),
    CONSTRAINT sheet_notes_assignment_id_key UNIQUE (assignment_id)
) STRICT;
CREATE TRIGGER mark_versions_frozen BEFORE UPDATE ON mark_versions
BEGIN SELECT RAISE(ABORT, 'mark_versions_frozen_check'); END;
CREATE TRIGGER mark_versions_kept BEFORE DELETE ON mark_versions
BEGIN SELECT RAISE(ABORT, 'mark_versions_frozen_check'); END;
CREATE TRIGGER sheet_openings_frozen BEFORE UPDATE ON sheet_openings
BEGIN SELECT RAISE(ABORT, 'sheet_openings_frozen_check'); END;
CREATE TRIGGER sheet_openings_kept BEFORE DELETE ON sheet_openings
BEGIN SELECT RAISE(ABORT, 'sheet_openings_frozen_check'); END;
CREATE TRIGGER sheet_readings_frozen BEFORE UPDATE ON sheet_readings
BEGIN SELECT RAISE(ABORT, 'sheet_readings_frozen_check'); END;
CREATE TRIGGER sheet_readings_kept BEFORE DELETE ON sheet_readings
BEGIN SELECT RAISE(ABORT, 'sheet_readings_frozen_check'); END;
-- A submitted sheet changes in one way: an opening is on record for just this version of it, and it becomes a draft again.
DROP TRIGGER score_sheets_locked;
CREATE TRIGGER score_sheets_locked BEFORE UPDATE ON score_sheets WHEN OLD.stage = 'submitted' AND NOT (
    NEW.stage = 'draft' AND NEW.submitted_at IS NULL AND NEW.version = OLD.version + 1
    AND NEW.assignment_id = OLD.assignment_id AND NEW.application_id = OLD.application_id
    AND NEW.account_id = OLD.account_id AND NEW.created_at = OLD.created_at
    AND EXISTS (SELECT 1 FROM sheet_openings WHERE sheet_id = OLD.id AND version = OLD.version))
BEGIN SELECT RAISE(ABORT, 'score_sheets_locked_check'); END;
