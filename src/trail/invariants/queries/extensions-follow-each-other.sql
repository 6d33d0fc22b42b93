-- means: Each extension begins at the closing time that the one before it set.
-- source: reliability D3; issue 3 (extensions)
SELECT 'round ' || r.reference || ', extension ' || e.id AS place
FROM round_extensions e JOIN rounds r ON r.id = e.round_id
JOIN round_extensions p ON p.round_id = e.round_id
  AND p.id = (SELECT max(x.id) FROM round_extensions x WHERE x.round_id = e.round_id AND x.id < e.id)
WHERE e.old_closes_at <> p.new_closes_at
