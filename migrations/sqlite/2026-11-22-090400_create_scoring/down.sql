DROP TABLE sheet_marks;
DROP TABLE score_sheets;
DROP TABLE assignments;
