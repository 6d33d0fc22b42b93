-- means: Every application that is recommended on has as many submitted score sheets of members without a conflict as its round
--   wants.
-- source: SCORING P8; reliability R16 ("no decision without quorum")
SELECT 'application ' || a.reference AS place
FROM recommended_outcomes o JOIN recommendations c ON c.id = o.recommendation_id AND c.superseded_at IS NULL
JOIN applications a ON a.id = o.application_id AND a.round_id = c.round_id
JOIN round_definitions d ON d.round_id = a.round_id
  AND d.version = (SELECT max(x.version) FROM round_definitions x WHERE x.round_id = a.round_id)
WHERE (SELECT count(*) FROM score_sheets h JOIN assignments s ON s.id = h.assignment_id
       WHERE h.application_id = a.id AND h.stage = 'submitted' AND s.stage = 'cleared')
      < CAST(json(d.document) ->> 'quorum' AS INTEGER)
