-- means: What was signed is the recommendation of that round which stands.
-- source: SCORING P12; issue 4.8
SELECT 'decision ' || s.reference AS place FROM decisions s JOIN recommendations c ON c.id = s.recommendation_id
WHERE c.round_id <> s.round_id OR c.superseded_at IS NOT NULL
