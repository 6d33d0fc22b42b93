-- What an officer found of last time's advice, version by version; and workshops: their agenda in versions, and whom they were
-- announced to. Every row is a fact with its author and its time, so none is changed or deleted.

CREATE TABLE advice_judgements (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    application_id INTEGER NOT NULL,
    letter_id INTEGER NOT NULL,
    reference TEXT NOT NULL,
    item INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    reason TEXT NOT NULL,
    version INTEGER NOT NULL,
    judged_at TEXT NOT NULL,
    judged_by INTEGER NOT NULL,
    CONSTRAINT advice_judgements_application_id_fkey FOREIGN KEY (application_id) REFERENCES applications (id),
    CONSTRAINT advice_judgements_letter_id_fkey FOREIGN KEY (letter_id) REFERENCES letters (id),
    CONSTRAINT advice_judgements_judged_by_fkey FOREIGN KEY (judged_by) REFERENCES accounts (id),
    CONSTRAINT advice_judgements_verdict_check CHECK (verdict IN ('acted', 'partly', 'not', 'cannot_tell')),
    CONSTRAINT advice_judgements_item_check CHECK (item > 0),
    CONSTRAINT advice_judgements_application_id_reference_item_version_key UNIQUE (application_id, reference, item, version)
) STRICT;
CREATE TABLE workshops (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    created_at TEXT NOT NULL,
    created_by INTEGER NOT NULL,
    CONSTRAINT workshops_created_by_fkey FOREIGN KEY (created_by) REFERENCES accounts (id)
) STRICT;
CREATE TABLE workshop_rounds (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workshop_id INTEGER NOT NULL,
    round_id INTEGER NOT NULL,
    CONSTRAINT workshop_rounds_workshop_id_fkey FOREIGN KEY (workshop_id) REFERENCES workshops (id),
    CONSTRAINT workshop_rounds_round_id_fkey FOREIGN KEY (round_id) REFERENCES rounds (id),
    CONSTRAINT workshop_rounds_workshop_id_round_id_key UNIQUE (workshop_id, round_id)
) STRICT;
CREATE TABLE workshop_versions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workshop_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    title TEXT NOT NULL,
    agenda TEXT NOT NULL,
    starts_at TEXT,
    place TEXT NOT NULL,
    link TEXT NOT NULL,
    saved_at TEXT NOT NULL,
    saved_by INTEGER NOT NULL,
    CONSTRAINT workshop_versions_workshop_id_fkey FOREIGN KEY (workshop_id) REFERENCES workshops (id),
    CONSTRAINT workshop_versions_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES accounts (id),
    CONSTRAINT workshop_versions_workshop_id_version_key UNIQUE (workshop_id, version)
) STRICT;
CREATE TABLE workshop_invitations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workshop_id INTEGER NOT NULL,
    organisation_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    message_id TEXT NOT NULL,
    invited_at TEXT NOT NULL,
    invited_by INTEGER NOT NULL,
    CONSTRAINT workshop_invitations_workshop_id_fkey FOREIGN KEY (workshop_id) REFERENCES workshops (id),
    CONSTRAINT workshop_invitations_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT workshop_invitations_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT workshop_invitations_invited_by_fkey FOREIGN KEY (invited_by) REFERENCES accounts (id),
    CONSTRAINT workshop_invitations_workshop_id_account_id_key UNIQUE (workshop_id, account_id)
) STRICT;
CREATE TRIGGER advice_judgements_kept BEFORE UPDATE ON advice_judgements
BEGIN SELECT RAISE(ABORT, 'insight_kept_check'); END;
CREATE TRIGGER advice_judgements_stay BEFORE DELETE ON advice_judgements
BEGIN SELECT RAISE(ABORT, 'insight_kept_check'); END;
CREATE TRIGGER workshops_kept BEFORE UPDATE ON workshops
BEGIN SELECT RAISE(ABORT, 'insight_kept_check'); END;
CREATE TRIGGER workshops_stay BEFORE DELETE ON workshops
BEGIN SELECT RAISE(ABORT, 'insight_kept_check'); END;
CREATE TRIGGER workshop_rounds_kept BEFORE UPDATE ON workshop_rounds
BEGIN SELECT RAISE(ABORT, 'insight_kept_check'); END;
CREATE TRIGGER workshop_rounds_stay BEFORE DELETE ON workshop_rounds
BEGIN SELECT RAISE(ABORT, 'insight_kept_check'); END;
CREATE TRIGGER workshop_versions_kept BEFORE UPDATE ON workshop_versions
BEGIN SELECT RAISE(ABORT, 'insight_kept_check'); END;
CREATE TRIGGER workshop_versions_stay BEFORE DELETE ON workshop_versions
BEGIN SELECT RAISE(ABORT, 'insight_kept_check'); END;
CREATE TRIGGER workshop_invitations_kept BEFORE UPDATE ON workshop_invitations
BEGIN SELECT RAISE(ABORT, 'insight_kept_check'); END;
CREATE TRIGGER workshop_invitations_stay BEFORE DELETE ON workshop_invitations
BEGIN SELECT RAISE(ABORT, 'insight_kept_check'); END;
