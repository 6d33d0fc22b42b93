DROP TRIGGER moderations_chair;
DROP TABLE management_texts;
DROP TABLE moderation_reopenings;
DROP TABLE agreed_mark_versions;
