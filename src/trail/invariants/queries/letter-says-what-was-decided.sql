-- means: An award letter goes to who was given an award, and a letter that declines to who was not.
-- source: reliability D7; issue 4.8
SELECT 'letter ' || l.reference AS place
FROM letters l JOIN applications a ON a.id = l.application_id JOIN decisions s ON s.round_id = a.round_id
JOIN recommended_outcomes o ON o.recommendation_id = s.recommendation_id AND o.application_id = a.id
WHERE l.stage IN ('approved', 'issued')
  AND ((l.kind = 'award' AND o.outcome NOT IN ('award', 'partial'))
    OR (l.kind = 'rejection' AND o.outcome NOT IN ('reserve', 'reject')))
