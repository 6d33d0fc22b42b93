-- means: No mark of a score sheet was saved after the sheet was submitted.
-- source: SCORING P2 ("kept for ever")
SELECT 'score sheet ' || h.id || ', criterion ' || m.criterion AS place
FROM sheet_marks m JOIN score_sheets h ON h.id = m.sheet_id
WHERE h.stage = 'submitted' AND m.saved_at > h.submitted_at
