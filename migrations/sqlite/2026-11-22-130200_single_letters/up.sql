-- Letters about one grant after its decision: a reminder of conditions, a change, an offer taken back, a grant ended. With what the
-- officer typed, for the service keeps no record of acceptance, payment or agreement yet.

CREATE TABLE single_letters (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    application_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    number INTEGER NOT NULL,
    reference TEXT NOT NULL,
    stage TEXT NOT NULL,
    facts TEXT NOT NULL,
    replaces_id INTEGER,
    reason TEXT,
    data TEXT NOT NULL,
    template TEXT NOT NULL,
    template_sha256 TEXT NOT NULL,
    wording_id INTEGER,
    pdf_sha256 TEXT,
    problem TEXT,
    drafted_at TEXT NOT NULL,
    drafted_by INTEGER NOT NULL,
    issued_at TEXT,
    approved_by INTEGER,
    delivery TEXT NOT NULL,
    message_id TEXT,
    CONSTRAINT single_letters_application_id_fkey FOREIGN KEY (application_id) REFERENCES applications (id),
    CONSTRAINT single_letters_replaces_id_fkey FOREIGN KEY (replaces_id) REFERENCES single_letters (id),
    CONSTRAINT single_letters_wording_id_fkey FOREIGN KEY (wording_id) REFERENCES letter_wordings (id),
    CONSTRAINT single_letters_drafted_by_fkey FOREIGN KEY (drafted_by) REFERENCES accounts (id),
    CONSTRAINT single_letters_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES accounts (id),
    CONSTRAINT single_letters_kind_check CHECK (kind IN ('condition_reminder', 'variation', 'withdrawal', 'termination')),
    CONSTRAINT single_letters_stage_check CHECK (stage IN ('draft', 'needs_officer', 'issued', 'withdrawn')),
    CONSTRAINT single_letters_delivery_check CHECK (delivery IN ('none', 'queued', 'sent', 'failed', 'uncertain')),
    CONSTRAINT single_letters_reason_check CHECK ((replaces_id IS NULL) = (reason IS NULL)),
    CONSTRAINT single_letters_approved_by_check CHECK (approved_by IS NULL OR approved_by <> drafted_by),
    CONSTRAINT single_letters_approval_check CHECK (stage <> 'issued' OR (approved_by IS NOT NULL AND issued_at IS NOT NULL AND pdf_sha256 IS NOT NULL AND problem IS NULL)),
    CONSTRAINT single_letters_application_id_kind_number_key UNIQUE (application_id, kind, number),
    CONSTRAINT single_letters_reference_key UNIQUE (reference)
) STRICT;
-- One of a kind that is being written, of each application.
CREATE UNIQUE INDEX single_letters_open_key ON single_letters (application_id, kind) WHERE stage IN ('draft', 'needs_officer');
CREATE TRIGGER single_letters_kept BEFORE UPDATE OF application_id, kind, number, reference, facts, replaces_id, reason, data, template, template_sha256, wording_id, pdf_sha256, drafted_at, drafted_by, issued_at, approved_by, stage ON single_letters
WHEN OLD.stage = 'issued'
BEGIN SELECT RAISE(ABORT, 'letters_issued_check'); END;
CREATE TRIGGER single_letters_stay BEFORE DELETE ON single_letters WHEN OLD.stage = 'issued'
BEGIN SELECT RAISE(ABORT, 'letters_issued_check'); END;
