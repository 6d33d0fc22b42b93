DROP FUNCTION refuse_change_of_answer_version() CASCADE;
DROP TABLE pending_forms;
DROP TABLE answer_versions;
