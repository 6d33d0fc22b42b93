DROP TRIGGER letters_wording;
CREATE TABLE letters_next (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    application_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    reference TEXT NOT NULL,
    stage TEXT NOT NULL,
    data TEXT NOT NULL,
    template TEXT NOT NULL,
    template_sha256 TEXT NOT NULL,
    pdf_sha256 TEXT,
    problem TEXT,
    drafted_at TEXT NOT NULL,
    drafted_by INTEGER NOT NULL,
    approved_at TEXT,
    approved_by INTEGER,
    issued_at TEXT,
    issued_by INTEGER,
    delivery TEXT NOT NULL,
    CONSTRAINT letters_application_id_fkey FOREIGN KEY (application_id) REFERENCES applications (id),
    CONSTRAINT letters_kind_check CHECK (kind IN ('award', 'rejection', 'feedback')),
    CONSTRAINT letters_stage_check CHECK (stage IN ('draft', 'approved', 'issued', 'needs_officer')),
    CONSTRAINT letters_drafted_by_fkey FOREIGN KEY (drafted_by) REFERENCES accounts (id),
    CONSTRAINT letters_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES accounts (id),
    CONSTRAINT letters_issued_by_fkey FOREIGN KEY (issued_by) REFERENCES accounts (id),
    CONSTRAINT letters_delivery_check CHECK (delivery IN ('none', 'queued', 'sent', 'failed', 'uncertain')),
    CONSTRAINT letters_application_id_kind_key UNIQUE (application_id, kind),
    CONSTRAINT letters_reference_key UNIQUE (reference),
    CONSTRAINT letters_approved_by_check CHECK (approved_by IS NULL OR approved_by <> drafted_by),
    CONSTRAINT letters_approval_check CHECK (stage NOT IN ('approved', 'issued') OR (approved_by IS NOT NULL AND pdf_sha256 IS NOT NULL AND problem IS NULL))
) STRICT;
INSERT INTO letters_next (id, application_id, kind, reference, stage, data, template, template_sha256, pdf_sha256, problem, drafted_at, drafted_by, approved_at, approved_by,
    issued_at, issued_by, delivery)
SELECT id, application_id, kind, reference, stage, data, template, template_sha256, pdf_sha256, problem, drafted_at, drafted_by, approved_at, approved_by,
    issued_at, issued_by, delivery FROM letters ORDER BY id;
CREATE TABLE outbox_next (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    letter_id INTEGER,
    to_email TEXT NOT NULL,
    to_name TEXT NOT NULL,
    subject TEXT NOT NULL,
    text_body TEXT NOT NULL,
    html_body TEXT NOT NULL,
    message_id TEXT NOT NULL,
    stage TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    next_attempt_at TEXT NOT NULL,
    leased_until TEXT,
    finished_at TEXT,
    last_error TEXT,
    CONSTRAINT outbox_letter_id_fkey FOREIGN KEY (letter_id) REFERENCES letters_next (id),
    CONSTRAINT outbox_stage_check CHECK (stage IN ('queued', 'sending', 'sent', 'failed', 'uncertain')),
    CONSTRAINT outbox_message_id_key UNIQUE (message_id)
) STRICT;
INSERT INTO outbox_next (id, kind, letter_id, to_email, to_name, subject, text_body, html_body, message_id, stage, attempts, created_at, next_attempt_at, leased_until,
    finished_at, last_error)
SELECT id, kind, letter_id, to_email, to_name, subject, text_body, html_body, message_id, stage, attempts, created_at, next_attempt_at, leased_until,
    finished_at, last_error FROM outbox ORDER BY id;
DROP TABLE outbox;
DROP TABLE letters;
ALTER TABLE letters_next RENAME TO letters;
ALTER TABLE outbox_next RENAME TO outbox;
CREATE INDEX outbox_stage_next_attempt_at_idx ON outbox (stage, next_attempt_at);
CREATE TRIGGER letters_kept BEFORE UPDATE OF data, pdf_sha256, template_sha256, kind, reference, issued_at ON letters
WHEN OLD.stage = 'issued'
BEGIN SELECT RAISE(ABORT, 'letters_issued_check'); END;
CREATE TRIGGER letters_never_deleted BEFORE DELETE ON letters WHEN OLD.stage = 'issued'
BEGIN SELECT RAISE(ABORT, 'letters_issued_check'); END;
DROP TABLE letter_wordings;
