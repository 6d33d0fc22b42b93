CREATE OR REPLACE FUNCTION refuse_change_of_locked_sheet() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'score_sheets_locked_check',
        MESSAGE = 'a submitted score sheet is locked';
END $$;
DROP FUNCTION refuse_change_of_sheet_reading() CASCADE;
DROP FUNCTION refuse_change_of_sheet_opening() CASCADE;
DROP FUNCTION refuse_change_of_mark_version() CASCADE;
DROP TABLE sheet_notes;
DROP TABLE sheet_readings;
DROP TABLE sheet_openings;
DROP TABLE mark_versions;
ALTER TABLE sheet_marks DROP COLUMN improvement;
ALTER TABLE sheet_marks DROP COLUMN strength;
