DROP FUNCTION refuse_change_of_insight() CASCADE;
DROP TABLE workshop_invitations;
DROP TABLE workshop_versions;
DROP TABLE workshop_rounds;
DROP TABLE workshops;
DROP TABLE advice_judgements;
