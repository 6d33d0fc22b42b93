-- means: A submitted application was submitted when its newest kept submission says.
-- source: reliability D2; issue 3 (proof of receipt)
SELECT 'application ' || a.reference AS place FROM applications a
JOIN submissions s ON s.application_id = a.id
  AND s.number = (SELECT max(x.number) FROM submissions x WHERE x.application_id = a.id)
WHERE a.stage = 'submitted' AND s.submitted_at <> a.submitted_at
