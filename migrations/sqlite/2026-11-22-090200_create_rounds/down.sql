DROP TABLE round_definitions;
DROP TABLE rounds;
DROP TABLE funds;
