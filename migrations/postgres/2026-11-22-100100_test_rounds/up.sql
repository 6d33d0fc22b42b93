-- Test rounds: a draft tried out. Test organisations bid in test rounds alone, and real ones in real rounds alone.

ALTER TABLE rounds ADD COLUMN test integer NOT NULL DEFAULT 0 CONSTRAINT rounds_test_check CHECK (test IN (0, 1));
ALTER TABLE organisations ADD COLUMN test integer NOT NULL DEFAULT 0 CONSTRAINT organisations_test_check CHECK (test IN (0, 1));
CREATE FUNCTION refuse_mixing_of_tests() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT test FROM organisations WHERE id = NEW.organisation_id) <> (SELECT test FROM rounds WHERE id = NEW.round_id) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'applications_test_check',
            MESSAGE = 'test organisations bid in test rounds alone, and real ones in real rounds alone';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER applications_test BEFORE INSERT OR UPDATE OF round_id, organisation_id ON applications
    FOR EACH ROW EXECUTE FUNCTION refuse_mixing_of_tests();
CREATE FUNCTION refuse_change_of_test() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.test <> OLD.test THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_test_kept_check',
            MESSAGE = 'what is a test stays one, and what is real stays real';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER rounds_test_kept BEFORE UPDATE OF test ON rounds
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_test();
CREATE TRIGGER organisations_test_kept BEFORE UPDATE OF test ON organisations
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_test();
