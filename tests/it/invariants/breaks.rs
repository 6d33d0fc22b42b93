//! How each invariant is broken: with the guards off, by whoever has the database in hand. One entry for each, in its order.

/// Name of the invariant, and the statements that break it and no other.
pub(super) const BREAKS: &[(&str, &str)] = &[
    (
        "round-has-a-definition",
        "DELETE FROM round_definitions WHERE round_id = (SELECT min(id) FROM rounds WHERE stage = 'published')",
    ),
    (
        "published-round-says-when",
        "UPDATE rounds SET published_at = NULL WHERE id = (SELECT min(id) FROM rounds WHERE stage = 'issued')",
    ),
    (
        "sealed-round-is-unsealed-before-scoring",
        "UPDATE rounds SET sealed = 1, unsealed_at = NULL WHERE id = (SELECT min(id) FROM rounds WHERE stage = 'issued')",
    ),
    (
        "definition-after-publication-has-a-reason",
        "UPDATE round_definitions SET created_at = '2099-01-01 00:00:00', reason = '' WHERE id = (SELECT min(id) FROM round_definitions)",
    ),
    (
        "closing-time-is-that-of-the-last-extension",
        "INSERT INTO round_extensions (round_id, old_closes_at, new_closes_at, reason, extended_at, extended_by) SELECT id, closes_at, '2099-01-01 00:00:00', 'Why', opens_at, created_by FROM rounds WHERE id = (SELECT min(id) FROM rounds)",
    ),
    (
        "extensions-follow-each-other",
        "INSERT INTO round_extensions (round_id, old_closes_at, new_closes_at, reason, extended_at, extended_by) SELECT id, '2001-01-01 00:00:00', '2001-01-02 00:00:00', 'Why', opens_at, created_by FROM rounds WHERE id = (SELECT min(id) FROM rounds); \
         INSERT INTO round_extensions (round_id, old_closes_at, new_closes_at, reason, extended_at, extended_by) SELECT id, '2001-02-01 00:00:00', closes_at, 'Why', opens_at, created_by FROM rounds WHERE id = (SELECT min(id) FROM rounds)",
    ),
    (
        "extension-is-to-a-later-time",
        "INSERT INTO round_extensions (round_id, old_closes_at, new_closes_at, reason, extended_at, extended_by) SELECT id, closes_at, closes_at, 'Why', opens_at, created_by FROM rounds WHERE id = (SELECT min(id) FROM rounds)",
    ),
    (
        "criterion-codes-differ",
        "UPDATE round_definitions SET document = replace(document, '\"code\":\"PLAN\"', '\"code\":\"NEED\"') WHERE round_id = (SELECT min(id) FROM rounds WHERE stage = 'published')",
    ),
    (
        "weights-can-be-scored",
        "UPDATE round_definitions SET document = replace(document, '\"weight\":\"20\"', '\"weight\":\"-20\"') WHERE round_id = (SELECT min(id) FROM rounds WHERE stage = 'published')",
    ),
    (
        "pass-mark-is-a-percentage",
        "UPDATE round_definitions SET document = replace(document, '\"pass_mark\":\"', '\"pass_mark\":\"9') WHERE round_id = (SELECT min(id) FROM rounds WHERE stage = 'published')",
    ),
    (
        "quorum-is-at-least-one",
        "UPDATE round_definitions SET document = replace(document, '\"quorum\":', '\"quorum\":-') WHERE round_id = (SELECT min(id) FROM rounds WHERE stage = 'published')",
    ),
    (
        "test-rounds-are-named-so",
        "UPDATE rounds SET reference = 'TEST-' || reference WHERE id = (SELECT min(id) FROM rounds)",
    ),
    (
        "test-and-real-stay-apart",
        "UPDATE organisations SET test = 1 WHERE id = (SELECT min(organisation_id) FROM applications)",
    ),
    (
        "merged-organisation-has-no-bid",
        "INSERT INTO organisation_merges (organisation_id, into_id, reason, merged_at, merged_by) SELECT min(organisation_id), max(organisation_id), 'Why', '2026-01-01 00:00:00', 1 FROM applications",
    ),
    (
        "submitted-application-is-kept-as-received",
        "DELETE FROM submissions WHERE application_id = (SELECT min(id) FROM applications WHERE stage = 'submitted')",
    ),
    (
        "submissions-are-counted-without-a-gap",
        "UPDATE submissions SET number = 7 WHERE id = (SELECT min(id) FROM submissions); \
         UPDATE audit_events SET data = replace(data, '\"submission\":1,', '\"submission\":7,') WHERE kind = 'application_submitted' AND application_id = (SELECT application_id FROM submissions WHERE number = 7)",
    ),
    (
        "no-submission-before-opening",
        "UPDATE submissions SET submitted_at = '2001-01-01 00:00:00' WHERE id = (SELECT min(id) FROM submissions); \
         UPDATE applications SET submitted_at = '2001-01-01 00:00:00' WHERE id = (SELECT application_id FROM submissions WHERE id = (SELECT min(id) FROM submissions))",
    ),
    (
        "no-submission-after-closing",
        "UPDATE submissions SET submitted_at = '2099-01-01 00:00:00' WHERE id = (SELECT min(id) FROM submissions); \
         UPDATE applications SET submitted_at = '2099-01-01 00:00:00' WHERE id = (SELECT application_id FROM submissions WHERE id = (SELECT min(id) FROM submissions))",
    ),
    (
        "application-stands-as-its-newest-submission",
        "UPDATE applications SET submitted_at = '2001-01-01 00:00:00' WHERE id = (SELECT min(id) FROM applications WHERE stage = 'submitted')",
    ),
    (
        "submitted-application-is-declared",
        "UPDATE applications SET declared_name = NULL WHERE id = (SELECT min(id) FROM applications WHERE stage = 'submitted')",
    ),
    (
        "submitted-application-asks-for-money",
        "UPDATE applications SET ask_pence = 0 WHERE id = (SELECT min(a.id) FROM applications a JOIN rounds r ON r.id = a.round_id WHERE a.stage = 'submitted' AND r.stage = 'scoring')",
    ),
    (
        "ask-is-within-the-limit",
        "UPDATE applications SET ask_pence = 99999999999 WHERE id = (SELECT min(a.id) FROM applications a JOIN rounds r ON r.id = a.round_id WHERE a.stage = 'submitted' AND r.stage = 'scoring')",
    ),
    (
        "withdrawn-application-says-why",
        "UPDATE applications SET stage = 'withdrawn' WHERE id = (SELECT min(a.id) FROM applications a JOIN rounds r ON r.id = a.round_id WHERE r.stage = 'published')",
    ),
    (
        "draft-has-no-panel",
        "UPDATE applications SET stage = 'draft' WHERE id = (SELECT min(a.id) FROM applications a JOIN rounds r ON r.id = a.round_id JOIN assignments s ON s.application_id = a.id WHERE r.stage = 'scoring')",
    ),
    (
        "answer-is-its-newest-version",
        "UPDATE answers SET value = '\"another\"' WHERE id = (SELECT min(id) FROM answers)",
    ),
    (
        "gate-is-no-better-than-what-was-found",
        "UPDATE gate_checks SET outcome = 'met' WHERE id = (SELECT min(id) FROM gate_checks WHERE outcome = 'not_met')",
    ),
    (
        "gate-is-of-the-round",
        "UPDATE gate_checks SET gate = 'NOSUCH' WHERE id = (SELECT min(g.id) FROM gate_checks g JOIN applications a ON a.id = g.application_id JOIN rounds r ON r.id = a.round_id WHERE r.stage = 'scoring')",
    ),
    (
        "member-is-not-of-the-applicant",
        "INSERT INTO memberships (organisation_id, account_id, created_at) SELECT a.organisation_id, s.account_id, s.assigned_at FROM assignments s JOIN applications a ON a.id = s.application_id WHERE s.id = (SELECT min(id) FROM assignments WHERE stage = 'cleared')",
    ),
    (
        "cleared-member-declared",
        "UPDATE assignments SET declared_at = NULL WHERE id = (SELECT min(id) FROM assignments WHERE stage = 'cleared')",
    ),
    (
        "conflict-closes-the-assignment",
        "UPDATE conflicts SET declared = 'conflict', kind = 'other', detail = 'x' WHERE id = (SELECT min(k.id) FROM conflicts k JOIN assignments s ON s.application_id = k.application_id AND s.account_id = k.account_id WHERE s.stage = 'cleared')",
    ),
    (
        "no-mark-after-a-conflict",
        "UPDATE assignments SET stage = 'conflicted' WHERE id = (SELECT min(h.assignment_id) FROM score_sheets h JOIN applications a ON a.id = h.application_id JOIN rounds r ON r.id = a.round_id WHERE r.stage = 'scoring' AND h.stage = 'submitted'); \
         UPDATE audit_events SET kind = 'conflict_declared', at = '2001-01-01 00:00:00' WHERE kind = 'no_conflict_declared' AND application_id IN (SELECT s.application_id FROM assignments s JOIN score_sheets h ON h.assignment_id = s.id WHERE s.stage = 'conflicted' AND s.account_id = audit_events.account_id)",
    ),
    (
        "sheet-belongs-to-its-assignment",
        "UPDATE score_sheets SET account_id = (SELECT min(account_id) FROM account_roles WHERE role = 'administrator') WHERE id = (SELECT min(id) FROM score_sheets)",
    ),
    (
        "sheet-was-submitted-after-the-declaration",
        "UPDATE audit_events SET kind = 'signed_in' WHERE kind = 'no_conflict_declared' AND application_id = (SELECT application_id FROM score_sheets WHERE id = (SELECT min(id) FROM score_sheets WHERE stage = 'submitted')) AND account_id = (SELECT account_id FROM score_sheets WHERE id = (SELECT min(id) FROM score_sheets WHERE stage = 'submitted'))",
    ),
    (
        "submitted-sheet-says-when",
        "UPDATE score_sheets SET submitted_at = NULL WHERE id = (SELECT min(id) FROM score_sheets WHERE stage = 'submitted')",
    ),
    (
        "submitted-sheet-is-complete",
        "UPDATE sheet_marks SET mark = NULL WHERE id = (SELECT min(m.id) FROM sheet_marks m JOIN score_sheets h ON h.id = m.sheet_id WHERE h.stage = 'submitted')",
    ),
    ("mark-is-on-the-scale", "UPDATE sheet_marks SET mark = 99 WHERE id = (SELECT min(id) FROM sheet_marks)"),
    (
        "mark-is-on-a-criterion",
        "INSERT INTO sheet_marks (sheet_id, criterion, mark, reason, saved_at) SELECT id, 'NOSUCH', 3, 'A reason.', created_at FROM score_sheets WHERE id = (SELECT min(id) FROM score_sheets)",
    ),
    (
        "submitted-mark-has-a-reason",
        "UPDATE sheet_marks SET reason = ' ' WHERE id = (SELECT min(m.id) FROM sheet_marks m JOIN score_sheets h ON h.id = m.sheet_id WHERE h.stage = 'submitted')",
    ),
    (
        "submitted-sheet-did-not-change",
        "UPDATE sheet_marks SET saved_at = '2099-01-01 00:00:00' WHERE id = (SELECT min(m.id) FROM sheet_marks m JOIN score_sheets h ON h.id = m.sheet_id JOIN assignments s ON s.id = h.assignment_id WHERE h.stage = 'submitted' AND s.stage = 'cleared')",
    ),
    (
        "no-scoring-before-closing",
        "UPDATE score_sheets SET created_at = '2001-01-01 00:00:00' WHERE id = (SELECT min(id) FROM score_sheets)",
    ),
    (
        "no-moderation-while-scoring",
        "UPDATE rounds SET stage = 'scoring' WHERE id = (SELECT min(id) FROM rounds WHERE stage = 'moderation')",
    ),
    (
        "closed-moderation-is-complete",
        "UPDATE agreed_marks SET mark = NULL WHERE id = (SELECT min(g.id) FROM agreed_marks g JOIN moderations m ON m.id = g.moderation_id JOIN applications a ON a.id = m.application_id JOIN rounds r ON r.id = a.round_id WHERE m.stage = 'closed' AND r.stage = 'moderation')",
    ),
    (
        "closed-moderation-says-who",
        "UPDATE moderations SET closed_by = NULL WHERE id = (SELECT min(id) FROM moderations WHERE stage = 'closed')",
    ),
    (
        "agreed-mark-is-on-the-scale",
        "UPDATE agreed_marks SET mark = 99 WHERE id = (SELECT min(g.id) FROM agreed_marks g JOIN moderations m ON m.id = g.moderation_id JOIN applications a ON a.id = m.application_id JOIN rounds r ON r.id = a.round_id WHERE r.stage = 'moderation')",
    ),
    (
        "agreed-mark-is-on-a-criterion",
        "INSERT INTO agreed_marks (moderation_id, criterion, mark, reason, strength, improvement, version, saved_at, saved_by) SELECT id, 'NOSUCH', NULL, '', '', '', 1, opened_at, opened_by FROM moderations WHERE id = (SELECT min(id) FROM moderations)",
    ),
    (
        "agreed-mark-has-a-reason",
        "UPDATE agreed_marks SET reason = '' WHERE id = (SELECT min(id) FROM agreed_marks WHERE mark IS NOT NULL)",
    ),
    (
        "who-records-did-not-score",
        "UPDATE agreed_marks SET saved_by = (SELECT min(h.account_id) FROM score_sheets h JOIN moderations m ON m.application_id = h.application_id WHERE m.id = agreed_marks.moderation_id) WHERE id = (SELECT min(g.id) FROM agreed_marks g JOIN moderations m ON m.id = g.moderation_id JOIN applications a ON a.id = m.application_id JOIN rounds r ON r.id = a.round_id WHERE r.stage = 'moderation')",
    ),
    (
        "agreed-marks-stand-once-recommended",
        "UPDATE agreed_marks SET saved_at = '2099-01-01 00:00:00' WHERE id = (SELECT min(g.id) FROM agreed_marks g JOIN moderations m ON m.id = g.moderation_id JOIN applications a ON a.id = m.application_id JOIN rounds r ON r.id = a.round_id WHERE r.stage = 'issued')",
    ),
    (
        "tie-choice-is-of-its-round",
        "INSERT INTO tie_choices (round_id, application_id, choice, reason, recorded_at, recorded_by) SELECT (SELECT min(id) FROM rounds WHERE stage = 'issued'), a.id, 'fund', 'Why', '2026-01-01 00:00:00', a.created_by FROM applications a WHERE a.id = (SELECT min(x.id) FROM applications x JOIN rounds r ON r.id = x.round_id WHERE r.stage = 'published')",
    ),
    (
        "tie-choice-has-a-reason",
        "INSERT INTO tie_choices (round_id, application_id, choice, reason, recorded_at, recorded_by) SELECT a.round_id, a.id, 'fund', '', '2026-01-01 00:00:00', a.created_by FROM applications a WHERE a.id = (SELECT min(x.id) FROM applications x JOIN rounds r ON r.id = x.round_id WHERE r.stage = 'scoring')",
    ),
    (
        "one-recommendation-stands",
        "INSERT INTO recommendations (round_id, made_at, made_by, note, ranking) SELECT round_id, made_at, made_by, note, ranking FROM recommendations WHERE id = (SELECT min(id) FROM recommendations); \
         INSERT INTO recommended_outcomes (recommendation_id, application_id, outcome, offer_pence, public_reasons, conditions) SELECT (SELECT max(id) FROM recommendations), application_id, outcome, offer_pence, public_reasons, conditions FROM recommended_outcomes WHERE recommendation_id = (SELECT min(id) FROM recommendations); \
         UPDATE audit_events SET data = replace(data, '\"recommendation\":', '\"recommendation\":' || (SELECT max(id) FROM recommendations) || ',\"recommendation\":') WHERE kind = 'recommendation_made'",
    ),
    (
        "no-recommendation-without-quorum",
        "UPDATE assignments SET stage = 'removed' WHERE application_id = (SELECT min(application_id) FROM recommended_outcomes)",
    ),
    (
        "recommendation-covers-every-application",
        "DELETE FROM recommended_outcomes WHERE id = (SELECT min(id) FROM recommended_outcomes WHERE outcome IN ('reserve', 'reject'))",
    ),
    (
        "recommendation-is-of-its-own-round",
        "INSERT INTO recommended_outcomes (recommendation_id, application_id, outcome, offer_pence, public_reasons, conditions) SELECT (SELECT min(id) FROM recommendations), min(a.id), 'reject', 0, '', '[]' FROM applications a JOIN rounds r ON r.id = a.round_id WHERE r.stage = 'published'",
    ),
    (
        "recommended-application-was-moderated",
        "UPDATE moderations SET stage = 'open' WHERE application_id = (SELECT min(application_id) FROM recommended_outcomes)",
    ),
    (
        "award-passed-every-gate",
        "UPDATE gate_checks SET outcome = 'not_met' WHERE id = (SELECT min(g.id) FROM gate_checks g JOIN recommended_outcomes o ON o.application_id = g.application_id WHERE o.outcome = 'award')",
    ),
    (
        "award-reached-every-minimum",
        "UPDATE agreed_marks SET mark = 0 WHERE criterion = 'NEED' AND moderation_id = (SELECT min(m.id) FROM moderations m JOIN recommended_outcomes o ON o.application_id = m.application_id WHERE o.outcome = 'award')",
    ),
    (
        "offer-fits-what-was-asked",
        "UPDATE recommended_outcomes SET offer_pence = offer_pence - 1 WHERE id = (SELECT min(id) FROM recommended_outcomes WHERE outcome = 'award')",
    ),
    (
        "offers-are-within-the-ceiling",
        "UPDATE round_definitions SET document = replace(document, '\"pot_pence\":', '\"pot_pence\":1,\"was\":') WHERE round_id = (SELECT min(id) FROM rounds WHERE stage = 'issued')",
    ),
    (
        "award-says-why-in-public",
        "UPDATE recommended_outcomes SET public_reasons = '' WHERE id = (SELECT min(id) FROM recommended_outcomes WHERE outcome = 'award')",
    ),
    (
        "recommended-round-has-its-recommendation",
        "INSERT INTO rounds (fund_id, reference, name, stage, opens_at, closes_at, created_at, created_by, published_at, version) SELECT fund_id, 'CSF-2001-R1', name, 'recommended', opens_at, closes_at, created_at, created_by, published_at, 1 FROM rounds WHERE id = (SELECT min(id) FROM rounds WHERE stage = 'issued'); \
         INSERT INTO round_definitions (round_id, version, document, reason, created_at, created_by) SELECT (SELECT max(id) FROM rounds), 1, document, reason, created_at, created_by FROM round_definitions WHERE round_id = (SELECT min(id) FROM rounds WHERE stage = 'issued') AND version = (SELECT max(d.version) FROM round_definitions d WHERE d.round_id = (SELECT min(id) FROM rounds WHERE stage = 'issued'))",
    ),
    (
        "no-recommendation-before-its-time",
        "INSERT INTO rounds (fund_id, reference, name, stage, opens_at, closes_at, created_at, created_by, published_at, version) SELECT fund_id, 'CSF-2001-R1', name, 'moderation', opens_at, closes_at, created_at, created_by, published_at, 1 FROM rounds WHERE id = (SELECT min(id) FROM rounds WHERE stage = 'issued'); \
         INSERT INTO round_definitions (round_id, version, document, reason, created_at, created_by) SELECT (SELECT max(id) FROM rounds), 1, document, reason, created_at, created_by FROM round_definitions WHERE round_id = (SELECT min(id) FROM rounds WHERE stage = 'issued') AND version = (SELECT max(d.version) FROM round_definitions d WHERE d.round_id = (SELECT min(id) FROM rounds WHERE stage = 'issued')); \
         INSERT INTO recommendations (round_id, made_at, made_by, note, ranking) SELECT (SELECT max(id) FROM rounds), made_at, made_by, note, ranking FROM recommendations WHERE id = (SELECT min(id) FROM recommendations); \
         INSERT INTO audit_events (seq, at, kind, actor, round_id, data, changed_rows, previous_hash, hash, mac) SELECT max(seq) + 1, max(at), 'recommendation_made', 'x', (SELECT round_id FROM recommendations WHERE id = (SELECT max(id) FROM recommendations)), '{\"recommendation\":' || (SELECT max(id) FROM recommendations) || ',}', '[]', '', '', '' FROM audit_events; \
         UPDATE audit_heads SET seq = seq + 1",
    ),
    (
        "decided-round-has-its-decision",
        "INSERT INTO rounds (fund_id, reference, name, stage, opens_at, closes_at, created_at, created_by, published_at, version) SELECT fund_id, 'CSF-2001-R1', name, 'decided', opens_at, closes_at, created_at, created_by, published_at, 1 FROM rounds WHERE id = (SELECT min(id) FROM rounds WHERE stage = 'issued'); \
         INSERT INTO round_definitions (round_id, version, document, reason, created_at, created_by) SELECT (SELECT max(id) FROM rounds), 1, document, reason, created_at, created_by FROM round_definitions WHERE round_id = (SELECT min(id) FROM rounds WHERE stage = 'issued') AND version = (SELECT max(d.version) FROM round_definitions d WHERE d.round_id = (SELECT min(id) FROM rounds WHERE stage = 'issued')); \
         INSERT INTO recommendations (round_id, made_at, made_by, note, ranking) SELECT (SELECT max(id) FROM rounds), made_at, made_by, note, ranking FROM recommendations WHERE id = (SELECT min(id) FROM recommendations); \
         INSERT INTO audit_events (seq, at, kind, actor, round_id, data, changed_rows, previous_hash, hash, mac) SELECT max(seq) + 1, max(at), 'recommendation_made', 'x', (SELECT round_id FROM recommendations WHERE id = (SELECT max(id) FROM recommendations)), '{\"recommendation\":' || (SELECT max(id) FROM recommendations) || ',}', '[]', '', '', '' FROM audit_events; \
         UPDATE audit_heads SET seq = seq + 1",
    ),
    (
        "decision-is-of-a-decided-round",
        "INSERT INTO rounds (fund_id, reference, name, stage, opens_at, closes_at, created_at, created_by, published_at, version) SELECT fund_id, 'CSF-2001-R1', name, 'recommended', opens_at, closes_at, created_at, created_by, published_at, 1 FROM rounds WHERE id = (SELECT min(id) FROM rounds WHERE stage = 'issued'); \
         INSERT INTO round_definitions (round_id, version, document, reason, created_at, created_by) SELECT (SELECT max(id) FROM rounds), 1, document, reason, created_at, created_by FROM round_definitions WHERE round_id = (SELECT min(id) FROM rounds WHERE stage = 'issued') AND version = (SELECT max(d.version) FROM round_definitions d WHERE d.round_id = (SELECT min(id) FROM rounds WHERE stage = 'issued')); \
         INSERT INTO recommendations (round_id, made_at, made_by, note, ranking) SELECT (SELECT max(id) FROM rounds), made_at, made_by, note, ranking FROM recommendations WHERE id = (SELECT min(id) FROM recommendations); \
         INSERT INTO audit_events (seq, at, kind, actor, round_id, data, changed_rows, previous_hash, hash, mac) SELECT max(seq) + 1, max(at), 'recommendation_made', 'x', (SELECT round_id FROM recommendations WHERE id = (SELECT max(id) FROM recommendations)), '{\"recommendation\":' || (SELECT max(id) FROM recommendations) || ',}', '[]', '', '', '' FROM audit_events; \
         UPDATE audit_heads SET seq = seq + 1; \
         INSERT INTO decisions (round_id, recommendation_id, reference, signed_at, signed_by, statement, interests) SELECT (SELECT max(id) FROM rounds), (SELECT max(id) FROM recommendations), 'CSF-2001-R1-D1', signed_at, signed_by, statement, interests FROM decisions WHERE id = (SELECT min(id) FROM decisions); \
         INSERT INTO audit_events (seq, at, kind, actor, round_id, data, changed_rows, previous_hash, hash, mac) SELECT max(seq) + 1, max(at), 'decision_signed', 'x', (SELECT max(id) FROM rounds), '{}', '[]', '', '', '' FROM audit_events; \
         UPDATE audit_heads SET seq = seq + 1",
    ),
    (
        "decision-is-on-the-recommendation-that-stands",
        "INSERT INTO recommendations (round_id, made_at, made_by, note, ranking, superseded_at, superseded_by, superseded_reason) SELECT round_id, made_at, made_by, note, ranking, made_at, made_by, 'Why' FROM recommendations WHERE id = (SELECT min(id) FROM recommendations); \
         UPDATE decisions SET recommendation_id = (SELECT max(id) FROM recommendations) WHERE id = (SELECT min(id) FROM decisions); \
         INSERT INTO audit_events (seq, at, kind, actor, round_id, data, changed_rows, previous_hash, hash, mac) SELECT max(seq) + 1, max(at), 'recommendation_made', 'x', (SELECT round_id FROM recommendations WHERE id = (SELECT max(id) FROM recommendations)), '{\"recommendation\":' || (SELECT max(id) FROM recommendations) || ',}', '[]', '', '', '' FROM audit_events; \
         UPDATE audit_heads SET seq = seq + 1",
    ),
    (
        "signed-after-it-was-recommended",
        "UPDATE decisions SET signed_at = '2001-01-01 00:00:00' WHERE id = (SELECT min(id) FROM decisions)",
    ),
    (
        "signatory-did-nothing-else",
        "UPDATE decisions SET signed_by = (SELECT c.made_by FROM recommendations c WHERE c.id = decisions.recommendation_id) WHERE id = (SELECT min(id) FROM decisions)",
    ),
    (
        "who-decides-has-no-conflict",
        "INSERT INTO conflicts (application_id, account_id, declared, kind, detail, declared_at, version) SELECT (SELECT min(a.id) FROM applications a WHERE a.round_id = s.round_id), s.signed_by, 'conflict', 'other', 'x', '2001-01-01 00:00:00', 1 FROM decisions s WHERE s.id = (SELECT min(id) FROM decisions)",
    ),
    ("signatory-declared-interests", "UPDATE decisions SET interests = '' WHERE id = (SELECT min(id) FROM decisions)"),
    (
        "feedback-line-is-on-a-criterion",
        "INSERT INTO feedback_versions (application_id, version, faults, saved_at, saved_by) SELECT min(a.id), 1, 1, '2026-01-01 00:00:00', 1 FROM applications a JOIN rounds r ON r.id = a.round_id WHERE r.stage = 'moderation'; \
         INSERT INTO feedback_lines (feedback_id, criterion, kind, place, text) SELECT max(id), 'NOSUCH', 'strength', 1, 'x' FROM feedback_versions; \
         INSERT INTO audit_events (seq, at, kind, actor, application_id, data, changed_rows, previous_hash, hash, mac) SELECT max(seq) + 1, max(at), 'feedback_saved', 'x', (SELECT application_id FROM feedback_versions WHERE id = (SELECT max(id) FROM feedback_versions)), '{\"version\":1}', '[]', '', '', '' FROM audit_events; \
         UPDATE audit_heads SET seq = seq + 1",
    ),
    (
        "feedback-wording-is-of-its-criterion",
        "UPDATE feedback_lines SET reason_id = (SELECT min(v.id) FROM reason_versions v JOIN reason_entries e ON e.id = v.entry_id WHERE e.kind = 'improvement') WHERE id = (SELECT min(id) FROM feedback_lines WHERE kind = 'strength')",
    ),
    (
        "feedback-was-read-by-a-second-person",
        "UPDATE feedback_readings SET read_by = (SELECT f.saved_by FROM feedback_versions f WHERE f.id = feedback_readings.feedback_id) WHERE id = (SELECT min(id) FROM feedback_readings)",
    ),
    (
        "no-letter-without-decision",
        "INSERT INTO letters (application_id, kind, reference, stage, data, template, template_sha256, drafted_at, drafted_by, delivery) SELECT min(a.id), 'rejection', 'X-REJ', 'draft', '{}', 'x', 'x', '2026-01-01 00:00:00', 1, 'none' FROM applications a JOIN rounds r ON r.id = a.round_id WHERE r.stage = 'moderation'",
    ),
    (
        "issued-letter-was-approved-by-a-second-person",
        "UPDATE letters SET approved_by = drafted_by WHERE id = (SELECT min(id) FROM letters WHERE stage = 'issued')",
    ),
    (
        "letter-says-what-was-decided",
        "UPDATE letters SET kind = 'award' WHERE id = (SELECT min(id) FROM letters WHERE kind = 'rejection' AND stage = 'issued')",
    ),
    (
        "letter-says-what-was-decided",
        "UPDATE letters SET kind = 'withdrawn_application' WHERE id = (SELECT min(id) FROM letters WHERE kind = 'feedback' AND stage = 'issued')",
    ),
    (
        "letter-has-the-approved-wording",
        "INSERT INTO letter_wordings (kind, version, stage, opening, text_sha256, edition, effective_at, author_id, saved_at, approved_at, approved_by) VALUES ('feedback', 1, 'approved', 'x', 'x', 1, '2001-01-01 00:00:00', 1, '2001-01-01 00:00:00', '2001-01-01 00:00:00', 2)",
    ),
    (
        "wording-was-approved-by-a-second-person",
        "INSERT INTO letter_wordings (kind, version, stage, opening, text_sha256, edition, effective_at, author_id, saved_at, approved_at, approved_by) VALUES ('termination', 1, 'approved', 'x', 'x', 1, '2001-01-01 00:00:00', 1, '2001-01-01 00:00:00', '2001-01-01 00:00:00', 1)",
    ),
    (
        "no-letter-before-the-signature",
        "UPDATE letters SET issued_at = '2001-01-01 00:00:00' WHERE id = (SELECT min(id) FROM letters WHERE stage = 'issued')",
    ),
    (
        "finished-round-told-everybody",
        "DELETE FROM outbox WHERE letter_id = (SELECT min(id) FROM letters WHERE kind = 'rejection'); \
         DELETE FROM letters WHERE id = (SELECT min(id) FROM letters WHERE kind = 'rejection')",
    ),
    (
        "letters-are-issued-together",
        "UPDATE rounds SET stage = 'decided' WHERE id = (SELECT min(id) FROM rounds WHERE stage = 'issued')",
    ),
    (
        "told-feedback-was-accepted",
        "UPDATE feedback_lines SET text = text || ' And more.' WHERE id = (SELECT max(n.id) FROM feedback_lines n JOIN feedback_readings r ON r.feedback_id = n.feedback_id WHERE r.verdict = 'accepted')",
    ),
    (
        "told-feedback-is-complete",
        "INSERT INTO feedback_versions (application_id, version, faults, saved_at, saved_by) SELECT application_id, 7, 0, '2026-01-01 00:00:00', 1 FROM feedback_versions WHERE id = (SELECT min(feedback_id) FROM feedback_readings); \
         INSERT INTO feedback_readings (feedback_id, verdict, read_at, read_by) SELECT max(id), 'accepted', '2026-01-01 00:00:00', 2 FROM feedback_versions; \
         INSERT INTO audit_events (seq, at, kind, actor, application_id, data, changed_rows, previous_hash, hash, mac) SELECT max(seq) + 1, max(at), 'feedback_saved', 'x', (SELECT application_id FROM feedback_versions WHERE id = (SELECT max(id) FROM feedback_versions)), '{\"version\":7}', '[]', '', '', '' FROM audit_events; \
         UPDATE audit_heads SET seq = seq + 1; \
         INSERT INTO audit_events (seq, at, kind, actor, application_id, data, changed_rows, previous_hash, hash, mac) SELECT max(seq) + 1, max(at), 'feedback_accepted', 'x', (SELECT application_id FROM feedback_versions WHERE id = (SELECT max(id) FROM feedback_versions)), '{\"version\":7}', '[]', '', '', '' FROM audit_events; \
         UPDATE audit_heads SET seq = seq + 1",
    ),
    (
        "closed-round-lacks-nothing",
        "INSERT INTO round_closings (round_id, closed_at, closed_by, applications, letters) SELECT min(a.round_id), '2026-01-01 00:00:00', 1, 0, 0 FROM applications a JOIN rounds r ON r.id = a.round_id WHERE r.stage = 'moderation' AND a.stage = 'submitted'",
    ),
    (
        "closed-round-lacks-nothing",
        "INSERT INTO round_closings (round_id, closed_at, closed_by, applications, letters) SELECT min(id), '2026-01-01 00:00:00', 1, 0, 0 FROM rounds WHERE stage = 'issued'; \
         UPDATE letters SET delivery = 'failed' WHERE kind = 'withdrawn_application'",
    ),
    (
        "single-letter-was-approved-by-a-second-person",
        "UPDATE single_letters SET approved_by = drafted_by WHERE id = (SELECT min(id) FROM single_letters WHERE stage = 'issued')",
    ),
    (
        "single-letter-is-about-an-offer",
        "UPDATE single_letters SET issued_at = '2001-01-01 00:00:00' WHERE id = (SELECT min(id) FROM single_letters WHERE stage = 'issued')",
    ),
    (
        "no-mail-about-a-letter-that-is-not-issued",
        "INSERT INTO letters (application_id, kind, reference, stage, data, template, template_sha256, drafted_at, drafted_by, delivery) SELECT min(application_id), 'rejection', 'X-REJ', 'draft', '{}', 'x', 'x', '2026-01-01 00:00:00', 1, 'none' FROM letters WHERE kind = 'award'; \
         INSERT INTO outbox (kind, letter_id, to_email, to_name, subject, text_body, html_body, message_id, stage, attempts, created_at, next_attempt_at) SELECT 'letters_ready', max(id), 'x@y.example', '', '', '', '', 'x', 'sent', 1, '2026-01-01 00:00:00', '2026-01-01 00:00:00' FROM letters",
    ),
    (
        "advice-was-told-before-the-bid",
        "INSERT INTO advice_judgements (application_id, letter_id, reference, item, verdict, reason, version, judged_at, judged_by) SELECT (SELECT min(a.id) FROM applications a JOIN rounds r ON r.id = a.round_id WHERE r.stage = 'moderation'), min(l.id), l.reference, 1, 'acted', 'x', 1, '2026-01-01 00:00:00', 1 FROM letters l WHERE l.id = (SELECT min(id) FROM letters WHERE kind = 'feedback') GROUP BY l.reference",
    ),
    (
        "workshop-rests-on-rounds",
        "DELETE FROM workshop_versions WHERE workshop_id = (SELECT min(id) FROM workshops) AND version = 1",
    ),
    (
        "workshop-invites-its-applicants",
        "INSERT INTO workshop_invitations (workshop_id, organisation_id, account_id, message_id, invited_at, invited_by) SELECT (SELECT min(id) FROM workshops), min(a.organisation_id), 1, 'x', '2026-01-01 00:00:00', 1 FROM applications a JOIN rounds r ON r.id = a.round_id WHERE r.stage = 'moderation'; \
         INSERT INTO audit_events (seq, at, kind, actor, data, changed_rows, previous_hash, hash, mac) SELECT max(seq) + 1, max(at), 'workshop_announced', 'x', '{\"workshop\":' || (SELECT min(id) FROM workshops) || '}', '[]', '', '', '' FROM audit_events; \
         UPDATE audit_heads SET seq = seq + 1",
    ),
    ("trail-has-no-gap", "DELETE FROM audit_events WHERE seq = 2"),
    (
        "record-is-of-the-round-of-its-application",
        "UPDATE audit_events SET round_id = 1000000 WHERE seq = (SELECT max(seq) FROM audit_events WHERE kind = 'answers_saved')",
    ),
    (
        "submission-is-in-the-trail",
        "UPDATE audit_events SET kind = 'answers_saved' WHERE seq = (SELECT min(seq) FROM audit_events WHERE kind = 'application_submitted')",
    ),
    (
        "submitted-sheet-is-in-the-trail",
        "UPDATE audit_events SET kind = 'marks_saved' WHERE seq = (SELECT min(seq) FROM audit_events WHERE kind = 'sheet_submitted')",
    ),
    (
        "closed-moderation-is-in-the-trail",
        "UPDATE audit_events SET kind = 'mark_agreed' WHERE seq = (SELECT min(seq) FROM audit_events WHERE kind = 'moderation_closed')",
    ),
    (
        "recommendation-is-in-the-trail",
        "UPDATE audit_events SET kind = 'round_changed' WHERE seq = (SELECT min(seq) FROM audit_events WHERE kind = 'recommendation_made')",
    ),
    (
        "decision-is-in-the-trail",
        "UPDATE audit_events SET kind = 'round_changed' WHERE seq = (SELECT min(seq) FROM audit_events WHERE kind = 'decision_signed')",
    ),
    (
        "issued-letter-is-in-the-trail",
        "UPDATE audit_events SET kind = 'letter_read' WHERE seq = (SELECT min(seq) FROM audit_events WHERE kind = 'letter_issued')",
    ),
    (
        "corrected-letter-is-in-the-trail",
        "INSERT INTO letter_corrections (letter_id, number, reference, reason, stage, data, template, template_sha256, pdf_sha256, drafted_at, drafted_by, issued_at, approved_by, delivery) SELECT min(id), 2, 'X-REJ-2', 'x', 'issued', '{}', 'x', 'x', 'x', '2026-01-01 00:00:00', 1, '2026-01-01 00:00:00', 2, 'sent' FROM letters WHERE stage = 'issued'",
    ),
    (
        "single-letter-is-in-the-trail",
        "UPDATE audit_events SET kind = 'letter_read' WHERE seq = (SELECT min(seq) FROM audit_events WHERE kind = 'single_letter_issued')",
    ),
    (
        "feedback-is-in-the-trail",
        "UPDATE audit_events SET kind = 'answers_saved' WHERE seq = (SELECT min(seq) FROM audit_events WHERE kind = 'feedback_accepted')",
    ),
    (
        "workshop-is-in-the-trail",
        "UPDATE audit_events SET kind = 'workshop_changed' WHERE seq = (SELECT min(seq) FROM audit_events WHERE kind = 'workshop_planned')",
    ),
];
