-- means: Every workshop that was planned is in the trail, and so is that invitations to it were sent.
-- source: reliability D6; issue 5.8
SELECT 'workshop ' || w.id AS place FROM workshops w
WHERE NOT EXISTS (SELECT 1 FROM audit_events e WHERE e.kind = 'workshop_planned' AND (e.data LIKE '%"workshop":' || w.id || '}' OR e.data LIKE '%"workshop":' || w.id || ',%'))
   OR (EXISTS (SELECT 1 FROM workshop_invitations i WHERE i.workshop_id = w.id)
     AND NOT EXISTS (SELECT 1 FROM audit_events e
                     WHERE e.kind = 'workshop_announced' AND (e.data LIKE '%"workshop":' || w.id || '}' OR e.data LIKE '%"workshop":' || w.id || ',%')))
