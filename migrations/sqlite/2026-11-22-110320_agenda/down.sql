DROP TRIGGER assignments_agenda;
DROP TRIGGER rounds_agenda;
DROP TABLE agenda_entries;
