-- The stream of a bid, such as small grants, in a round that has streams.

ALTER TABLE applications ADD COLUMN stream text;
