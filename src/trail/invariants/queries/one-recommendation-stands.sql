-- means: At most one recommendation of a round stands; the others were taken back.
-- source: SCORING P12; issue 4.8
SELECT 'round ' || r.reference AS place FROM recommendations c JOIN rounds r ON r.id = c.round_id
WHERE c.superseded_at IS NULL GROUP BY r.reference HAVING count(*) > 1
