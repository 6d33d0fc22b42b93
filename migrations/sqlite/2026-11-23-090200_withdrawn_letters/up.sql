-- Who withdrew an application that was submitted is told so by a letter. SQLite cannot change a CHECK, so the tables are made again.
-- Other tables refer to these two, so that references are looked at only when all of it is done.
PRAGMA defer_foreign_keys = ON;
CREATE TABLE letter_wordings_kept_here AS SELECT * FROM letter_wordings;
CREATE TABLE letters_kept_here AS SELECT * FROM letters;
DROP TABLE letters;
DROP TABLE letter_wordings;
CREATE TABLE letter_wordings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    version INTEGER NOT NULL,
    stage TEXT NOT NULL,
    opening TEXT NOT NULL,
    closing TEXT,
    text_sha256 TEXT NOT NULL,
    edition INTEGER NOT NULL,
    effective_at TEXT NOT NULL,
    author_id INTEGER NOT NULL,
    saved_at TEXT NOT NULL,
    proposed_at TEXT,
    approved_at TEXT,
    approved_by INTEGER,
    returned_reason TEXT,
    CONSTRAINT letter_wordings_author_id_fkey FOREIGN KEY (author_id) REFERENCES accounts (id),
    CONSTRAINT letter_wordings_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES accounts (id),
    CONSTRAINT letter_wordings_kind_check CHECK (kind IN ('acknowledgement', 'award', 'partial_award', 'reserve', 'rejection', 'feedback', 'withdrawn_application', 'condition_reminder', 'variation', 'withdrawal', 'termination')),
    CONSTRAINT letter_wordings_version_check CHECK (version >= 1),
    CONSTRAINT letter_wordings_stage_check CHECK (stage IN ('draft', 'proposed', 'approved', 'discarded')),
    CONSTRAINT letter_wordings_approver_check CHECK (approved_by IS NULL OR approved_by <> author_id),
    CONSTRAINT letter_wordings_approval_check CHECK ((stage = 'approved') = (approved_by IS NOT NULL)),
    CONSTRAINT letter_wordings_kind_version_key UNIQUE (kind, version)
) STRICT;
INSERT INTO letter_wordings (id, kind, version, stage, opening, closing, text_sha256, edition, effective_at, author_id, saved_at, proposed_at, approved_at, approved_by,
    returned_reason)
SELECT id, kind, version, stage, opening, closing, text_sha256, edition, effective_at, author_id, saved_at, proposed_at, approved_at, approved_by,
    returned_reason FROM letter_wordings_kept_here ORDER BY id;
DROP TABLE letter_wordings_kept_here;
-- One that is being written or waits for approval, of each kind.
CREATE UNIQUE INDEX letter_wordings_open_key ON letter_wordings (kind) WHERE stage IN ('draft', 'proposed');
CREATE TRIGGER letter_wordings_begun BEFORE INSERT ON letter_wordings WHEN NEW.stage <> 'draft'
BEGIN SELECT RAISE(ABORT, 'letter_wordings_begun_check'); END;
-- The author stays who wrote it: otherwise somebody could take a text over and have its first author approve it.
CREATE TRIGGER letter_wordings_author BEFORE UPDATE OF author_id ON letter_wordings WHEN NEW.author_id <> OLD.author_id
BEGIN SELECT RAISE(ABORT, 'letter_wordings_author_check'); END;
-- What was proposed is what is approved.
CREATE TRIGGER letter_wordings_proposed BEFORE UPDATE ON letter_wordings
WHEN NEW.stage = 'approved' AND (OLD.stage <> 'proposed' OR NEW.opening <> OLD.opening OR NEW.closing IS NOT OLD.closing OR NEW.text_sha256 <> OLD.text_sha256)
BEGIN SELECT RAISE(ABORT, 'letter_wordings_proposed_check'); END;
CREATE TRIGGER letter_wordings_kept BEFORE UPDATE ON letter_wordings WHEN OLD.stage IN ('approved', 'discarded')
BEGIN SELECT RAISE(ABORT, 'letter_wordings_kept_check'); END;
CREATE TRIGGER letter_wordings_stay BEFORE DELETE ON letter_wordings
BEGIN SELECT RAISE(ABORT, 'letter_wordings_kept_check'); END;
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
    wording_id INTEGER,
    CONSTRAINT letters_application_id_fkey FOREIGN KEY (application_id) REFERENCES applications (id),
    CONSTRAINT letters_kind_check CHECK (kind IN ('acknowledgement', 'award', 'partial_award', 'reserve', 'rejection', 'feedback', 'withdrawn_application', 'condition_reminder', 'variation', 'withdrawal', 'termination')),
    CONSTRAINT letters_stage_check CHECK (stage IN ('draft', 'approved', 'issued', 'needs_officer')),
    CONSTRAINT letters_drafted_by_fkey FOREIGN KEY (drafted_by) REFERENCES accounts (id),
    CONSTRAINT letters_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES accounts (id),
    CONSTRAINT letters_issued_by_fkey FOREIGN KEY (issued_by) REFERENCES accounts (id),
    CONSTRAINT letters_wording_id_fkey FOREIGN KEY (wording_id) REFERENCES letter_wordings (id),
    CONSTRAINT letters_delivery_check CHECK (delivery IN ('none', 'queued', 'sent', 'failed', 'uncertain')),
    CONSTRAINT letters_application_id_kind_key UNIQUE (application_id, kind),
    CONSTRAINT letters_reference_key UNIQUE (reference),
    CONSTRAINT letters_approved_by_check CHECK (approved_by IS NULL OR approved_by <> drafted_by),
    CONSTRAINT letters_approval_check CHECK (stage NOT IN ('approved', 'issued') OR (approved_by IS NOT NULL AND pdf_sha256 IS NOT NULL AND problem IS NULL))
) STRICT;
INSERT INTO letters (id, application_id, kind, reference, stage, data, template, template_sha256, pdf_sha256, problem, drafted_at, drafted_by, approved_at, approved_by,
    issued_at, issued_by, delivery, wording_id)
SELECT id, application_id, kind, reference, stage, data, template, template_sha256, pdf_sha256, problem, drafted_at, drafted_by, approved_at, approved_by,
    issued_at, issued_by, delivery, wording_id FROM letters_kept_here ORDER BY id;
DROP TABLE letters_kept_here;
CREATE TRIGGER letters_kept BEFORE UPDATE OF data, pdf_sha256, template_sha256, kind, reference, issued_at ON letters
WHEN OLD.stage = 'issued'
BEGIN SELECT RAISE(ABORT, 'letters_issued_check'); END;
CREATE TRIGGER letters_never_deleted BEFORE DELETE ON letters WHEN OLD.stage = 'issued'
BEGIN SELECT RAISE(ABORT, 'letters_issued_check'); END;
-- A letter is approved with the wording that is in force, or, where none is, with the standard one.
CREATE TRIGGER letters_wording BEFORE UPDATE OF stage ON letters
WHEN NEW.stage = 'approved' AND EXISTS (
    SELECT 1 FROM letter_wordings w
    WHERE w.kind = NEW.kind AND w.stage = 'approved' AND w.effective_at <= NEW.approved_at
    AND w.version > COALESCE((SELECT used.version FROM letter_wordings used WHERE used.id = NEW.wording_id), 0))
BEGIN SELECT RAISE(ABORT, 'letters_wording_check'); END;
