-- means: A submitted score sheet says when it was submitted.
-- source: SCORING P2
SELECT 'score sheet ' || h.id AS place FROM score_sheets h WHERE h.stage = 'submitted' AND h.submitted_at IS NULL
