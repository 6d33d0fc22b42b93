-- means: Every workshop rests on at least one decided round, and its first version is kept.
-- source: report 18(g); issue 5.8
SELECT 'workshop ' || w.id AS place FROM workshops w
WHERE NOT EXISTS (SELECT 1 FROM workshop_versions v WHERE v.workshop_id = w.id AND v.version = 1)
   OR NOT EXISTS (SELECT 1 FROM workshop_rounds x WHERE x.workshop_id = w.id)
   OR EXISTS (SELECT 1 FROM workshop_rounds x WHERE x.workshop_id = w.id
              AND NOT EXISTS (SELECT 1 FROM decisions s WHERE s.round_id = x.round_id))
