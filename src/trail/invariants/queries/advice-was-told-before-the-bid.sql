-- means: Advice that an officer judged was told to the same organisation, in a letter that was issued before the application was submitted.
-- source: issue 5.8
SELECT 'application ' || a.reference || ', advice ' || j.reference || ' ' || j.item AS place
FROM advice_judgements j JOIN applications a ON a.id = j.application_id
JOIN letters l ON l.id = j.letter_id JOIN applications b ON b.id = l.application_id
WHERE l.kind <> 'feedback' OR l.stage <> 'issued' OR b.id = a.id OR b.organisation_id <> a.organisation_id
   OR l.issued_at >= a.submitted_at
