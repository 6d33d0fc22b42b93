DROP FUNCTION refuse_change_of_removal() CASCADE;
DROP TABLE assignment_removals;
DROP TABLE panel_members;
