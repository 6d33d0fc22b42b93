ALTER TABLE letter_wordings
    DROP CONSTRAINT letter_wordings_kind_check
    , ADD CONSTRAINT letter_wordings_kind_check CHECK (kind IN ('acknowledgement', 'award', 'partial_award', 'reserve', 'rejection', 'feedback', 'condition_reminder', 'variation', 'withdrawal', 'termination'));
ALTER TABLE letters
    DROP CONSTRAINT letters_kind_check
    , ADD CONSTRAINT letters_kind_check CHECK (kind IN ('acknowledgement', 'award', 'partial_award', 'reserve', 'rejection', 'feedback', 'condition_reminder', 'variation', 'withdrawal', 'termination'));
