-- means: When a round is over, every submitted application of it has an issued letter with its outcome, and every one that was withdrawn after it was submitted a letter that confirms it.
-- source: reliability D7; issue 5.6 (withdrawals are confirmed by letter since the templates' third version)
SELECT 'application ' || a.reference AS place FROM applications a JOIN rounds r ON r.id = a.round_id
WHERE r.stage = 'issued'
  AND (a.stage = 'submitted' OR (a.stage = 'withdrawn' AND a.submitted_at IS NOT NULL AND EXISTS (
       SELECT 1 FROM letters n JOIN applications b ON b.id = n.application_id
       WHERE b.round_id = a.round_id AND n.template NOT LIKE '%-1' AND n.template NOT LIKE '%-2')))
  AND NOT EXISTS (SELECT 1 FROM letters l
                  WHERE l.application_id = a.id AND l.stage = 'issued' AND ((a.stage = 'submitted' AND l.kind IN ('award', 'partial_award', 'reserve', 'rejection'))
                         OR (a.stage = 'withdrawn' AND l.kind = 'withdrawn_application')))
