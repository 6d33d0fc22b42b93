-- Lists of a round are cut out of an order without going through every row of it.
CREATE INDEX applications_round_id_reference_idx ON applications (round_id, reference);
