DROP TABLE meeting_recusals;
DROP TABLE meeting_items;
DROP TABLE meeting_people;
DROP TABLE meetings;
