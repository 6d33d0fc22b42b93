DROP FUNCTION refuse_change_of_gate_finding() CASCADE;
DROP INDEX documents_application_id_question_idx;
DROP INDEX applications_round_id_stage_idx;
DROP TABLE gate_findings;
