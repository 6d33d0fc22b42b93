-- means: A round that is past its draft says when it was published.
-- source: SCORING P11; issue 2 (publishing)
SELECT 'round ' || r.reference AS place FROM rounds r
WHERE r.stage <> 'draft' AND r.published_at IS NULL
