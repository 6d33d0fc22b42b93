-- Mail waiting to be sent. A message is written in the same transaction as the change that causes it.

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    letter_id INTEGER,
    to_email TEXT NOT NULL,
    to_name TEXT NOT NULL,
    subject TEXT NOT NULL,
    text_body TEXT NOT NULL,
    html_body TEXT NOT NULL,
    message_id TEXT NOT NULL,
    stage TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    next_attempt_at TEXT NOT NULL,
    leased_until TEXT,
    finished_at TEXT,
    last_error TEXT,
    CONSTRAINT outbox_letter_id_fkey FOREIGN KEY (letter_id) REFERENCES letters (id),
    CONSTRAINT outbox_stage_check CHECK (stage IN ('queued', 'sending', 'sent', 'failed', 'uncertain')),
    CONSTRAINT outbox_message_id_key UNIQUE (message_id)
) STRICT;
CREATE INDEX outbox_stage_next_attempt_at_idx ON outbox (stage, next_attempt_at);
