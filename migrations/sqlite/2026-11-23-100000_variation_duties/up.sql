-- A letter that raises a grant is a decision about money: who approves it is a decision maker without another duty in the round,
-- without a conflict of interest, and within their limit.
CREATE TRIGGER single_letters_separate_duties BEFORE INSERT ON single_letters
WHEN NEW.stage = 'issued' AND NEW.kind = 'variation'
  AND json_extract(NEW.data, '$.total.pence') > (SELECT o.offer_pence FROM decisions s JOIN recommended_outcomes o ON o.recommendation_id = s.recommendation_id
        WHERE o.application_id = NEW.application_id)
  AND (EXISTS (SELECT 1 FROM duties d WHERE d.round_id = (SELECT b.round_id FROM applications b WHERE b.id = NEW.application_id) AND d.account_id = NEW.approved_by AND d.duty <> 'signatory')
  OR NOT EXISTS (SELECT 1 FROM account_roles r WHERE r.account_id = NEW.approved_by AND r.role = 'decision_maker'))
BEGIN SELECT RAISE(ABORT, 'single_letters_separate_duties_check'); END;
CREATE TRIGGER single_letters_conflict BEFORE INSERT ON single_letters
WHEN NEW.stage = 'issued' AND NEW.kind = 'variation'
  AND json_extract(NEW.data, '$.total.pence') > (SELECT o.offer_pence FROM decisions s JOIN recommended_outcomes o ON o.recommendation_id = s.recommendation_id
        WHERE o.application_id = NEW.application_id)
  AND (EXISTS (SELECT 1 FROM declared_interests i WHERE i.round_id = (SELECT b.round_id FROM applications b WHERE b.id = NEW.application_id) AND i.account_id = NEW.approved_by AND i.kind = 'conflict')
  OR EXISTS (SELECT 1 FROM conflicts c JOIN applications a ON a.id = c.application_id
             WHERE a.round_id = (SELECT b.round_id FROM applications b WHERE b.id = NEW.application_id) AND c.account_id = NEW.approved_by AND (c.declared = 'conflict' OR c.ruling = 'pinned')))
BEGIN SELECT RAISE(ABORT, 'single_letters_conflict_check'); END;
CREATE TRIGGER single_letters_limit BEFORE INSERT ON single_letters
WHEN NEW.stage = 'issued' AND NEW.kind = 'variation'
  AND json_extract(NEW.data, '$.total.pence') > (SELECT o.offer_pence FROM decisions s JOIN recommended_outcomes o ON o.recommendation_id = s.recommendation_id
        WHERE o.application_id = NEW.application_id)
  AND ((SELECT l.limit_pence FROM signing_limits l WHERE l.account_id = NEW.approved_by ORDER BY l.id DESC LIMIT 1) < json_extract(NEW.data, '$.total.pence'))
BEGIN SELECT RAISE(ABORT, 'single_letters_limit_check'); END;
CREATE TRIGGER single_letters_separate_duties_moved BEFORE UPDATE OF stage, approved_by, data, application_id, kind ON single_letters
WHEN NEW.stage = 'issued' AND NEW.kind = 'variation'
  AND json_extract(NEW.data, '$.total.pence') > (SELECT o.offer_pence FROM decisions s JOIN recommended_outcomes o ON o.recommendation_id = s.recommendation_id
        WHERE o.application_id = NEW.application_id)
  AND (EXISTS (SELECT 1 FROM duties d WHERE d.round_id = (SELECT b.round_id FROM applications b WHERE b.id = NEW.application_id) AND d.account_id = NEW.approved_by AND d.duty <> 'signatory')
  OR NOT EXISTS (SELECT 1 FROM account_roles r WHERE r.account_id = NEW.approved_by AND r.role = 'decision_maker'))
BEGIN SELECT RAISE(ABORT, 'single_letters_separate_duties_check'); END;
CREATE TRIGGER single_letters_conflict_moved BEFORE UPDATE OF stage, approved_by, data, application_id, kind ON single_letters
WHEN NEW.stage = 'issued' AND NEW.kind = 'variation'
  AND json_extract(NEW.data, '$.total.pence') > (SELECT o.offer_pence FROM decisions s JOIN recommended_outcomes o ON o.recommendation_id = s.recommendation_id
        WHERE o.application_id = NEW.application_id)
  AND (EXISTS (SELECT 1 FROM declared_interests i WHERE i.round_id = (SELECT b.round_id FROM applications b WHERE b.id = NEW.application_id) AND i.account_id = NEW.approved_by AND i.kind = 'conflict')
  OR EXISTS (SELECT 1 FROM conflicts c JOIN applications a ON a.id = c.application_id
             WHERE a.round_id = (SELECT b.round_id FROM applications b WHERE b.id = NEW.application_id) AND c.account_id = NEW.approved_by AND (c.declared = 'conflict' OR c.ruling = 'pinned')))
BEGIN SELECT RAISE(ABORT, 'single_letters_conflict_check'); END;
CREATE TRIGGER single_letters_limit_moved BEFORE UPDATE OF stage, approved_by, data, application_id, kind ON single_letters
WHEN NEW.stage = 'issued' AND NEW.kind = 'variation'
  AND json_extract(NEW.data, '$.total.pence') > (SELECT o.offer_pence FROM decisions s JOIN recommended_outcomes o ON o.recommendation_id = s.recommendation_id
        WHERE o.application_id = NEW.application_id)
  AND ((SELECT l.limit_pence FROM signing_limits l WHERE l.account_id = NEW.approved_by ORDER BY l.id DESC LIMIT 1) < json_extract(NEW.data, '$.total.pence'))
BEGIN SELECT RAISE(ABORT, 'single_letters_limit_check'); END;
