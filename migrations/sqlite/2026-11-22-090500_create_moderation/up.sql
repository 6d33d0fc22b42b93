-- What the panel agreed, criterion by criterion, beside the independent scores and never instead of them.

CREATE TABLE moderations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    application_id INTEGER NOT NULL,
    stage TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    opened_by INTEGER NOT NULL,
    closed_at TEXT,
    closed_by INTEGER,
    reopened_reason TEXT,
    version INTEGER NOT NULL,
    CONSTRAINT moderations_application_id_fkey FOREIGN KEY (application_id) REFERENCES applications (id),
    CONSTRAINT moderations_stage_check CHECK (stage IN ('open', 'closed')),
    CONSTRAINT moderations_opened_by_fkey FOREIGN KEY (opened_by) REFERENCES accounts (id),
    CONSTRAINT moderations_closed_by_fkey FOREIGN KEY (closed_by) REFERENCES accounts (id),
    CONSTRAINT moderations_application_id_key UNIQUE (application_id)
) STRICT;
CREATE TABLE agreed_marks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    moderation_id INTEGER NOT NULL,
    criterion TEXT NOT NULL,
    mark INTEGER,
    reason TEXT NOT NULL,
    strength TEXT NOT NULL,
    improvement TEXT NOT NULL,
    version INTEGER NOT NULL,
    saved_at TEXT NOT NULL,
    saved_by INTEGER NOT NULL,
    CONSTRAINT agreed_marks_moderation_id_fkey FOREIGN KEY (moderation_id) REFERENCES moderations (id),
    CONSTRAINT agreed_marks_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES accounts (id),
    CONSTRAINT agreed_marks_moderation_id_criterion_key UNIQUE (moderation_id, criterion)
) STRICT;
