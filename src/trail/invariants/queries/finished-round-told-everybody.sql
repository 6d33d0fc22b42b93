-- means: When a round is over, every submitted application of it has an issued letter with its outcome.
-- source: reliability D7
SELECT 'application ' || a.reference AS place FROM applications a JOIN rounds r ON r.id = a.round_id
WHERE r.stage = 'issued' AND a.stage = 'submitted'
  AND NOT EXISTS (SELECT 1 FROM letters l
                  WHERE l.application_id = a.id AND l.stage = 'issued' AND l.kind IN ('award', 'partial_award', 'reserve', 'rejection'))
