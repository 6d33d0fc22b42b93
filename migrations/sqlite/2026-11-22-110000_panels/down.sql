DROP TABLE assignment_removals;
DROP TABLE panel_members;
