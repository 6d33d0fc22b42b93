-- means: A withdrawn application says when, by whom and why.
-- source: issue 3 (withdrawing)
SELECT 'application ' || a.reference AS place FROM applications a
WHERE a.stage = 'withdrawn'
  AND (a.withdrawn_at IS NULL OR a.withdrawn_by IS NULL OR coalesce(trim(a.withdrawn_reason), '') = '')
