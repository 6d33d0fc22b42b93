-- Organisations once: how they are reached, every registration number, the names they had, their contacts, who is invited or
-- asks to join, and which row was merged into which.

CREATE TABLE organisation_profiles (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    organisation_id INTEGER NOT NULL,
    website TEXT NOT NULL,
    telephone TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CONSTRAINT organisation_profiles_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT organisation_profiles_organisation_id_key UNIQUE (organisation_id)
) STRICT;
CREATE TABLE organisation_numbers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    organisation_id INTEGER NOT NULL,
    scheme TEXT NOT NULL,
    number TEXT NOT NULL,
    CONSTRAINT organisation_numbers_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT organisation_numbers_scheme_check CHECK (scheme IN ('GB-CHC', 'GB-SC', 'GB-NIC', 'GB-COH', 'GB-EDU', 'GB-UKPRN', 'GB-LAE', 'GB-MPR', 'GB-REV')),
    CONSTRAINT organisation_numbers_organisation_id_scheme_key UNIQUE (organisation_id, scheme)
) STRICT;
CREATE INDEX organisation_numbers_scheme_number_idx ON organisation_numbers (scheme, number);
CREATE TABLE organisation_names (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    organisation_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    from_at TEXT NOT NULL,
    until_at TEXT,
    CONSTRAINT organisation_names_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT organisation_names_kind_check CHECK (kind IN ('legal', 'other'))
) STRICT;
CREATE INDEX organisation_names_organisation_id_idx ON organisation_names (organisation_id);
CREATE TABLE organisation_contacts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    organisation_id INTEGER NOT NULL,
    role TEXT NOT NULL,
    name TEXT NOT NULL,
    position TEXT NOT NULL,
    email TEXT NOT NULL,
    telephone TEXT NOT NULL,
    CONSTRAINT organisation_contacts_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT organisation_contacts_role_check CHECK (role IN ('lead', 'second', 'signatory')),
    CONSTRAINT organisation_contacts_organisation_id_role_key UNIQUE (organisation_id, role)
) STRICT;
CREATE TABLE organisation_invitations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    organisation_id INTEGER NOT NULL,
    email TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    created_at TEXT NOT NULL,
    created_by INTEGER NOT NULL,
    expires_at TEXT NOT NULL,
    outcome TEXT,
    ended_at TEXT,
    ended_by INTEGER,
    CONSTRAINT organisation_invitations_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT organisation_invitations_created_by_fkey FOREIGN KEY (created_by) REFERENCES accounts (id),
    CONSTRAINT organisation_invitations_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES accounts (id),
    CONSTRAINT organisation_invitations_token_hash_key UNIQUE (token_hash),
    CONSTRAINT organisation_invitations_outcome_check CHECK (outcome IN ('accepted', 'withdrawn', 'replaced'))
) STRICT;
CREATE INDEX organisation_invitations_organisation_id_idx ON organisation_invitations (organisation_id);
CREATE TABLE organisation_requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    organisation_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    outcome TEXT,
    ended_at TEXT,
    ended_by INTEGER,
    CONSTRAINT organisation_requests_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT organisation_requests_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT organisation_requests_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES accounts (id),
    CONSTRAINT organisation_requests_outcome_check CHECK (outcome IN ('accepted', 'declined'))
) STRICT;
CREATE INDEX organisation_requests_organisation_id_idx ON organisation_requests (organisation_id);
CREATE TABLE organisation_merges (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    organisation_id INTEGER NOT NULL,
    into_id INTEGER NOT NULL,
    reason TEXT NOT NULL,
    merged_at TEXT NOT NULL,
    merged_by INTEGER NOT NULL,
    CONSTRAINT organisation_merges_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT organisation_merges_into_id_fkey FOREIGN KEY (into_id) REFERENCES organisations (id),
    CONSTRAINT organisation_merges_merged_by_fkey FOREIGN KEY (merged_by) REFERENCES accounts (id),
    CONSTRAINT organisation_merges_organisation_id_key UNIQUE (organisation_id),
    CONSTRAINT organisation_merges_into_id_check CHECK (into_id <> organisation_id)
) STRICT;
CREATE INDEX organisation_merges_into_id_idx ON organisation_merges (into_id);
CREATE TRIGGER organisation_merges_no_update BEFORE UPDATE ON organisation_merges
BEGIN SELECT RAISE(ABORT, 'organisation_merges_append_only_check'); END;
CREATE TRIGGER organisation_merges_no_delete BEFORE DELETE ON organisation_merges
BEGIN SELECT RAISE(ABORT, 'organisation_merges_append_only_check'); END;
CREATE TRIGGER organisations_kept BEFORE DELETE ON organisations
BEGIN SELECT RAISE(ABORT, 'organisations_kept_check'); END;
