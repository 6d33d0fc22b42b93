DROP TRIGGER score_sheets_conflict_update;
DROP TRIGGER score_sheets_conflict_insert;
DROP TRIGGER assignments_conflict_update;
DROP TRIGGER assignments_conflict_insert;
DROP TABLE interests;
DROP TABLE conflict_changes;
DROP TABLE conflicts;
