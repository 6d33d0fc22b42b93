-- means: The submissions of an application are numbered 1, 2, 3: none is missing.
-- source: reliability D4
SELECT 'application ' || a.reference || ', submission ' || s.number AS place
FROM submissions s JOIN applications a ON a.id = s.application_id
WHERE s.number <> (SELECT count(*) FROM submissions x WHERE x.application_id = s.application_id AND x.number <= s.number)
