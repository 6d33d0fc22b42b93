-- A batch of letters says who works on it and until when; letters are issued at a set time; an issued letter is replaced by a
-- corrected one; how a letter went where its e-mail did not; and the round is closed.

ALTER TABLE letter_batches ADD COLUMN holder TEXT;
ALTER TABLE letter_batches ADD COLUMN leased_until TEXT;
ALTER TABLE letter_batches ADD COLUMN outcome TEXT;
ALTER TABLE letter_batches ADD COLUMN dated TEXT;
CREATE TABLE letter_schedules (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    round_id INTEGER NOT NULL,
    issue_at TEXT NOT NULL,
    letters INTEGER NOT NULL,
    digest TEXT NOT NULL,
    set_at TEXT NOT NULL,
    set_by INTEGER NOT NULL,
    stage TEXT NOT NULL,
    ended_at TEXT,
    ended_by INTEGER,
    problem TEXT,
    CONSTRAINT letter_schedules_round_id_fkey FOREIGN KEY (round_id) REFERENCES rounds (id),
    CONSTRAINT letter_schedules_set_by_fkey FOREIGN KEY (set_by) REFERENCES accounts (id),
    CONSTRAINT letter_schedules_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES accounts (id),
    CONSTRAINT letter_schedules_stage_check CHECK (stage IN ('waiting', 'cancelled', 'issued', 'failed')),
    CONSTRAINT letter_schedules_problem_check CHECK (stage <> 'failed' OR problem IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX letter_schedules_round_id_key ON letter_schedules (round_id) WHERE stage = 'waiting';
CREATE TABLE letter_corrections (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    letter_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    reference TEXT NOT NULL,
    reason TEXT NOT NULL,
    stage TEXT NOT NULL,
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
    CONSTRAINT letter_corrections_letter_id_fkey FOREIGN KEY (letter_id) REFERENCES letters (id),
    CONSTRAINT letter_corrections_wording_id_fkey FOREIGN KEY (wording_id) REFERENCES letter_wordings (id),
    CONSTRAINT letter_corrections_drafted_by_fkey FOREIGN KEY (drafted_by) REFERENCES accounts (id),
    CONSTRAINT letter_corrections_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES accounts (id),
    CONSTRAINT letter_corrections_stage_check CHECK (stage IN ('draft', 'needs_officer', 'issued', 'withdrawn')),
    CONSTRAINT letter_corrections_delivery_check CHECK (delivery IN ('none', 'queued', 'sent', 'failed', 'uncertain')),
    CONSTRAINT letter_corrections_approved_by_check CHECK (approved_by IS NULL OR approved_by <> drafted_by),
    CONSTRAINT letter_corrections_approval_check CHECK (stage <> 'issued' OR (approved_by IS NOT NULL AND issued_at IS NOT NULL AND pdf_sha256 IS NOT NULL AND problem IS NULL)),
    CONSTRAINT letter_corrections_letter_id_number_key UNIQUE (letter_id, number),
    CONSTRAINT letter_corrections_reference_key UNIQUE (reference)
) STRICT;
CREATE TABLE letter_posts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    letter_id INTEGER NOT NULL,
    reference TEXT NOT NULL,
    way TEXT NOT NULL,
    sent_on TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    recorded_by INTEGER NOT NULL,
    CONSTRAINT letter_posts_letter_id_fkey FOREIGN KEY (letter_id) REFERENCES letters (id),
    CONSTRAINT letter_posts_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES accounts (id),
    CONSTRAINT letter_posts_way_check CHECK (way IN ('post', 'hand'))
) STRICT;
CREATE INDEX letter_posts_letter_id_idx ON letter_posts (letter_id);
CREATE TABLE round_closings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    round_id INTEGER NOT NULL,
    closed_at TEXT NOT NULL,
    closed_by INTEGER NOT NULL,
    applications INTEGER NOT NULL,
    letters INTEGER NOT NULL,
    CONSTRAINT round_closings_round_id_fkey FOREIGN KEY (round_id) REFERENCES rounds (id),
    CONSTRAINT round_closings_closed_by_fkey FOREIGN KEY (closed_by) REFERENCES accounts (id),
    CONSTRAINT round_closings_round_id_key UNIQUE (round_id)
) STRICT;
CREATE TRIGGER letter_corrections_kept BEFORE UPDATE OF letter_id, number, reference, reason, data, template, template_sha256, pdf_sha256, drafted_at, drafted_by, issued_at, approved_by, stage ON letter_corrections
WHEN OLD.stage = 'issued'
BEGIN SELECT RAISE(ABORT, 'letters_issued_check'); END;
CREATE TRIGGER letter_corrections_stay BEFORE DELETE ON letter_corrections WHEN OLD.stage = 'issued'
BEGIN SELECT RAISE(ABORT, 'letters_issued_check'); END;
CREATE TRIGGER letter_posts_kept BEFORE UPDATE ON letter_posts
BEGIN SELECT RAISE(ABORT, 'letter_records_kept_check'); END;
CREATE TRIGGER letter_posts_stay BEFORE DELETE ON letter_posts
BEGIN SELECT RAISE(ABORT, 'letter_records_kept_check'); END;
CREATE TRIGGER round_closings_kept BEFORE UPDATE ON round_closings
BEGIN SELECT RAISE(ABORT, 'letter_records_kept_check'); END;
CREATE TRIGGER round_closings_stay BEFORE DELETE ON round_closings
BEGIN SELECT RAISE(ABORT, 'letter_records_kept_check'); END;
