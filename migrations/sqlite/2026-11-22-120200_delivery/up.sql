-- What a message is about, every try to hand it over, what keeps all mail waiting, and what officers did about it.

-- Not foreign keys: mail is below the features, and a column that is one cannot be taken away again.
ALTER TABLE outbox ADD COLUMN round_id INTEGER;
ALTER TABLE outbox ADD COLUMN application_id INTEGER;
-- Committed before the message's first byte leaves: from then on it may have arrived.
ALTER TABLE outbox ADD COLUMN handed_at TEXT;
-- When the letter's own record, which is in the trail, took the outcome over.
ALTER TABLE outbox ADD COLUMN recorded_at TEXT;
-- Tries that count towards the limit; `attempts` numbers all of them.
ALTER TABLE outbox ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
-- How often an officer had a message that may have arrived sent again.
ALTER TABLE outbox ADD COLUMN copies INTEGER NOT NULL DEFAULT 0;
UPDATE outbox SET tries = attempts, recorded_at = finished_at;
UPDATE outbox SET application_id = (SELECT l.application_id FROM letters l WHERE l.id = outbox.letter_id)
WHERE letter_id IS NOT NULL;
UPDATE outbox SET round_id = (SELECT a.round_id FROM applications a WHERE a.id = outbox.application_id)
WHERE application_id IS NOT NULL;
CREATE INDEX outbox_round_id_stage_idx ON outbox (round_id, stage);
CREATE INDEX outbox_unrecorded_idx ON outbox (id)
WHERE letter_id IS NOT NULL AND finished_at IS NOT NULL AND recorded_at IS NULL;

CREATE TABLE outbox_attempts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    outbox_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT,
    ending TEXT,
    words TEXT,
    said TEXT,
    sha256 TEXT,
    CONSTRAINT outbox_attempts_outbox_id_fkey FOREIGN KEY (outbox_id) REFERENCES outbox (id),
    CONSTRAINT outbox_attempts_ending_check CHECK (ending IN ('sent', 'refused', 'later', 'waits', 'uncertain', 'stopped', 'lost')),
    CONSTRAINT outbox_attempts_ended_check CHECK ((ended_at IS NULL) = (ending IS NULL)),
    CONSTRAINT outbox_attempts_outbox_id_number_key UNIQUE (outbox_id, number)
) STRICT;

-- What keeps all mail waiting; open while it has no end.
CREATE TABLE mail_troubles (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    began_at TEXT NOT NULL,
    last_at TEXT NOT NULL,
    next_try_at TEXT NOT NULL,
    ended_at TEXT,
    tries INTEGER NOT NULL,
    setting TEXT NOT NULL,
    words TEXT NOT NULL,
    hint TEXT NOT NULL,
    said TEXT NOT NULL
) STRICT;

CREATE TABLE mail_remarks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    outbox_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    remarked_at TEXT NOT NULL,
    remarked_by INTEGER NOT NULL,
    CONSTRAINT mail_remarks_outbox_id_fkey FOREIGN KEY (outbox_id) REFERENCES outbox (id),
    CONSTRAINT mail_remarks_remarked_by_fkey FOREIGN KEY (remarked_by) REFERENCES accounts (id),
    CONSTRAINT mail_remarks_kind_check CHECK (kind IN ('again', 'reached'))
) STRICT;
CREATE INDEX mail_remarks_outbox_id_idx ON mail_remarks (outbox_id);
CREATE TRIGGER mail_remarks_kept BEFORE UPDATE ON mail_remarks
BEGIN SELECT RAISE(ABORT, 'mail_remarks_kept_check'); END;
CREATE TRIGGER mail_remarks_stay BEFORE DELETE ON mail_remarks
BEGIN SELECT RAISE(ABORT, 'mail_remarks_kept_check'); END;
