-- means: In a closed moderation the panel agreed a mark on every criterion.
-- source: SCORING P2, P8
SELECT 'application ' || a.reference || ', criterion ' || (c.value ->> 'code') AS place
FROM moderations m JOIN applications a ON a.id = m.application_id
JOIN round_definitions d ON d.round_id = a.round_id
  AND d.version = (SELECT max(x.version) FROM round_definitions x WHERE x.round_id = a.round_id)
CROSS JOIN {elements}(json(d.document) -> 'criteria') c
WHERE m.stage = 'closed'
  AND NOT EXISTS (SELECT 1 FROM agreed_marks g
                  WHERE g.moderation_id = m.id AND g.criterion = c.value ->> 'code' AND g.mark IS NOT NULL)
