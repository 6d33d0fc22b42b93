-- means: A closed moderation says who closed it and when.
-- source: issue 4.5 (the moderation meeting)
SELECT 'application ' || a.reference AS place FROM moderations m JOIN applications a ON a.id = m.application_id
WHERE m.stage = 'closed' AND (m.closed_by IS NULL OR m.closed_at IS NULL)
