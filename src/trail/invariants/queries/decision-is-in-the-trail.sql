-- means: Every signed decision is in the trail.
-- source: reliability D6; SCORING P12
SELECT 'decision ' || s.reference AS place FROM decisions s
WHERE NOT EXISTS (SELECT 1 FROM audit_events e WHERE e.kind = 'decision_signed' AND e.round_id = s.round_id)
