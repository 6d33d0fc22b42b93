-- means: Every submitted application asks for an amount above nought.
-- source: SCORING P7
SELECT 'application ' || a.reference AS place FROM applications a
WHERE a.stage = 'submitted' AND coalesce(a.ask_pence, 0) <= 0
