-- means: A round that was extended closes when its last extension says.
-- source: reliability D3; issue 3 (extensions)
SELECT 'round ' || r.reference AS place FROM rounds r
WHERE r.test = 0 AND r.closes_at <> (SELECT max(e.new_closes_at) FROM round_extensions e WHERE e.round_id = r.id)
