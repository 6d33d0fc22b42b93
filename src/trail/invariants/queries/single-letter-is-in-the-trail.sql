-- means: Every letter about a grant that was issued is in the trail.
-- source: reliability D6, D7
SELECT 'letter ' || s.reference AS place FROM single_letters s
WHERE s.stage = 'issued'
  AND NOT EXISTS (SELECT 1 FROM audit_events e WHERE e.kind = 'single_letter_issued' AND e.application_id = s.application_id
                  AND e.data LIKE '%"letter":"' || s.reference || '"%')
