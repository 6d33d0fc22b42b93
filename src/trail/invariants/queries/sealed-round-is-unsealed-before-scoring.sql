-- means: A sealed round is unsealed, on record, before anybody scores its bids.
-- source: reliability D3; issue 3 (sealed bids)
SELECT 'round ' || r.reference AS place FROM rounds r
WHERE r.sealed = 1 AND r.unsealed_at IS NULL AND r.stage NOT IN ('draft', 'published')
