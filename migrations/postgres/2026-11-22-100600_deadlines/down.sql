DROP FUNCTION refuse_change_of_closing_time() CASCADE;
DROP FUNCTION refuse_change_of_extension() CASCADE;
DROP TABLE reminders;
DROP TABLE round_extensions;
ALTER TABLE rounds DROP COLUMN unsealed_at;
ALTER TABLE rounds DROP COLUMN sealed;
ALTER TABLE rounds DROP COLUMN grace_minutes;
