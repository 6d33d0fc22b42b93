-- means: A submitted score sheet has a mark on every criterion of its round.
-- source: SCORING P8
SELECT 'score sheet ' || h.id || ', criterion ' || (c.value ->> 'code') AS place
FROM score_sheets h JOIN applications a ON a.id = h.application_id
JOIN round_definitions d ON d.round_id = a.round_id
  AND d.version = (SELECT max(x.version) FROM round_definitions x WHERE x.round_id = a.round_id)
CROSS JOIN {elements}(json(d.document) -> 'criteria') c
WHERE h.stage = 'submitted'
  AND NOT EXISTS (SELECT 1 FROM sheet_marks m
                  WHERE m.sheet_id = h.id AND m.criterion = c.value ->> 'code' AND m.mark IS NOT NULL)
