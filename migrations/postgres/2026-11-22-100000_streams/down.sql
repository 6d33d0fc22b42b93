ALTER TABLE applications DROP COLUMN stream;
