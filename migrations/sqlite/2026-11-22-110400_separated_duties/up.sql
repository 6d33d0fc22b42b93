-- Separated duties, for each application: who scored it, who approved its moderation, who recommended, who approved the
-- recommendation, who signed. Nobody holds two of them, and the database sees to it. What a signature needs besides: declared
-- interests, a code typed again, an amount within the signatory's limit, and the management's approval where the round asks for it.

CREATE TABLE recommendation_approvals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    recommendation_id INTEGER NOT NULL,
    approved_at TEXT NOT NULL,
    approved_by INTEGER NOT NULL,
    note TEXT NOT NULL,
    CONSTRAINT recommendation_approvals_recommendation_id_fkey FOREIGN KEY (recommendation_id) REFERENCES recommendations (id),
    CONSTRAINT recommendation_approvals_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES accounts (id),
    CONSTRAINT recommendation_approvals_recommendation_id_key UNIQUE (recommendation_id)
) STRICT;
CREATE TABLE declared_interests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    round_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    duty TEXT NOT NULL,
    kind TEXT NOT NULL,
    statement TEXT NOT NULL,
    declared_at TEXT NOT NULL,
    CONSTRAINT declared_interests_round_id_fkey FOREIGN KEY (round_id) REFERENCES rounds (id),
    CONSTRAINT declared_interests_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT declared_interests_duty_check CHECK (duty IN ('approver', 'signatory')),
    CONSTRAINT declared_interests_kind_check CHECK (kind IN ('none', 'interest', 'conflict'))
) STRICT;
-- The newest row of a person counts; no amount is no limit.
CREATE TABLE signing_limits (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL,
    limit_pence INTEGER,
    set_at TEXT NOT NULL,
    set_by INTEGER NOT NULL,
    CONSTRAINT signing_limits_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT signing_limits_set_by_fkey FOREIGN KEY (set_by) REFERENCES accounts (id),
    CONSTRAINT signing_limits_limit_pence_check CHECK (limit_pence IS NULL OR limit_pence >= 0),
    CONSTRAINT signing_limits_own_check CHECK (account_id <> set_by)
) STRICT;
-- Operational: what was mailed for a signature, as a hash, and how often somebody tried.
CREATE TABLE signature_codes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    round_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    code_hash TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    tries INTEGER NOT NULL,
    ended_at TEXT,
    CONSTRAINT signature_codes_round_id_fkey FOREIGN KEY (round_id) REFERENCES rounds (id),
    CONSTRAINT signature_codes_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts (id)
) STRICT;
CREATE TABLE award_lines (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    round_id INTEGER NOT NULL,
    recorded_at TEXT NOT NULL,
    recorded_by INTEGER NOT NULL,
    reason TEXT NOT NULL,
    funded INTEGER NOT NULL,
    lowest_rank INTEGER,
    lowest_percent TEXT,
    ceiling_pence INTEGER NOT NULL,
    committed_pence INTEGER NOT NULL,
    ranking_sha256 TEXT NOT NULL,
    CONSTRAINT award_lines_round_id_fkey FOREIGN KEY (round_id) REFERENCES rounds (id),
    CONSTRAINT award_lines_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES accounts (id),
    CONSTRAINT award_lines_reason_check CHECK (length(reason) > 0)
) STRICT;
CREATE INDEX declared_interests_round_id_idx ON declared_interests (round_id, account_id);
CREATE INDEX signing_limits_account_id_idx ON signing_limits (account_id);
CREATE INDEX signature_codes_account_id_idx ON signature_codes (account_id, round_id);
CREATE INDEX award_lines_round_id_idx ON award_lines (round_id);
CREATE VIEW duties AS
SELECT a.round_id AS round_id, a.id AS application_id, s.account_id AS account_id, 'scorer' AS duty
    FROM score_sheets s JOIN applications a ON a.id = s.application_id
UNION ALL SELECT a.round_id, a.id, m.closed_by, 'chair'
    FROM moderations m JOIN applications a ON a.id = m.application_id WHERE m.closed_by IS NOT NULL
UNION ALL SELECT a.round_id, a.id, r.made_by, 'recommender'
    FROM recommendations r JOIN applications a ON a.round_id = r.round_id
UNION ALL SELECT a.round_id, a.id, p.approved_by, 'approver'
    FROM recommendation_approvals p JOIN recommendations r ON r.id = p.recommendation_id
    JOIN applications a ON a.round_id = r.round_id
UNION ALL SELECT a.round_id, a.id, d.signed_by, 'signatory'
    FROM decisions d JOIN applications a ON a.round_id = d.round_id;
CREATE TRIGGER score_sheets_separate_duties BEFORE INSERT ON score_sheets
WHEN EXISTS (SELECT 1 FROM duties d WHERE d.application_id = NEW.application_id AND d.account_id = NEW.account_id AND d.duty <> 'scorer')
BEGIN SELECT RAISE(ABORT, 'score_sheets_separate_duties_check'); END;
CREATE TRIGGER score_sheets_separate_duties_moved BEFORE UPDATE OF account_id, application_id ON score_sheets
WHEN EXISTS (SELECT 1 FROM duties d WHERE d.application_id = NEW.application_id AND d.account_id = NEW.account_id AND d.duty <> 'scorer')
BEGIN SELECT RAISE(ABORT, 'score_sheets_separate_duties_check'); END;
CREATE TRIGGER moderations_separate_duties BEFORE INSERT ON moderations
WHEN NEW.closed_by IS NOT NULL AND EXISTS (SELECT 1 FROM duties d WHERE d.application_id = NEW.application_id AND d.account_id = NEW.closed_by AND d.duty <> 'chair')
BEGIN SELECT RAISE(ABORT, 'moderations_separate_duties_check'); END;
CREATE TRIGGER moderations_separate_duties_moved BEFORE UPDATE OF closed_by, application_id ON moderations
WHEN NEW.closed_by IS NOT NULL AND EXISTS (SELECT 1 FROM duties d WHERE d.application_id = NEW.application_id AND d.account_id = NEW.closed_by AND d.duty <> 'chair')
BEGIN SELECT RAISE(ABORT, 'moderations_separate_duties_check'); END;
CREATE TRIGGER recommendations_separate_duties BEFORE INSERT ON recommendations
WHEN EXISTS (SELECT 1 FROM duties d WHERE d.round_id = NEW.round_id AND d.account_id = NEW.made_by AND d.duty <> 'recommender')
BEGIN SELECT RAISE(ABORT, 'recommendations_separate_duties_check'); END;
CREATE TRIGGER recommendations_separate_duties_moved BEFORE UPDATE OF made_by, round_id ON recommendations
WHEN EXISTS (SELECT 1 FROM duties d WHERE d.round_id = NEW.round_id AND d.account_id = NEW.made_by AND d.duty <> 'recommender')
BEGIN SELECT RAISE(ABORT, 'recommendations_separate_duties_check'); END;
CREATE TRIGGER recommendation_approvals_separate_duties BEFORE INSERT ON recommendation_approvals
WHEN EXISTS (SELECT 1 FROM duties d WHERE d.round_id = (SELECT r.round_id FROM recommendations r WHERE r.id = NEW.recommendation_id) AND d.account_id = NEW.approved_by AND d.duty <> 'approver')
BEGIN SELECT RAISE(ABORT, 'recommendation_approvals_separate_duties_check'); END;
CREATE TRIGGER recommendation_approvals_conflict BEFORE INSERT ON recommendation_approvals
WHEN EXISTS (SELECT 1 FROM declared_interests i WHERE i.round_id = (SELECT r.round_id FROM recommendations r WHERE r.id = NEW.recommendation_id) AND i.account_id = NEW.approved_by AND i.kind = 'conflict')
  OR EXISTS (SELECT 1 FROM conflicts c JOIN applications a ON a.id = c.application_id
             WHERE a.round_id = (SELECT r.round_id FROM recommendations r WHERE r.id = NEW.recommendation_id) AND c.account_id = NEW.approved_by AND (c.declared = 'conflict' OR c.ruling = 'pinned'))
BEGIN SELECT RAISE(ABORT, 'recommendation_approvals_conflict_check'); END;
CREATE TRIGGER decisions_approver_apart BEFORE INSERT ON decisions
WHEN EXISTS (SELECT 1 FROM duties d WHERE d.round_id = NEW.round_id AND d.account_id = NEW.signed_by AND d.duty <> 'signatory')
BEGIN SELECT RAISE(ABORT, 'decisions_separate_duties_check'); END;
CREATE TRIGGER decisions_conflict BEFORE INSERT ON decisions
WHEN EXISTS (SELECT 1 FROM declared_interests i WHERE i.round_id = NEW.round_id AND i.account_id = NEW.signed_by AND i.kind = 'conflict')
  OR EXISTS (SELECT 1 FROM conflicts c JOIN applications a ON a.id = c.application_id
             WHERE a.round_id = NEW.round_id AND c.account_id = NEW.signed_by AND (c.declared = 'conflict' OR c.ruling = 'pinned'))
BEGIN SELECT RAISE(ABORT, 'decisions_conflict_check'); END;
CREATE TRIGGER decisions_limit BEFORE INSERT ON decisions
WHEN (SELECT l.limit_pence FROM signing_limits l WHERE l.account_id = NEW.signed_by ORDER BY l.id DESC LIMIT 1) < (SELECT COALESCE(SUM(o.offer_pence), 0) FROM recommended_outcomes o WHERE o.recommendation_id = NEW.recommendation_id)
BEGIN SELECT RAISE(ABORT, 'decisions_limit_check'); END;
CREATE TRIGGER decisions_approved BEFORE INSERT ON decisions
WHEN NOT EXISTS (SELECT 1 FROM recommendation_approvals p WHERE p.recommendation_id = NEW.recommendation_id) AND (SELECT json_extract(f.document, '$.management_approval') FROM round_definitions f WHERE f.round_id = NEW.round_id ORDER BY f.version DESC LIMIT 1) = 1
BEGIN SELECT RAISE(ABORT, 'decisions_approved_check'); END;
CREATE TRIGGER recommendation_approvals_kept BEFORE UPDATE ON recommendation_approvals
BEGIN SELECT RAISE(ABORT, 'recommendation_approvals_kept_check'); END;
CREATE TRIGGER recommendation_approvals_stay BEFORE DELETE ON recommendation_approvals
BEGIN SELECT RAISE(ABORT, 'recommendation_approvals_kept_check'); END;
CREATE TRIGGER declared_interests_kept BEFORE UPDATE ON declared_interests
BEGIN SELECT RAISE(ABORT, 'declared_interests_kept_check'); END;
CREATE TRIGGER declared_interests_stay BEFORE DELETE ON declared_interests
BEGIN SELECT RAISE(ABORT, 'declared_interests_kept_check'); END;
CREATE TRIGGER signing_limits_kept BEFORE UPDATE ON signing_limits
BEGIN SELECT RAISE(ABORT, 'signing_limits_kept_check'); END;
CREATE TRIGGER signing_limits_stay BEFORE DELETE ON signing_limits
BEGIN SELECT RAISE(ABORT, 'signing_limits_kept_check'); END;
CREATE TRIGGER award_lines_kept BEFORE UPDATE ON award_lines
BEGIN SELECT RAISE(ABORT, 'award_lines_kept_check'); END;
CREATE TRIGGER award_lines_stay BEFORE DELETE ON award_lines
BEGIN SELECT RAISE(ABORT, 'award_lines_kept_check'); END;
