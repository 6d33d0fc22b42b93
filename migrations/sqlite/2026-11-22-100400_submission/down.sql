DROP TABLE office_entries;
DROP TABLE reopenings;
DROP TABLE submissions;
CREATE TABLE submission_receipts_next (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    application_id INTEGER NOT NULL,
    token TEXT NOT NULL,
    request_digest TEXT NOT NULL,
    created_at TEXT NOT NULL,
    CONSTRAINT submission_receipts_application_id_fkey FOREIGN KEY (application_id) REFERENCES applications (id),
    CONSTRAINT submission_receipts_token_key UNIQUE (token),
    CONSTRAINT submission_receipts_application_id_key UNIQUE (application_id)
) STRICT;
INSERT INTO submission_receipts_next (id, application_id, token, request_digest, created_at)
SELECT id, application_id, token, request_digest, created_at FROM submission_receipts ORDER BY id;
DROP TABLE submission_receipts;
ALTER TABLE submission_receipts_next RENAME TO submission_receipts;
