DROP FUNCTION refuse_change_of_letter_record() CASCADE;
DROP TABLE round_closings;
DROP TABLE letter_posts;
DROP TABLE letter_corrections;
DROP TABLE letter_schedules;
ALTER TABLE letter_batches DROP COLUMN dated;
ALTER TABLE letter_batches DROP COLUMN outcome;
ALTER TABLE letter_batches DROP COLUMN leased_until;
ALTER TABLE letter_batches DROP COLUMN holder;
