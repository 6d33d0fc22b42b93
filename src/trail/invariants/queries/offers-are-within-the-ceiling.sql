-- means: The offers of a round together are not above its pot and over-commitment.
-- source: SCORING P7
SELECT 'round ' || r.reference AS place
FROM recommendations c JOIN rounds r ON r.id = c.round_id
JOIN round_definitions d ON d.round_id = c.round_id
  AND d.version = (SELECT max(x.version) FROM round_definitions x WHERE x.round_id = c.round_id)
WHERE c.superseded_at IS NULL
  AND (SELECT coalesce(sum(o.offer_pence), 0) FROM recommended_outcomes o WHERE o.recommendation_id = c.id) * 10000
      > CAST(json(d.document) -> 'money' ->> 'pot_pence' AS BIGINT)
        * (10000 + round(CAST(json(d.document) ->> 'overcommit' AS NUMERIC) * 10000))
