-- means: Every closed moderation is in the trail.
-- source: reliability D6; SCORING P12
SELECT 'application ' || a.reference AS place FROM moderations m JOIN applications a ON a.id = m.application_id
WHERE m.stage = 'closed'
  AND NOT EXISTS (SELECT 1 FROM audit_events e WHERE e.kind = 'moderation_closed' AND e.application_id = a.id)
