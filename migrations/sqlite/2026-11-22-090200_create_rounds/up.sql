-- Funds, rounds, and the definition of a round (criteria, rules, questions), frozen when it is published.

CREATE TABLE funds (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    CONSTRAINT funds_code_key UNIQUE (code)
) STRICT;
CREATE TABLE rounds (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    fund_id INTEGER NOT NULL,
    reference TEXT NOT NULL,
    name TEXT NOT NULL,
    stage TEXT NOT NULL,
    opens_at TEXT NOT NULL,
    closes_at TEXT NOT NULL,
    created_at TEXT NOT NULL,
    created_by INTEGER NOT NULL,
    published_at TEXT,
    version INTEGER NOT NULL,
    CONSTRAINT rounds_fund_id_fkey FOREIGN KEY (fund_id) REFERENCES funds (id),
    CONSTRAINT rounds_stage_check CHECK (stage IN ('draft', 'published', 'scoring', 'moderation', 'recommended', 'decided', 'issued')),
    CONSTRAINT rounds_created_by_fkey FOREIGN KEY (created_by) REFERENCES accounts (id),
    CONSTRAINT rounds_reference_key UNIQUE (reference),
    CONSTRAINT rounds_opens_at_closes_at_check CHECK (opens_at < closes_at)
) STRICT;
CREATE TABLE round_definitions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    round_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    document TEXT NOT NULL,
    reason TEXT NOT NULL,
    created_at TEXT NOT NULL,
    created_by INTEGER NOT NULL,
    CONSTRAINT round_definitions_round_id_fkey FOREIGN KEY (round_id) REFERENCES rounds (id),
    CONSTRAINT round_definitions_created_by_fkey FOREIGN KEY (created_by) REFERENCES accounts (id),
    CONSTRAINT round_definitions_round_id_version_key UNIQUE (round_id, version)
) STRICT;
CREATE TRIGGER round_definitions_frozen BEFORE UPDATE ON round_definitions
WHEN (SELECT stage FROM rounds WHERE id = OLD.round_id) <> 'draft'
BEGIN SELECT RAISE(ABORT, 'round_definitions_frozen_check'); END;
CREATE TRIGGER round_definitions_kept BEFORE DELETE ON round_definitions
WHEN (SELECT stage FROM rounds WHERE id = OLD.round_id) <> 'draft'
BEGIN SELECT RAISE(ABORT, 'round_definitions_frozen_check'); END;
