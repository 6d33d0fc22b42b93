-- means: Test organisations bid in test rounds alone, and real organisations in real rounds alone.
-- source: issue 2 (test rounds)
SELECT 'application ' || a.reference AS place
FROM applications a JOIN rounds r ON r.id = a.round_id JOIN organisations o ON o.id = a.organisation_id
WHERE r.test <> o.test
