-- means: Every submission is in the trail.
-- source: reliability D6, R1
SELECT 'application ' || a.reference || ', submission ' || s.number AS place
FROM submissions s JOIN applications a ON a.id = s.application_id
WHERE NOT EXISTS (SELECT 1 FROM audit_events e WHERE e.kind = 'application_submitted' AND e.application_id = a.id
                    AND e.data LIKE '%"submission":' || s.number || ',%')
