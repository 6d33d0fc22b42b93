-- means: No application is moderated before the scoring of its round is over.
-- source: issue 4.4 (independence)
SELECT 'application ' || a.reference AS place
FROM moderations m JOIN applications a ON a.id = m.application_id JOIN rounds r ON r.id = a.round_id
WHERE r.stage IN ('draft', 'published', 'scoring')
