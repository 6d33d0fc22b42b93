-- Who takes bids of a round, how many at most, and what they know about; and why somebody was taken off a bid.

CREATE TABLE panel_members (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    round_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    stage TEXT NOT NULL,
    load_limit INTEGER,
    tags TEXT NOT NULL,
    saved_at TEXT NOT NULL,
    saved_by INTEGER NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT panel_members_round_id_fkey FOREIGN KEY (round_id) REFERENCES rounds (id),
    CONSTRAINT panel_members_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT panel_members_stage_check CHECK (stage IN ('on', 'off')),
    CONSTRAINT panel_members_load_limit_check CHECK (load_limit IS NULL OR load_limit >= 1),
    CONSTRAINT panel_members_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES accounts (id),
    CONSTRAINT panel_members_round_id_account_id_key UNIQUE (round_id, account_id)
) STRICT;
CREATE TABLE assignment_removals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    assignment_id INTEGER NOT NULL,
    reason TEXT NOT NULL,
    note TEXT NOT NULL,
    removed_at TEXT NOT NULL,
    removed_by INTEGER NOT NULL,
    CONSTRAINT assignment_removals_assignment_id_fkey FOREIGN KEY (assignment_id) REFERENCES assignments (id),
    CONSTRAINT assignment_removals_reason_check CHECK (reason IN ('ill', 'left', 'recused', 'other')),
    CONSTRAINT assignment_removals_note_check CHECK (note <> '' OR reason IN ('ill', 'left')),
    CONSTRAINT assignment_removals_removed_by_fkey FOREIGN KEY (removed_by) REFERENCES accounts (id)
) STRICT;
CREATE INDEX assignment_removals_assignment_id_idx ON assignment_removals (assignment_id);
CREATE TRIGGER assignment_removals_kept BEFORE UPDATE ON assignment_removals
BEGIN SELECT RAISE(ABORT, 'assignment_removals_kept_check'); END;
