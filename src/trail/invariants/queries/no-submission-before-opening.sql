-- means: Nothing was submitted before its round opened.
-- source: reliability D3
SELECT 'application ' || a.reference || ', submission ' || s.number AS place
FROM submissions s JOIN applications a ON a.id = s.application_id JOIN rounds r ON r.id = a.round_id
WHERE s.submitted_at < r.opens_at
