-- means: Whoever is invited to a workshop belongs to an organisation that applied in one of its rounds.
-- source: report 18(g); issue 5.8 (an organisation that was merged into another has its applications there)
SELECT 'workshop ' || i.workshop_id || ', organisation ' || o.name AS place
FROM workshop_invitations i JOIN organisations o ON o.id = i.organisation_id
WHERE NOT EXISTS (SELECT 1 FROM organisation_merges g WHERE g.organisation_id = i.organisation_id)
  AND NOT EXISTS (SELECT 1 FROM applications a JOIN workshop_rounds x ON x.round_id = a.round_id
                  WHERE x.workshop_id = i.workshop_id AND a.organisation_id = i.organisation_id AND a.stage <> 'draft')
