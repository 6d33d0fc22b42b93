-- The panel's meetings: who was there, which application was discussed when, under whose chair, and who left the room.

CREATE TABLE meetings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    round_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    place TEXT NOT NULL,
    chair_id INTEGER NOT NULL,
    began_at TEXT NOT NULL,
    ended_at TEXT,
    created_at TEXT NOT NULL,
    created_by INTEGER NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT meetings_round_id_fkey FOREIGN KEY (round_id) REFERENCES rounds (id),
    CONSTRAINT meetings_chair_id_fkey FOREIGN KEY (chair_id) REFERENCES accounts (id),
    CONSTRAINT meetings_created_by_fkey FOREIGN KEY (created_by) REFERENCES accounts (id),
    CONSTRAINT meetings_ended_at_check CHECK (ended_at IS NULL OR ended_at >= began_at),
    CONSTRAINT meetings_round_id_number_key UNIQUE (round_id, number)
) STRICT;

CREATE TABLE meeting_people (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    meeting_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    attendance TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    recorded_by INTEGER NOT NULL,
    CONSTRAINT meeting_people_meeting_id_fkey FOREIGN KEY (meeting_id) REFERENCES meetings (id),
    CONSTRAINT meeting_people_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT meeting_people_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES accounts (id),
    CONSTRAINT meeting_people_attendance_check CHECK (attendance IN ('present', 'apologies', 'absent')),
    CONSTRAINT meeting_people_meeting_id_account_id_key UNIQUE (meeting_id, account_id)
) STRICT;

CREATE TABLE meeting_items (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    meeting_id INTEGER NOT NULL,
    application_id INTEGER NOT NULL,
    chair_id INTEGER NOT NULL,
    started_at TEXT NOT NULL,
    started_by INTEGER NOT NULL,
    ended_at TEXT,
    CONSTRAINT meeting_items_meeting_id_fkey FOREIGN KEY (meeting_id) REFERENCES meetings (id),
    CONSTRAINT meeting_items_application_id_fkey FOREIGN KEY (application_id) REFERENCES applications (id),
    CONSTRAINT meeting_items_chair_id_fkey FOREIGN KEY (chair_id) REFERENCES accounts (id),
    CONSTRAINT meeting_items_started_by_fkey FOREIGN KEY (started_by) REFERENCES accounts (id)
) STRICT;
CREATE INDEX meeting_items_meeting_id_idx ON meeting_items (meeting_id);
CREATE INDEX meeting_items_application_id_idx ON meeting_items (application_id);
CREATE INDEX meeting_items_chair_id_idx ON meeting_items (chair_id);

CREATE TABLE meeting_recusals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    item_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    cause TEXT NOT NULL,
    note TEXT NOT NULL,
    left_at TEXT NOT NULL,
    returned_at TEXT,
    recorded_by INTEGER NOT NULL,
    CONSTRAINT meeting_recusals_item_id_fkey FOREIGN KEY (item_id) REFERENCES meeting_items (id),
    CONSTRAINT meeting_recusals_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT meeting_recusals_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES accounts (id),
    CONSTRAINT meeting_recusals_cause_check CHECK (cause IN ('conflict', 'stated')),
    CONSTRAINT meeting_recusals_note_check CHECK (cause = 'conflict' OR note <> ''),
    CONSTRAINT meeting_recusals_item_id_account_id_key UNIQUE (item_id, account_id)
) STRICT;
