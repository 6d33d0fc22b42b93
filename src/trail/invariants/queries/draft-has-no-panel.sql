-- means: No panel member stands assigned to an application that was not submitted.
-- source: issue 4.1 (assignment)
SELECT 'application ' || a.reference || ', account ' || s.account_id AS place
FROM assignments s JOIN applications a ON a.id = s.application_id
WHERE a.stage = 'draft' AND s.stage IN ('assigned', 'cleared')
