-- means: No decision was signed before its recommendation was made.
-- source: issue 4.8
SELECT 'decision ' || s.reference AS place FROM decisions s JOIN recommendations c ON c.id = s.recommendation_id
WHERE s.signed_at < c.made_at
