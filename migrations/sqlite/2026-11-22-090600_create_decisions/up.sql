-- Ties settled by the panel, the recommendation, and the signed decision. Who scored, moderated or recommended cannot sign.

CREATE TABLE tie_choices (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    round_id INTEGER NOT NULL,
    application_id INTEGER NOT NULL,
    choice TEXT NOT NULL,
    reason TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    recorded_by INTEGER NOT NULL,
    CONSTRAINT tie_choices_round_id_fkey FOREIGN KEY (round_id) REFERENCES rounds (id),
    CONSTRAINT tie_choices_application_id_fkey FOREIGN KEY (application_id) REFERENCES applications (id),
    CONSTRAINT tie_choices_choice_check CHECK (choice IN ('fund', 'reserve')),
    CONSTRAINT tie_choices_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES accounts (id),
    CONSTRAINT tie_choices_application_id_key UNIQUE (application_id)
) STRICT;
CREATE TABLE recommendations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    round_id INTEGER NOT NULL,
    made_at TEXT NOT NULL,
    made_by INTEGER NOT NULL,
    note TEXT NOT NULL,
    ranking TEXT NOT NULL,
    superseded_at TEXT,
    superseded_by INTEGER,
    superseded_reason TEXT,
    CONSTRAINT recommendations_round_id_fkey FOREIGN KEY (round_id) REFERENCES rounds (id),
    CONSTRAINT recommendations_made_by_fkey FOREIGN KEY (made_by) REFERENCES accounts (id),
    CONSTRAINT recommendations_superseded_by_fkey FOREIGN KEY (superseded_by) REFERENCES accounts (id)
) STRICT;
CREATE INDEX recommendations_round_id_idx ON recommendations (round_id);
CREATE TABLE recommended_outcomes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    recommendation_id INTEGER NOT NULL,
    application_id INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    offer_pence INTEGER NOT NULL,
    public_reasons TEXT NOT NULL,
    conditions TEXT NOT NULL,
    CONSTRAINT recommended_outcomes_recommendation_id_fkey FOREIGN KEY (recommendation_id) REFERENCES recommendations (id),
    CONSTRAINT recommended_outcomes_application_id_fkey FOREIGN KEY (application_id) REFERENCES applications (id),
    CONSTRAINT recommended_outcomes_outcome_check CHECK (outcome IN ('award', 'partial', 'reserve', 'reject')),
    CONSTRAINT recommended_outcomes_recommendation_id_application_id_key UNIQUE (recommendation_id, application_id),
    CONSTRAINT recommended_outcomes_offer_pence_check CHECK ((outcome IN ('award', 'partial') AND offer_pence > 0) OR (outcome IN ('reserve', 'reject') AND offer_pence = 0))
) STRICT;
CREATE TABLE decisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    round_id INTEGER NOT NULL,
    recommendation_id INTEGER NOT NULL,
    reference TEXT NOT NULL,
    signed_at TEXT NOT NULL,
    signed_by INTEGER NOT NULL,
    statement TEXT NOT NULL,
    interests TEXT NOT NULL,
    CONSTRAINT decisions_round_id_fkey FOREIGN KEY (round_id) REFERENCES rounds (id),
    CONSTRAINT decisions_recommendation_id_fkey FOREIGN KEY (recommendation_id) REFERENCES recommendations (id),
    CONSTRAINT decisions_signed_by_fkey FOREIGN KEY (signed_by) REFERENCES accounts (id),
    CONSTRAINT decisions_round_id_key UNIQUE (round_id),
    CONSTRAINT decisions_reference_key UNIQUE (reference)
) STRICT;
CREATE TRIGGER decisions_separate_duties BEFORE INSERT ON decisions
WHEN EXISTS (SELECT 1 FROM recommendations r WHERE r.round_id = NEW.round_id AND r.made_by = NEW.signed_by)
  OR EXISTS (SELECT 1 FROM score_sheets s JOIN applications a ON a.id = s.application_id
             WHERE a.round_id = NEW.round_id AND s.account_id = NEW.signed_by)
  OR EXISTS (SELECT 1 FROM moderations m JOIN applications a ON a.id = m.application_id
             WHERE a.round_id = NEW.round_id AND (m.opened_by = NEW.signed_by OR m.closed_by = NEW.signed_by))
  OR EXISTS (SELECT 1 FROM agreed_marks g JOIN moderations m ON m.id = g.moderation_id
             JOIN applications a ON a.id = m.application_id
             WHERE a.round_id = NEW.round_id AND g.saved_by = NEW.signed_by)
BEGIN SELECT RAISE(ABORT, 'decisions_separate_duties_check'); END;
CREATE TRIGGER decisions_kept BEFORE UPDATE ON decisions
BEGIN SELECT RAISE(ABORT, 'decisions_signed_check'); END;
