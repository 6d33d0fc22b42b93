-- A letter that raises a grant is a decision about money: who approves it is a decision maker without another duty in the round,
-- without a conflict of interest, and within their limit.
CREATE FUNCTION refuse_unfit_raise() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.stage <> 'issued' OR NEW.kind <> 'variation' OR ((NEW.data::json #>> '{total,pence}')::bigint > (SELECT o.offer_pence FROM decisions s JOIN recommended_outcomes o ON o.recommendation_id = s.recommendation_id
        WHERE o.application_id = NEW.application_id)) IS NOT TRUE THEN
        RETURN NEW;
    END IF;
    IF EXISTS (SELECT 1 FROM duties d WHERE d.round_id = (SELECT b.round_id FROM applications b WHERE b.id = NEW.application_id) AND d.account_id = NEW.approved_by AND d.duty <> 'signatory')
  OR NOT EXISTS (SELECT 1 FROM account_roles r WHERE r.account_id = NEW.approved_by AND r.role = 'decision_maker') THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'single_letters_separate_duties_check',
            MESSAGE = 'a grant is raised by a decision maker without another duty in the round';
    END IF;
    IF EXISTS (SELECT 1 FROM declared_interests i WHERE i.round_id = (SELECT b.round_id FROM applications b WHERE b.id = NEW.application_id) AND i.account_id = NEW.approved_by AND i.kind = 'conflict')
  OR EXISTS (SELECT 1 FROM conflicts c JOIN applications a ON a.id = c.application_id
             WHERE a.round_id = (SELECT b.round_id FROM applications b WHERE b.id = NEW.application_id) AND c.account_id = NEW.approved_by AND (c.declared = 'conflict' OR c.ruling = 'pinned')) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'single_letters_conflict_check',
            MESSAGE = 'a conflict of interest stops the approval';
    END IF;
    IF (SELECT l.limit_pence FROM signing_limits l WHERE l.account_id = NEW.approved_by ORDER BY l.id DESC LIMIT 1) < (NEW.data::json #>> '{total,pence}')::bigint THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'single_letters_limit_check',
            MESSAGE = 'the grant is above what this person may sign';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER single_letters_raise BEFORE INSERT OR UPDATE OF stage, approved_by, data, application_id, kind ON single_letters
    FOR EACH ROW EXECUTE FUNCTION refuse_unfit_raise();
