DROP FUNCTION refuse_sheet_of_uncleared_member() CASCADE;
DROP FUNCTION refuse_change_of_locked_sheet() CASCADE;
DROP FUNCTION refuse_mark_on_locked_sheet() CASCADE;
DROP TABLE sheet_marks;
DROP TABLE score_sheets;
DROP TABLE assignments;
