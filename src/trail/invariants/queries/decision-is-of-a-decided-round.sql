-- means: A signed decision belongs to a round that stands decided.
-- source: issue 4.8
SELECT 'round ' || r.reference AS place FROM decisions s JOIN rounds r ON r.id = s.round_id
WHERE r.stage NOT IN ('decided', 'issued')
