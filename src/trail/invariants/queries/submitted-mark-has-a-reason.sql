-- means: Every mark of a submitted score sheet has a reason.
-- source: SCORING P2; issue 4.3
SELECT 'score sheet ' || h.id || ', criterion ' || m.criterion AS place
FROM sheet_marks m JOIN score_sheets h ON h.id = m.sheet_id
WHERE h.stage = 'submitted' AND trim(m.reason) = ''
