-- means: No recommendation stands in a round that has not reached it, or went back to moderation.
-- source: issue 4.8
SELECT 'round ' || r.reference AS place FROM rounds r JOIN recommendations c ON c.round_id = r.id
WHERE c.superseded_at IS NULL AND r.stage IN ('draft', 'published', 'scoring', 'moderation')
