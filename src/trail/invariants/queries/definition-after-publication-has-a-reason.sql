-- means: A definition that was made after its round was published says why.
-- source: SCORING P11
SELECT 'round ' || r.reference || ', definition ' || d.version AS place
FROM round_definitions d JOIN rounds r ON r.id = d.round_id
WHERE d.created_at > r.published_at AND trim(d.reason) = ''
