-- Every version of what was agreed, every re-opening with its reason, and the text for management, which no letter is made of. An
-- application's moderation is closed by the person who chaired its discussion, who neither scored it nor typed any of it.

CREATE TABLE agreed_mark_versions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    moderation_id INTEGER NOT NULL,
    criterion TEXT NOT NULL,
    version INTEGER NOT NULL,
    mark INTEGER,
    reason TEXT NOT NULL,
    strength TEXT NOT NULL,
    improvement TEXT NOT NULL,
    saved_at TEXT NOT NULL,
    saved_by INTEGER NOT NULL,
    CONSTRAINT agreed_mark_versions_moderation_id_fkey FOREIGN KEY (moderation_id) REFERENCES moderations (id),
    CONSTRAINT agreed_mark_versions_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES accounts (id),
    CONSTRAINT agreed_mark_versions_version_check CHECK (version >= 1),
    CONSTRAINT agreed_mark_versions_moderation_id_criterion_version_key UNIQUE (moderation_id, criterion, version)
) STRICT;
CREATE TRIGGER agreed_mark_versions_frozen BEFORE UPDATE ON agreed_mark_versions
BEGIN SELECT RAISE(ABORT, 'agreed_mark_versions_frozen_check'); END;
CREATE TABLE moderation_reopenings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    moderation_id INTEGER NOT NULL,
    reason TEXT NOT NULL,
    reopened_at TEXT NOT NULL,
    reopened_by INTEGER NOT NULL,
    CONSTRAINT moderation_reopenings_moderation_id_fkey FOREIGN KEY (moderation_id) REFERENCES moderations (id),
    CONSTRAINT moderation_reopenings_reopened_by_fkey FOREIGN KEY (reopened_by) REFERENCES accounts (id),
    CONSTRAINT moderation_reopenings_reason_check CHECK (reason <> '')
) STRICT;
CREATE INDEX moderation_reopenings_moderation_id_idx ON moderation_reopenings (moderation_id);
CREATE TRIGGER moderation_reopenings_frozen BEFORE UPDATE ON moderation_reopenings
BEGIN SELECT RAISE(ABORT, 'moderation_reopenings_frozen_check'); END;
CREATE TABLE management_texts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    moderation_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    text TEXT NOT NULL,
    saved_at TEXT NOT NULL,
    saved_by INTEGER NOT NULL,
    CONSTRAINT management_texts_moderation_id_fkey FOREIGN KEY (moderation_id) REFERENCES moderations (id),
    CONSTRAINT management_texts_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES accounts (id),
    CONSTRAINT management_texts_version_check CHECK (version >= 1),
    CONSTRAINT management_texts_moderation_id_version_key UNIQUE (moderation_id, version)
) STRICT;
CREATE TRIGGER management_texts_frozen BEFORE UPDATE ON management_texts
BEGIN SELECT RAISE(ABORT, 'management_texts_frozen_check'); END;

CREATE TRIGGER moderations_chair BEFORE UPDATE OF stage ON moderations
WHEN OLD.stage = 'open' AND NEW.stage = 'closed'
 AND (NOT EXISTS (SELECT 1 FROM meeting_items i WHERE i.application_id = NEW.application_id AND i.chair_id = NEW.closed_by)
     OR EXISTS (SELECT 1 FROM agreed_marks g WHERE g.moderation_id = NEW.id AND g.saved_by = NEW.closed_by)
     OR EXISTS (SELECT 1 FROM agreed_mark_versions v WHERE v.moderation_id = NEW.id AND v.saved_by = NEW.closed_by)
     OR EXISTS (SELECT 1 FROM score_sheets s WHERE s.application_id = NEW.application_id AND s.account_id = NEW.closed_by))
BEGIN SELECT RAISE(ABORT, 'moderations_chair_check'); END;
