-- Who assesses what, declared conflicts of interest, and the independent score sheets.

CREATE TABLE assignments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    application_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    stage TEXT NOT NULL,
    assigned_at TEXT NOT NULL,
    assigned_by INTEGER NOT NULL,
    declared_at TEXT,
    conflict_kind TEXT,
    conflict_note TEXT,
    CONSTRAINT assignments_application_id_fkey FOREIGN KEY (application_id) REFERENCES applications (id),
    CONSTRAINT assignments_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT assignments_stage_check CHECK (stage IN ('assigned', 'cleared', 'conflicted', 'removed')),
    CONSTRAINT assignments_assigned_by_fkey FOREIGN KEY (assigned_by) REFERENCES accounts (id),
    CONSTRAINT assignments_application_id_account_id_key UNIQUE (application_id, account_id)
) STRICT;
CREATE INDEX assignments_account_id_idx ON assignments (account_id);
CREATE TABLE score_sheets (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    assignment_id INTEGER NOT NULL,
    application_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    stage TEXT NOT NULL,
    created_at TEXT NOT NULL,
    submitted_at TEXT,
    version INTEGER NOT NULL,
    CONSTRAINT score_sheets_assignment_id_fkey FOREIGN KEY (assignment_id) REFERENCES assignments (id),
    CONSTRAINT score_sheets_application_id_fkey FOREIGN KEY (application_id) REFERENCES applications (id),
    CONSTRAINT score_sheets_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT score_sheets_stage_check CHECK (stage IN ('draft', 'submitted')),
    CONSTRAINT score_sheets_assignment_id_key UNIQUE (assignment_id)
) STRICT;
CREATE INDEX score_sheets_application_id_idx ON score_sheets (application_id);
CREATE TABLE sheet_marks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sheet_id INTEGER NOT NULL,
    criterion TEXT NOT NULL,
    mark INTEGER,
    reason TEXT NOT NULL,
    saved_at TEXT NOT NULL,
    CONSTRAINT sheet_marks_sheet_id_fkey FOREIGN KEY (sheet_id) REFERENCES score_sheets (id),
    CONSTRAINT sheet_marks_sheet_id_criterion_key UNIQUE (sheet_id, criterion)
) STRICT;
CREATE TRIGGER score_sheets_cleared BEFORE INSERT ON score_sheets
WHEN (SELECT stage FROM assignments WHERE id = NEW.assignment_id) <> 'cleared'
BEGIN SELECT RAISE(ABORT, 'score_sheets_cleared_check'); END;
CREATE TRIGGER score_sheets_locked BEFORE UPDATE ON score_sheets WHEN OLD.stage = 'submitted'
BEGIN SELECT RAISE(ABORT, 'score_sheets_locked_check'); END;
CREATE TRIGGER sheet_marks_locked_insert BEFORE INSERT ON sheet_marks
WHEN (SELECT stage FROM score_sheets WHERE id = NEW.sheet_id) = 'submitted'
BEGIN SELECT RAISE(ABORT, 'sheet_marks_locked_check'); END;
CREATE TRIGGER sheet_marks_locked_update BEFORE UPDATE ON sheet_marks
WHEN (SELECT stage FROM score_sheets WHERE id = OLD.sheet_id) = 'submitted'
BEGIN SELECT RAISE(ABORT, 'sheet_marks_locked_check'); END;
CREATE TRIGGER sheet_marks_locked_delete BEFORE DELETE ON sheet_marks
WHEN (SELECT stage FROM score_sheets WHERE id = OLD.sheet_id) = 'submitted'
BEGIN SELECT RAISE(ABORT, 'sheet_marks_locked_check'); END;
