-- means: Every issued letter is in the trail.
-- source: reliability D6, D7
SELECT 'letter ' || l.reference AS place FROM letters l
WHERE l.stage = 'issued'
  AND NOT EXISTS (SELECT 1 FROM audit_events e WHERE e.kind = 'letter_issued' AND e.application_id = l.application_id
                    AND e.data LIKE '%"letter":"' || l.reference || '"%')
