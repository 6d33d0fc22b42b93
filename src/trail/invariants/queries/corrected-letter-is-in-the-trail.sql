-- means: Every corrected letter that was issued is in the trail, with the letter that it replaces.
-- source: reliability D6, D7
SELECT 'letter ' || k.reference AS place FROM letter_corrections k
WHERE k.stage = 'issued'
  AND NOT EXISTS (SELECT 1 FROM audit_events e WHERE e.kind = 'letter_replaced' AND e.data LIKE '%"letter":"' || k.reference || '"%')
