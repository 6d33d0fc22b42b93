-- What officers found, item by item of a gate: every finding is kept, the newest of an item counts. An empty item is the gate as a
-- whole. And what the officer's list filters and counts by.

CREATE TABLE gate_findings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    application_id INTEGER NOT NULL,
    gate TEXT NOT NULL,
    item TEXT NOT NULL,
    outcome TEXT NOT NULL,
    note TEXT NOT NULL,
    reference TEXT NOT NULL,
    expires_on TEXT,
    file_name TEXT,
    media_type TEXT,
    size_bytes INTEGER,
    sha256 TEXT,
    checked_at TEXT NOT NULL,
    checked_by INTEGER NOT NULL,
    CONSTRAINT gate_findings_application_id_fkey FOREIGN KEY (application_id) REFERENCES applications (id),
    CONSTRAINT gate_findings_outcome_check CHECK (outcome IN ('not_checked', 'met', 'met_with_condition', 'not_met', 'not_applicable')),
    CONSTRAINT gate_findings_file_check CHECK ((sha256 IS NULL) = (file_name IS NULL) AND (sha256 IS NULL) = (media_type IS NULL) AND (sha256 IS NULL) = (size_bytes IS NULL)),
    CONSTRAINT gate_findings_checked_by_fkey FOREIGN KEY (checked_by) REFERENCES accounts (id)
) STRICT;
CREATE INDEX gate_findings_application_id_idx ON gate_findings (application_id, gate, item);
CREATE INDEX applications_round_id_stage_idx ON applications (round_id, stage, submitted_at);
CREATE INDEX documents_application_id_question_idx ON documents (application_id, question);
CREATE TRIGGER gate_findings_kept BEFORE UPDATE ON gate_findings
BEGIN SELECT RAISE(ABORT, 'gate_findings_kept_check'); END;
