-- The closing time: it moves only with an extension, a row that says from when to when and why, and that stays. Grace and seal are
-- copied from the definition when it is stored, and freeze with it. Reminders are sent once each.

ALTER TABLE rounds ADD COLUMN grace_minutes INTEGER NOT NULL DEFAULT 0 CONSTRAINT rounds_grace_minutes_check CHECK (grace_minutes BETWEEN 0 AND 60);
ALTER TABLE rounds ADD COLUMN sealed INTEGER NOT NULL DEFAULT 0 CONSTRAINT rounds_sealed_check CHECK (sealed IN (0, 1));
ALTER TABLE rounds ADD COLUMN unsealed_at TEXT;
CREATE TABLE round_extensions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    round_id INTEGER NOT NULL,
    old_closes_at TEXT NOT NULL,
    new_closes_at TEXT NOT NULL,
    reason TEXT NOT NULL,
    extended_at TEXT NOT NULL,
    extended_by INTEGER NOT NULL,
    CONSTRAINT round_extensions_round_id_fkey FOREIGN KEY (round_id) REFERENCES rounds (id),
    CONSTRAINT round_extensions_extended_by_fkey FOREIGN KEY (extended_by) REFERENCES accounts (id),
    CONSTRAINT round_extensions_later_check CHECK (new_closes_at > old_closes_at),
    CONSTRAINT round_extensions_reason_check CHECK (reason <> ''),
    CONSTRAINT round_extensions_round_id_old_closes_at_key UNIQUE (round_id, old_closes_at)
) STRICT;
CREATE TABLE reminders (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    application_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    closes_at TEXT NOT NULL,
    queued_at TEXT NOT NULL,
    CONSTRAINT reminders_application_id_fkey FOREIGN KEY (application_id) REFERENCES applications (id),
    CONSTRAINT reminders_kind_check CHECK (kind IN ('week', 'day', 'closed')),
    CONSTRAINT reminders_application_id_kind_key UNIQUE (application_id, kind)
) STRICT;
CREATE TRIGGER round_extensions_no_update BEFORE UPDATE ON round_extensions
BEGIN SELECT RAISE(ABORT, 'round_extensions_append_only_check'); END;
CREATE TRIGGER round_extensions_no_delete BEFORE DELETE ON round_extensions
BEGIN SELECT RAISE(ABORT, 'round_extensions_append_only_check'); END;
CREATE TRIGGER rounds_closes_at_kept BEFORE UPDATE OF closes_at ON rounds
WHEN OLD.stage <> 'draft' AND OLD.test = 0 AND NEW.closes_at <> OLD.closes_at
  AND (OLD.stage <> 'published' OR NOT EXISTS (SELECT 1 FROM round_extensions e WHERE e.round_id = OLD.id
       AND e.old_closes_at = OLD.closes_at AND e.new_closes_at = NEW.closes_at))
BEGIN SELECT RAISE(ABORT, 'rounds_closes_at_extended_check'); END;
CREATE TRIGGER rounds_intake_kept BEFORE UPDATE OF grace_minutes, sealed ON rounds
WHEN OLD.stage <> 'draft' AND (NEW.grace_minutes <> OLD.grace_minutes OR NEW.sealed <> OLD.sealed)
BEGIN SELECT RAISE(ABORT, 'rounds_intake_frozen_check'); END;
CREATE TRIGGER rounds_unsealed_kept BEFORE UPDATE OF unsealed_at ON rounds
WHEN OLD.unsealed_at IS NOT NULL AND (NEW.unsealed_at IS NULL OR NEW.unsealed_at <> OLD.unsealed_at)
BEGIN SELECT RAISE(ABORT, 'rounds_unsealed_once_check'); END;
CREATE TRIGGER rounds_unsealed_first BEFORE UPDATE OF stage ON rounds
WHEN NEW.sealed = 1 AND NEW.unsealed_at IS NULL AND NEW.stage NOT IN ('draft', 'published')
BEGIN SELECT RAISE(ABORT, 'rounds_unsealed_first_check'); END;
