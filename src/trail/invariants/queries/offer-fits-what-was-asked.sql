-- means: An award offers the whole ask, a part award less than the ask, and anything else nothing.
-- source: SCORING P7, "Offline ranking"
SELECT 'application ' || a.reference AS place
FROM recommended_outcomes o JOIN recommendations c ON c.id = o.recommendation_id AND c.superseded_at IS NULL
JOIN applications a ON a.id = o.application_id
WHERE (o.outcome = 'award' AND o.offer_pence <> a.ask_pence)
   OR (o.outcome = 'partial' AND (o.offer_pence <= 0 OR o.offer_pence >= a.ask_pence))
   OR (o.outcome IN ('reserve', 'reject') AND o.offer_pence <> 0)
