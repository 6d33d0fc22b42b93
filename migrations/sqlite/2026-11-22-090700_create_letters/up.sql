-- Letters and the batches that draft them. An issued letter does not change; whoever drafted one cannot approve it.

CREATE TABLE letters (
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
CREATE TABLE letter_batches (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    round_id INTEGER NOT NULL,
    stage TEXT NOT NULL,
    total INTEGER NOT NULL,
    done INTEGER NOT NULL,
    attention INTEGER NOT NULL,
    started_at TEXT NOT NULL,
    started_by INTEGER NOT NULL,
    finished_at TEXT,
    problem TEXT,
    CONSTRAINT letter_batches_round_id_fkey FOREIGN KEY (round_id) REFERENCES rounds (id),
    CONSTRAINT letter_batches_stage_check CHECK (stage IN ('running', 'finished', 'failed')),
    CONSTRAINT letter_batches_started_by_fkey FOREIGN KEY (started_by) REFERENCES accounts (id)
) STRICT;
CREATE INDEX letter_batches_round_id_idx ON letter_batches (round_id);
CREATE TRIGGER letters_kept BEFORE UPDATE OF data, pdf_sha256, template_sha256, kind, reference, issued_at ON letters
WHEN OLD.stage = 'issued'
BEGIN SELECT RAISE(ABORT, 'letters_issued_check'); END;
CREATE TRIGGER letters_never_deleted BEFORE DELETE ON letters WHEN OLD.stage = 'issued'
BEGIN SELECT RAISE(ABORT, 'letters_issued_check'); END;
