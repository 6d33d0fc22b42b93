DROP TRIGGER single_letters_raise ON single_letters;
DROP FUNCTION refuse_unfit_raise();
