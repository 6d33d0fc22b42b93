DROP TRIGGER organisations_kept;
DROP TABLE organisation_merges;
DROP TABLE organisation_requests;
DROP TABLE organisation_invitations;
DROP TABLE organisation_contacts;
DROP TABLE organisation_names;
DROP TABLE organisation_numbers;
DROP TABLE organisation_profiles;
