DROP TRIGGER score_sheets_locked;
CREATE TRIGGER score_sheets_locked BEFORE UPDATE ON score_sheets WHEN OLD.stage = 'submitted'
BEGIN SELECT RAISE(ABORT, 'score_sheets_locked_check'); END;
DROP TABLE sheet_notes;
DROP TABLE sheet_readings;
DROP TABLE sheet_openings;
DROP TABLE mark_versions;
ALTER TABLE sheet_marks DROP COLUMN improvement;
ALTER TABLE sheet_marks DROP COLUMN strength;
