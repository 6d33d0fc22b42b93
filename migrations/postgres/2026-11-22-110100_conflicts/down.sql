DROP FUNCTION refuse_sheet_of_conflicted() CASCADE;
DROP FUNCTION refuse_assignment_of_conflicted() CASCADE;
DROP FUNCTION refuse_change_of_interest() CASCADE;
DROP FUNCTION refuse_change_of_conflict_change() CASCADE;
DROP FUNCTION refuse_change_of_conflict() CASCADE;
DROP TABLE interests;
DROP TABLE conflict_changes;
DROP TABLE conflicts;
