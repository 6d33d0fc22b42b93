-- means: An award letter goes to who was given an award, in full or in part, a letter of reserve or rejection to who was not, and a confirmation of a withdrawal to nobody on whom was decided.
-- source: reliability D7; issue 4.8; issue 5.1 (letters drafted before it, with the first templates, knew two kinds)
SELECT 'letter ' || l.reference AS place
FROM letters l JOIN applications a ON a.id = l.application_id JOIN decisions s ON s.round_id = a.round_id
JOIN recommended_outcomes o ON o.recommendation_id = s.recommendation_id AND o.application_id = a.id
WHERE l.stage IN ('approved', 'issued')
  AND (l.kind = 'withdrawn_application'
    OR (l.kind = 'award' AND o.outcome <> 'award' AND NOT (o.outcome = 'partial' AND l.template = 'award-1'))
    OR (l.kind = 'partial_award' AND o.outcome <> 'partial')
    OR (l.kind = 'reserve' AND o.outcome <> 'reserve')
    OR (l.kind = 'rejection' AND o.outcome <> 'reject' AND NOT (o.outcome = 'reserve' AND l.template = 'rejection-1')))
