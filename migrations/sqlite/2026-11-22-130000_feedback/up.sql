-- Feedback that is written once and used: a bank of wordings by criterion, the feedback on each application with every version of it, and
-- what its second reader said. What was saved stays; a change is a new version, which nobody has read yet.

CREATE TABLE reason_entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    criterion TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    theme TEXT NOT NULL,
    band TEXT,
    created_at TEXT NOT NULL,
    created_by INTEGER NOT NULL,
    retired_at TEXT,
    retired_by INTEGER,
    CONSTRAINT reason_entries_created_by_fkey FOREIGN KEY (created_by) REFERENCES accounts (id),
    CONSTRAINT reason_entries_retired_by_fkey FOREIGN KEY (retired_by) REFERENCES accounts (id),
    CONSTRAINT reason_entries_kind_check CHECK (kind IN ('strength', 'improvement')),
    CONSTRAINT reason_entries_theme_check CHECK (theme IN ('need', 'outcomes', 'budget', 'delivery', 'risk', 'safeguarding', 'partnership', 'sustainability', 'equality', 'experience', 'documents', 'other')),
    CONSTRAINT reason_entries_band_check CHECK (band IN ('low', 'middle', 'high')),
    CONSTRAINT reason_entries_retired_check CHECK ((retired_at IS NULL) = (retired_by IS NULL))
) STRICT;
CREATE INDEX reason_entries_criterion_kind_idx ON reason_entries (criterion, kind);
CREATE TABLE reason_versions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    entry_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    text TEXT NOT NULL,
    saved_at TEXT NOT NULL,
    saved_by INTEGER NOT NULL,
    CONSTRAINT reason_versions_entry_id_fkey FOREIGN KEY (entry_id) REFERENCES reason_entries (id),
    CONSTRAINT reason_versions_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES accounts (id),
    CONSTRAINT reason_versions_version_check CHECK (version >= 1),
    CONSTRAINT reason_versions_text_check CHECK (text <> ''),
    CONSTRAINT reason_versions_entry_id_version_key UNIQUE (entry_id, version)
) STRICT;
CREATE TABLE feedback_versions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    application_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    faults INTEGER NOT NULL,
    saved_at TEXT NOT NULL,
    saved_by INTEGER NOT NULL,
    CONSTRAINT feedback_versions_application_id_fkey FOREIGN KEY (application_id) REFERENCES applications (id),
    CONSTRAINT feedback_versions_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES accounts (id),
    CONSTRAINT feedback_versions_version_check CHECK (version >= 1),
    CONSTRAINT feedback_versions_faults_check CHECK (faults >= 0),
    CONSTRAINT feedback_versions_application_id_version_key UNIQUE (application_id, version)
) STRICT;
CREATE TABLE feedback_lines (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    feedback_id INTEGER NOT NULL,
    criterion TEXT NOT NULL,
    kind TEXT NOT NULL,
    place INTEGER NOT NULL,
    text TEXT NOT NULL,
    reason_id INTEGER,
    CONSTRAINT feedback_lines_feedback_id_fkey FOREIGN KEY (feedback_id) REFERENCES feedback_versions (id),
    CONSTRAINT feedback_lines_reason_id_fkey FOREIGN KEY (reason_id) REFERENCES reason_versions (id),
    CONSTRAINT feedback_lines_kind_check CHECK (kind IN ('strength', 'improvement')),
    CONSTRAINT feedback_lines_text_check CHECK (text <> ''),
    CONSTRAINT feedback_lines_feedback_id_criterion_kind_place_key UNIQUE (feedback_id, criterion, kind, place)
) STRICT;
CREATE INDEX feedback_lines_reason_id_idx ON feedback_lines (reason_id);
CREATE TABLE feedback_readings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    feedback_id INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    reason TEXT,
    read_at TEXT NOT NULL,
    read_by INTEGER NOT NULL,
    CONSTRAINT feedback_readings_feedback_id_fkey FOREIGN KEY (feedback_id) REFERENCES feedback_versions (id),
    CONSTRAINT feedback_readings_read_by_fkey FOREIGN KEY (read_by) REFERENCES accounts (id),
    CONSTRAINT feedback_readings_verdict_check CHECK (verdict IN ('accepted', 'returned')),
    CONSTRAINT feedback_readings_reason_check CHECK ((verdict = 'returned') = (reason IS NOT NULL)),
    CONSTRAINT feedback_readings_feedback_id_key UNIQUE (feedback_id)
) STRICT;
CREATE TRIGGER reason_versions_frozen BEFORE UPDATE ON reason_versions
BEGIN SELECT RAISE(ABORT, 'reason_versions_frozen_check'); END;
CREATE TRIGGER feedback_versions_frozen BEFORE UPDATE ON feedback_versions
BEGIN SELECT RAISE(ABORT, 'feedback_versions_frozen_check'); END;
CREATE TRIGGER feedback_lines_frozen BEFORE UPDATE ON feedback_lines
BEGIN SELECT RAISE(ABORT, 'feedback_lines_frozen_check'); END;
CREATE TRIGGER feedback_readings_frozen BEFORE UPDATE ON feedback_readings
BEGIN SELECT RAISE(ABORT, 'feedback_readings_frozen_check'); END;
-- An entry is retired, and otherwise stays what it is: its words change by a new version.
CREATE TRIGGER reason_entries_kept BEFORE UPDATE ON reason_entries
WHEN OLD.retired_at IS NOT NULL OR NEW.criterion <> OLD.criterion OR NEW.kind <> OLD.kind OR NEW.theme <> OLD.theme OR NEW.created_by <> OLD.created_by
BEGIN SELECT RAISE(ABORT, 'reason_entries_kept_check'); END;
-- Read by somebody else than who saved it, as it is now; what has faults cannot be accepted.
CREATE TRIGGER feedback_readings_reader BEFORE INSERT ON feedback_readings
WHEN NOT EXISTS (SELECT 1 FROM feedback_versions v WHERE v.id = NEW.feedback_id AND v.saved_by <> NEW.read_by
    AND (NEW.verdict <> 'accepted' OR v.faults = 0)
    AND NOT EXISTS (SELECT 1 FROM feedback_versions later WHERE later.application_id = v.application_id AND later.version > v.version))
BEGIN SELECT RAISE(ABORT, 'feedback_readings_reader_check'); END;
