-- means: Nobody stands assigned to an application in which a conflict of interest of theirs stands.
-- source: issue 4.2 (the conflicted person loses that bid)
SELECT 'application ' || a.reference || ', account ' || s.account_id AS place
FROM assignments s JOIN applications a ON a.id = s.application_id
JOIN conflicts k ON k.application_id = s.application_id AND k.account_id = s.account_id
WHERE s.stage IN ('assigned', 'cleared') AND (k.declared = 'conflict' OR k.ruling = 'pinned')
