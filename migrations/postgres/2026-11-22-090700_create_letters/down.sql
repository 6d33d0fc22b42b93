DROP FUNCTION refuse_change_of_issued_letter() CASCADE;
DROP TABLE letter_batches;
DROP TABLE letters;
