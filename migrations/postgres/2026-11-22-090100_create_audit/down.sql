DROP FUNCTION refuse_change_of_audit() CASCADE;
DROP TABLE row_salts;
DROP TABLE audit_heads;
DROP TABLE audit_events;
