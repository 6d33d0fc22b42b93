-- People, their roles, the organisations they bid for, and how they sign in.

CREATE TABLE accounts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    deactivated_at TEXT,
    CONSTRAINT accounts_email_key UNIQUE (email),
    CONSTRAINT accounts_email_check CHECK (email = lower(email))
) STRICT;
CREATE TABLE account_roles (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL,
    role TEXT NOT NULL,
    granted_at TEXT NOT NULL,
    CONSTRAINT account_roles_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT account_roles_role_check CHECK (role IN ('applicant', 'panel', 'officer', 'decision_maker', 'auditor', 'administrator')),
    CONSTRAINT account_roles_account_id_role_key UNIQUE (account_id, role)
) STRICT;
CREATE TABLE organisations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    charity_number TEXT,
    company_number TEXT,
    address TEXT NOT NULL,
    created_at TEXT NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT organisations_kind_check CHECK (kind IN ('charity', 'cio', 'cic', 'company', 'group', 'school', 'council'))
) STRICT;
CREATE TABLE memberships (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    organisation_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    CONSTRAINT memberships_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT memberships_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT memberships_organisation_id_account_id_key UNIQUE (organisation_id, account_id)
) STRICT;
CREATE INDEX memberships_account_id_idx ON memberships (account_id);
CREATE TABLE sign_in_links (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    email TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    ended_at TEXT,
    reusable INTEGER NOT NULL,
    return_to TEXT,
    CONSTRAINT sign_in_links_reusable_check CHECK (reusable IN (0, 1)),
    CONSTRAINT sign_in_links_token_hash_key UNIQUE (token_hash)
) STRICT;
CREATE INDEX sign_in_links_email_idx ON sign_in_links (email);
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL,
    token_hash TEXT NOT NULL,
    created_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    ended_at TEXT,
    CONSTRAINT sessions_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT sessions_token_hash_key UNIQUE (token_hash)
) STRICT;
CREATE INDEX sessions_account_id_idx ON sessions (account_id);
