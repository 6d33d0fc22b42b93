-- A round of ten thousand bids is ranked, paged and drawn up from marks alone: these indexes hold them without their reasons, which are long.
CREATE INDEX sheet_marks_sheet_id_mark_idx ON sheet_marks (sheet_id, criterion, mark);
CREATE INDEX agreed_marks_moderation_id_mark_idx ON agreed_marks (moderation_id, criterion, mark);
CREATE INDEX score_sheets_application_id_stage_idx ON score_sheets (application_id, stage, account_id, assignment_id);
-- What a conflict of interest hides is asked on every page that lists bids.
CREATE INDEX assignments_account_id_stage_idx ON assignments (account_id, stage, application_id);
CREATE INDEX gate_checks_application_id_outcome_idx ON gate_checks (application_id, gate, outcome);
