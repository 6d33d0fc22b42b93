-- means: When a round is closed, every submitted application of it has its outcome and its feedback, and every one that was withdrawn after it was submitted the confirmation of that, each sent, posted, handed over, told another way or replaced.
-- source: reliability D7; issue 5.6 (withdrawals are confirmed by letter since the templates' third version)
SELECT 'application ' || a.reference AS place FROM round_closings c JOIN applications a ON a.round_id = c.round_id
WHERE (a.stage = 'submitted' OR (a.stage = 'withdrawn' AND a.submitted_at IS NOT NULL AND EXISTS (
         SELECT 1 FROM letters n JOIN applications b ON b.id = n.application_id
         WHERE b.round_id = a.round_id AND n.template NOT LIKE '%-1' AND n.template NOT LIKE '%-2')))
  AND CASE a.stage WHEN 'submitted' THEN 2 ELSE 1 END > (SELECT COUNT(*) FROM letters l
           WHERE l.application_id = a.id AND l.stage = 'issued' AND l.kind IN ('award', 'partial_award', 'reserve', 'rejection', 'feedback', 'withdrawn_application')
             AND (l.delivery = 'sent' OR EXISTS (SELECT 1 FROM letter_posts p WHERE p.letter_id = l.id)
                  OR EXISTS (SELECT 1 FROM mail_remarks m JOIN outbox o ON o.id = m.outbox_id
                             WHERE m.kind = 'reached' AND o.letter_id IS NOT NULL AND o.application_id = a.id)
                  OR EXISTS (SELECT 1 FROM letter_corrections k WHERE k.letter_id = l.id AND k.stage = 'issued')))
