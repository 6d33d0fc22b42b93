-- means: An organisation that was merged into another has no application of its own any more.
-- source: issue 3 (organisations known once)
SELECT 'application ' || a.reference AS place
FROM applications a JOIN organisation_merges m ON m.organisation_id = a.organisation_id
