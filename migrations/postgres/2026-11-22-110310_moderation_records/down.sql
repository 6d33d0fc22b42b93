DROP FUNCTION refuse_closing_without_chair() CASCADE;
DROP FUNCTION refuse_change_of_management_texts() CASCADE;
DROP FUNCTION refuse_change_of_moderation_reopenings() CASCADE;
DROP FUNCTION refuse_change_of_agreed_mark_versions() CASCADE;
DROP TABLE management_texts;
DROP TABLE moderation_reopenings;
DROP TABLE agreed_mark_versions;
