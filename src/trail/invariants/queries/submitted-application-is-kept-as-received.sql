-- means: Of every submitted application what was received is kept.
-- source: reliability D2, D4; issue 3 (proof of receipt)
SELECT 'application ' || a.reference AS place FROM applications a
WHERE a.stage = 'submitted' AND NOT EXISTS (SELECT 1 FROM submissions s WHERE s.application_id = a.id)
