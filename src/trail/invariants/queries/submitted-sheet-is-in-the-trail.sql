-- means: Every submitted score sheet is in the trail.
-- source: reliability D6; SCORING P12
SELECT 'score sheet ' || h.id AS place FROM score_sheets h
WHERE h.stage = 'submitted'
  AND NOT EXISTS (SELECT 1 FROM audit_events e WHERE e.kind = 'sheet_submitted' AND e.application_id = h.application_id
                    AND e.data LIKE '%"sheet":' || h.id || ',%')
