-- Which panel members were told by mail that applications wait for them, or that a score sheet is open again.

CREATE TABLE panel_notices (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL,
    round_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    up_to TEXT NOT NULL,
    told_at TEXT NOT NULL,
    CONSTRAINT panel_notices_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT panel_notices_round_id_fkey FOREIGN KEY (round_id) REFERENCES rounds (id),
    CONSTRAINT panel_notices_kind_check CHECK (kind IN ('assigned', 'opened')),
    CONSTRAINT panel_notices_account_id_round_id_kind_up_to_key UNIQUE (account_id, round_id, kind, up_to)
) STRICT;
-- Nobody is told afresh of what was there before.
INSERT INTO panel_notices (account_id, round_id, kind, up_to, told_at)
SELECT s.account_id, a.round_id, 'assigned', MAX(s.assigned_at), MAX(s.assigned_at)
FROM assignments s JOIN applications a ON a.id = s.application_id GROUP BY s.account_id, a.round_id;
INSERT INTO panel_notices (account_id, round_id, kind, up_to, told_at)
SELECT h.account_id, a.round_id, 'opened', MAX(o.opened_at), MAX(o.opened_at)
FROM sheet_openings o JOIN score_sheets h ON h.id = o.sheet_id JOIN applications a ON a.id = h.application_id
GROUP BY h.account_id, a.round_id;
