DROP FUNCTION refuse_change_of_frozen_definition() CASCADE;
DROP TABLE round_definitions;
DROP TABLE rounds;
DROP TABLE funds;
