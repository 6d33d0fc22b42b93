-- means: A record about an application is a record of that application's round.
-- source: reliability D6
SELECT 'record ' || e.seq AS place FROM audit_events e JOIN applications a ON a.id = e.application_id
WHERE e.round_id IS NOT NULL AND e.round_id <> a.round_id
