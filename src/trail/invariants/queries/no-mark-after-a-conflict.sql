-- means: No member gave a mark after declaring a conflict of interest in the application.
-- source: reliability R16 ("no score by a conflicted member"); SCORING P8
SELECT 'application ' || a.reference || ', account ' || s.account_id || ', criterion ' || m.criterion AS place
FROM assignments s JOIN applications a ON a.id = s.application_id
JOIN score_sheets h ON h.assignment_id = s.id JOIN sheet_marks m ON m.sheet_id = h.id
WHERE s.stage = 'conflicted' AND m.saved_at > s.declared_at
