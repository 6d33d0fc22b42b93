-- Pages are cut out of an order without going through every row of it. A member's own order of bids is `scoring::rules::own_order`, told
-- here in SQL once more: the store's words must stay the same, or the index serves nobody.
CREATE INDEX assignments_own_order_idx ON assignments (
    account_id,
    ((((CAST(application_id AS BIGINT) + CAST(account_id AS BIGINT) * 1299709) % 2097143) * ((CAST(application_id AS BIGINT) + CAST(account_id AS BIGINT) * 1299709) % 2097143) % 2097143) * ((CAST(application_id AS BIGINT) + CAST(account_id AS BIGINT) * 1299709) % 2097143) % 2097143),
    application_id
);
CREATE INDEX applications_round_id_reference_idx ON applications (round_id, reference);
