-- means: A member who may read and score an application declared before that there is no conflict.
-- source: issue 4.2 (declaration before its content)
SELECT 'application ' || a.reference || ', account ' || s.account_id AS place
FROM assignments s JOIN applications a ON a.id = s.application_id
WHERE s.stage = 'cleared' AND s.declared_at IS NULL
