-- Documents that expire, and what the virus scanner says of each file. A scan is of a content, whoever sent it and how often.

ALTER TABLE documents ADD COLUMN expires_on TEXT;
CREATE INDEX documents_sha256_idx ON documents (sha256);
CREATE TABLE file_scans (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sha256 TEXT NOT NULL,
    state TEXT NOT NULL,
    finding TEXT,
    attempts INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    next_attempt_at TEXT NOT NULL,
    scanned_at TEXT,
    CONSTRAINT file_scans_state_check CHECK (state IN ('awaiting', 'clean', 'infected')),
    CONSTRAINT file_scans_sha256_key UNIQUE (sha256)
) STRICT;
CREATE INDEX file_scans_next_attempt_at_idx ON file_scans (next_attempt_at);
