-- means: A score sheet that counts was submitted after its member had declared no conflict.
-- source: issue 4.2 (declaration before its content)
SELECT 'score sheet ' || h.id AS place FROM score_sheets h JOIN assignments s ON s.id = h.assignment_id
WHERE h.stage = 'submitted' AND s.stage = 'cleared' AND h.submitted_at IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM audit_events e WHERE e.kind = 'no_conflict_declared'
                    AND e.application_id = s.application_id AND e.account_id = s.account_id AND e.at <= h.submitted_at)
