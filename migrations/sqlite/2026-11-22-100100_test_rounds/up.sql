-- Test rounds: a draft tried out. Test organisations bid in test rounds alone, and real ones in real rounds alone.

ALTER TABLE rounds ADD COLUMN test INTEGER NOT NULL DEFAULT 0 CONSTRAINT rounds_test_check CHECK (test IN (0, 1));
ALTER TABLE organisations ADD COLUMN test INTEGER NOT NULL DEFAULT 0 CONSTRAINT organisations_test_check CHECK (test IN (0, 1));
CREATE TRIGGER applications_test_insert BEFORE INSERT ON applications
WHEN (SELECT test FROM organisations WHERE id = NEW.organisation_id) <> (SELECT test FROM rounds WHERE id = NEW.round_id)
BEGIN SELECT RAISE(ABORT, 'applications_test_check'); END;
CREATE TRIGGER applications_test_update BEFORE UPDATE OF round_id, organisation_id ON applications
WHEN (SELECT test FROM organisations WHERE id = NEW.organisation_id) <> (SELECT test FROM rounds WHERE id = NEW.round_id)
BEGIN SELECT RAISE(ABORT, 'applications_test_check'); END;
CREATE TRIGGER rounds_test_kept BEFORE UPDATE OF test ON rounds WHEN NEW.test <> OLD.test
BEGIN SELECT RAISE(ABORT, 'rounds_test_kept_check'); END;
CREATE TRIGGER organisations_test_kept BEFORE UPDATE OF test ON organisations WHEN NEW.test <> OLD.test
BEGIN SELECT RAISE(ABORT, 'organisations_test_kept_check'); END;
