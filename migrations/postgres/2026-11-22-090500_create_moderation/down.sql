DROP TABLE agreed_marks;
DROP TABLE moderations;
