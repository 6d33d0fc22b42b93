-- means: Every approved wording says who approved it and when, and that was not its author.
-- source: report 18(d); issue 5.2
SELECT 'wording ' || w.kind || ' ' || w.version AS place FROM letter_wordings w
WHERE (w.stage = 'approved' AND (w.approved_by IS NULL OR w.approved_at IS NULL OR w.approved_by = w.author_id))
   OR (w.stage <> 'approved' AND w.approved_by IS NOT NULL)
