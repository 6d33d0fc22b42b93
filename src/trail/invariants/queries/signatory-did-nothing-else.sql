-- means: Who signed a decision did not score, moderate, settle a tie or recommend in that round.
-- source: reliability S22; issue 4.8 (separated duties)
SELECT 'decision ' || s.reference AS place FROM decisions s
WHERE EXISTS (SELECT 1 FROM recommendations c WHERE c.round_id = s.round_id AND c.made_by = s.signed_by)
   OR EXISTS (SELECT 1 FROM tie_choices t WHERE t.round_id = s.round_id AND t.recorded_by = s.signed_by)
   OR EXISTS (SELECT 1 FROM score_sheets h JOIN applications a ON a.id = h.application_id
              WHERE a.round_id = s.round_id AND h.account_id = s.signed_by)
   OR EXISTS (SELECT 1 FROM moderations m JOIN applications a ON a.id = m.application_id
              WHERE a.round_id = s.round_id AND (m.opened_by = s.signed_by OR m.closed_by = s.signed_by))
   OR EXISTS (SELECT 1 FROM agreed_marks g JOIN moderations m ON m.id = g.moderation_id
              JOIN applications a ON a.id = m.application_id
              WHERE a.round_id = s.round_id AND g.saved_by = s.signed_by)
