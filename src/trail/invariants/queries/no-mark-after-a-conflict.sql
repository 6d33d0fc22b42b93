-- means: No member gave a mark after the conflict of interest that closed the application to them was declared or recorded.
-- source: reliability R16 ("no score by a conflicted member"); SCORING P8
SELECT 'application ' || a.reference || ', account ' || s.account_id || ', criterion ' || m.criterion AS place
FROM assignments s JOIN applications a ON a.id = s.application_id
JOIN score_sheets h ON h.assignment_id = s.id JOIN sheet_marks m ON m.sheet_id = h.id
WHERE s.stage = 'conflicted' AND m.saved_at > (
    SELECT max(e.at) FROM audit_events e WHERE e.application_id = s.application_id
      AND ((e.kind = 'conflict_declared' AND e.account_id = s.account_id)
        OR (e.kind IN ('conflict_pinned', 'member_unassigned')
            AND (e.data LIKE '%"account":' || s.account_id || ',%' OR e.data LIKE '%"account":' || s.account_id || '}%'))))
