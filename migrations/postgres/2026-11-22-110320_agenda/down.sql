DROP FUNCTION renew_agenda() CASCADE;
DROP FUNCTION fill_agenda() CASCADE;
DROP TABLE agenda_entries;
