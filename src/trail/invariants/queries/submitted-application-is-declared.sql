-- means: Somebody declared every submitted application, with name and role.
-- source: issue 3 (declaration)
SELECT 'application ' || a.reference AS place FROM applications a
WHERE a.stage = 'submitted' AND (coalesce(trim(a.declared_name), '') = '' OR coalesce(trim(a.declared_role), '') = '')
