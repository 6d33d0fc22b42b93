-- Every text that an answer has had, and forms that came after their sender was signed out.

-- `saved` was the answer when it was written; `set_aside` met somebody else's text, and `version` is the one it was written on.
-- `page` is the opened page that it came from: what a page saved itself is no change by somebody else; empty where there was none.
CREATE TABLE answer_versions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    application_id INTEGER NOT NULL,
    question TEXT NOT NULL,
    version INTEGER NOT NULL,
    standing TEXT NOT NULL,
    value TEXT NOT NULL,
    page TEXT NOT NULL,
    saved_at TEXT NOT NULL,
    saved_by INTEGER NOT NULL,
    CONSTRAINT answer_versions_application_id_fkey FOREIGN KEY (application_id) REFERENCES applications (id),
    CONSTRAINT answer_versions_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES accounts (id),
    CONSTRAINT answer_versions_standing_check CHECK (standing IN ('saved', 'set_aside')),
    CONSTRAINT answer_versions_version_check CHECK (version >= 0)
) STRICT;
CREATE INDEX answer_versions_application_id_idx ON answer_versions (application_id, question);
CREATE UNIQUE INDEX answer_versions_saved_key ON answer_versions (application_id, question, version) WHERE standing = 'saved';
CREATE TRIGGER answer_versions_frozen BEFORE UPDATE ON answer_versions
BEGIN SELECT RAISE(ABORT, 'answer_versions_frozen_check'); END;
CREATE TRIGGER answer_versions_kept BEFORE DELETE ON answer_versions
BEGIN SELECT RAISE(ABORT, 'answer_versions_frozen_check'); END;
CREATE TABLE pending_forms (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL,
    address TEXT NOT NULL,
    body TEXT NOT NULL,
    kept_at TEXT NOT NULL,
    CONSTRAINT pending_forms_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT pending_forms_account_id_address_key UNIQUE (account_id, address)
) STRICT;
