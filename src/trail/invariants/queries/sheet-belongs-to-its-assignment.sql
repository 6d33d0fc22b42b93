-- means: A score sheet is of the member and the application of its assignment.
-- source: SCORING P2, P8
SELECT 'score sheet ' || h.id AS place FROM score_sheets h JOIN assignments s ON s.id = h.assignment_id
WHERE h.application_id <> s.application_id OR h.account_id <> s.account_id
