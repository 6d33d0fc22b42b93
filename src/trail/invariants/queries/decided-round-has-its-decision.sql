-- means: A decided round has its signed decision.
-- source: issue 4.8
SELECT 'round ' || r.reference AS place FROM rounds r
WHERE r.stage IN ('decided', 'issued') AND NOT EXISTS (SELECT 1 FROM decisions s WHERE s.round_id = r.id)
