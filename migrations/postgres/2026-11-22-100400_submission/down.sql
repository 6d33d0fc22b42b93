DROP FUNCTION refuse_change_of_office_entry() CASCADE;
DROP FUNCTION refuse_change_of_reopening() CASCADE;
DROP FUNCTION refuse_change_of_submission() CASCADE;
DROP TABLE office_entries;
DROP TABLE reopenings;
DROP TABLE submissions;
DROP INDEX submission_receipts_application_id_idx;
ALTER TABLE submission_receipts ADD CONSTRAINT submission_receipts_application_id_key UNIQUE (application_id);
