DROP FUNCTION refuse_superseded_wording() CASCADE;
ALTER TABLE letters DROP COLUMN wording_id;
ALTER TABLE letters DROP CONSTRAINT letters_kind_check;
ALTER TABLE letters ADD CONSTRAINT letters_kind_check CHECK (kind IN ('award', 'rejection', 'feedback'));
DROP TABLE letter_wordings;
DROP FUNCTION refuse_wording_begun_otherwise() CASCADE;
DROP FUNCTION refuse_change_of_author() CASCADE;
DROP FUNCTION refuse_approval_of_another_wording() CASCADE;
DROP FUNCTION refuse_change_of_wording() CASCADE;
