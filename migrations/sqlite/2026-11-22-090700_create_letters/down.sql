DROP TABLE letter_batches;
DROP TABLE letters;
