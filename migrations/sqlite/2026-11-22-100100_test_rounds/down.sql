DROP TRIGGER organisations_test_kept;
DROP TRIGGER rounds_test_kept;
DROP TRIGGER applications_test_update;
DROP TRIGGER applications_test_insert;
ALTER TABLE organisations DROP COLUMN test;
ALTER TABLE rounds DROP COLUMN test;
