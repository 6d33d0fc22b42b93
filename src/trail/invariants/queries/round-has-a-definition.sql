-- means: Every round has a definition: its criteria, weights and rules.
-- source: SCORING P11
SELECT 'round ' || r.reference AS place FROM rounds r
WHERE NOT EXISTS (SELECT 1 FROM round_definitions d WHERE d.round_id = r.id)
