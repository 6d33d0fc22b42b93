-- means: An extension moves the closing time to a later one, never to an earlier one.
-- source: reliability D3
SELECT 'round ' || r.reference || ', extension ' || e.id AS place
FROM round_extensions e JOIN rounds r ON r.id = e.round_id
WHERE e.new_closes_at <= e.old_closes_at
