DROP FUNCTION refuse_change_of_test() CASCADE;
DROP FUNCTION refuse_mixing_of_tests() CASCADE;
ALTER TABLE organisations DROP COLUMN test;
ALTER TABLE rounds DROP COLUMN test;
