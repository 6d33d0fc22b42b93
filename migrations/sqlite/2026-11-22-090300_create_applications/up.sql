-- Applications, their answers and documents, and the pass/fail gates that officers check.

CREATE TABLE applications (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    round_id INTEGER NOT NULL,
    organisation_id INTEGER NOT NULL,
    reference TEXT NOT NULL,
    stage TEXT NOT NULL,
    title TEXT NOT NULL,
    ask_pence INTEGER,
    eligibility TEXT NOT NULL,
    created_at TEXT NOT NULL,
    created_by INTEGER NOT NULL,
    submitted_at TEXT,
    submitted_by INTEGER,
    declared_name TEXT,
    declared_role TEXT,
    withdrawn_at TEXT,
    withdrawn_by INTEGER,
    withdrawn_reason TEXT,
    version INTEGER NOT NULL,
    CONSTRAINT applications_round_id_fkey FOREIGN KEY (round_id) REFERENCES rounds (id),
    CONSTRAINT applications_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT applications_stage_check CHECK (stage IN ('draft', 'submitted', 'withdrawn')),
    CONSTRAINT applications_created_by_fkey FOREIGN KEY (created_by) REFERENCES accounts (id),
    CONSTRAINT applications_submitted_by_fkey FOREIGN KEY (submitted_by) REFERENCES accounts (id),
    CONSTRAINT applications_withdrawn_by_fkey FOREIGN KEY (withdrawn_by) REFERENCES accounts (id),
    CONSTRAINT applications_reference_key UNIQUE (reference),
    CONSTRAINT applications_submitted_at_check CHECK (stage = 'draft' OR stage = 'withdrawn' OR (submitted_at IS NOT NULL AND submitted_by IS NOT NULL AND ask_pence IS NOT NULL))
) STRICT;
CREATE INDEX applications_round_id_idx ON applications (round_id);
CREATE INDEX applications_organisation_id_idx ON applications (organisation_id);
CREATE TABLE answers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    application_id INTEGER NOT NULL,
    question TEXT NOT NULL,
    value TEXT NOT NULL,
    version INTEGER NOT NULL,
    saved_at TEXT NOT NULL,
    saved_by INTEGER NOT NULL,
    CONSTRAINT answers_application_id_fkey FOREIGN KEY (application_id) REFERENCES applications (id),
    CONSTRAINT answers_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES accounts (id),
    CONSTRAINT answers_application_id_question_key UNIQUE (application_id, question)
) STRICT;
CREATE TABLE documents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    application_id INTEGER NOT NULL,
    question TEXT NOT NULL,
    file_name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    uploaded_at TEXT NOT NULL,
    uploaded_by INTEGER NOT NULL,
    removed_at TEXT,
    CONSTRAINT documents_application_id_fkey FOREIGN KEY (application_id) REFERENCES applications (id),
    CONSTRAINT documents_uploaded_by_fkey FOREIGN KEY (uploaded_by) REFERENCES accounts (id)
) STRICT;
CREATE INDEX documents_application_id_idx ON documents (application_id);
CREATE TABLE gate_checks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    application_id INTEGER NOT NULL,
    gate TEXT NOT NULL,
    outcome TEXT NOT NULL,
    note TEXT NOT NULL,
    checked_at TEXT NOT NULL,
    checked_by INTEGER NOT NULL,
    CONSTRAINT gate_checks_application_id_fkey FOREIGN KEY (application_id) REFERENCES applications (id),
    CONSTRAINT gate_checks_outcome_check CHECK (outcome IN ('not_checked', 'met', 'met_with_condition', 'not_met', 'not_applicable')),
    CONSTRAINT gate_checks_checked_by_fkey FOREIGN KEY (checked_by) REFERENCES accounts (id),
    CONSTRAINT gate_checks_application_id_gate_key UNIQUE (application_id, gate)
) STRICT;
CREATE TABLE submission_receipts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    application_id INTEGER NOT NULL,
    token TEXT NOT NULL,
    request_digest TEXT NOT NULL,
    created_at TEXT NOT NULL,
    CONSTRAINT submission_receipts_application_id_fkey FOREIGN KEY (application_id) REFERENCES applications (id),
    CONSTRAINT submission_receipts_token_key UNIQUE (token),
    CONSTRAINT submission_receipts_application_id_key UNIQUE (application_id)
) STRICT;
