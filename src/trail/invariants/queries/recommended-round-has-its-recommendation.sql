-- means: A round that waits for its decision, or is decided, has a recommendation that stands.
-- source: issue 4.8
SELECT 'round ' || r.reference AS place FROM rounds r
WHERE r.stage IN ('recommended', 'decided', 'issued')
  AND NOT EXISTS (SELECT 1 FROM recommendations c WHERE c.round_id = r.id AND c.superseded_at IS NULL)
