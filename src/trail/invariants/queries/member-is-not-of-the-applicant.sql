-- means: No panel member stands assigned to an application of an organisation that they belong to.
-- source: issue 4.2 (conflicts of interest)
SELECT 'application ' || a.reference || ', account ' || s.account_id AS place
FROM assignments s JOIN applications a ON a.id = s.application_id
JOIN memberships m ON m.organisation_id = a.organisation_id AND m.account_id = s.account_id
WHERE s.stage IN ('assigned', 'cleared')
