DROP TABLE single_letters;
