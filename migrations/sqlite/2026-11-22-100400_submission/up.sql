-- An application may be submitted more than once: each submission is kept as it was received. Taking back, re-opening, and bids
-- that the office enters from paper or the telephone.

CREATE TABLE submission_receipts_next (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    application_id INTEGER NOT NULL,
    token TEXT NOT NULL,
    request_digest TEXT NOT NULL,
    created_at TEXT NOT NULL,
    CONSTRAINT submission_receipts_application_id_fkey FOREIGN KEY (application_id) REFERENCES applications (id),
    CONSTRAINT submission_receipts_token_key UNIQUE (token)
) STRICT;
INSERT INTO submission_receipts_next (id, application_id, token, request_digest, created_at)
SELECT id, application_id, token, request_digest, created_at FROM submission_receipts ORDER BY id;
DROP TABLE submission_receipts;
ALTER TABLE submission_receipts_next RENAME TO submission_receipts;
CREATE INDEX submission_receipts_application_id_idx ON submission_receipts (application_id);

CREATE TABLE submissions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    application_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    content TEXT NOT NULL,
    content_digest TEXT NOT NULL,
    submitted_at TEXT NOT NULL,
    submitted_by INTEGER NOT NULL,
    declared_name TEXT NOT NULL,
    declared_role TEXT NOT NULL,
    CONSTRAINT submissions_application_id_fkey FOREIGN KEY (application_id) REFERENCES applications (id),
    CONSTRAINT submissions_submitted_by_fkey FOREIGN KEY (submitted_by) REFERENCES accounts (id),
    CONSTRAINT submissions_number_check CHECK (number >= 1),
    CONSTRAINT submissions_application_id_number_key UNIQUE (application_id, number)
) STRICT;
CREATE TRIGGER submissions_frozen BEFORE UPDATE ON submissions
BEGIN SELECT RAISE(ABORT, 'submissions_frozen_check'); END;

CREATE TABLE reopenings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    application_id INTEGER NOT NULL,
    submission INTEGER NOT NULL,
    asked_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    until_at TEXT,
    opened_at TEXT NOT NULL,
    opened_by INTEGER NOT NULL,
    CONSTRAINT reopenings_application_id_fkey FOREIGN KEY (application_id) REFERENCES applications (id),
    CONSTRAINT reopenings_opened_by_fkey FOREIGN KEY (opened_by) REFERENCES accounts (id),
    CONSTRAINT reopenings_asked_by_check CHECK (asked_by IN ('applicant', 'office')),
    CONSTRAINT reopenings_reason_check CHECK (asked_by = 'applicant' OR reason <> '')
) STRICT;
CREATE INDEX reopenings_application_id_idx ON reopenings (application_id);
CREATE TRIGGER reopenings_frozen BEFORE UPDATE ON reopenings
BEGIN SELECT RAISE(ABORT, 'reopenings_frozen_check'); END;

CREATE TABLE office_entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    application_id INTEGER NOT NULL,
    channel TEXT NOT NULL,
    received_at TEXT NOT NULL,
    entered_at TEXT NOT NULL,
    entered_by INTEGER NOT NULL,
    CONSTRAINT office_entries_application_id_fkey FOREIGN KEY (application_id) REFERENCES applications (id),
    CONSTRAINT office_entries_entered_by_fkey FOREIGN KEY (entered_by) REFERENCES accounts (id),
    CONSTRAINT office_entries_channel_check CHECK (channel IN ('paper', 'telephone')),
    CONSTRAINT office_entries_application_id_key UNIQUE (application_id)
) STRICT;
CREATE TRIGGER office_entries_frozen BEFORE UPDATE ON office_entries
BEGIN SELECT RAISE(ABORT, 'office_entries_frozen_check'); END;
