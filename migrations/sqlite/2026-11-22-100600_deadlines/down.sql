DROP TRIGGER rounds_unsealed_first;
DROP TRIGGER rounds_unsealed_kept;
DROP TRIGGER rounds_intake_kept;
DROP TRIGGER rounds_closes_at_kept;
DROP TABLE reminders;
DROP TABLE round_extensions;
ALTER TABLE rounds DROP COLUMN unsealed_at;
ALTER TABLE rounds DROP COLUMN sealed;
ALTER TABLE rounds DROP COLUMN grace_minutes;
