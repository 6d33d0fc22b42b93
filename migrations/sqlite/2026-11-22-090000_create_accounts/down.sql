DROP TABLE sessions;
DROP TABLE sign_in_links;
DROP TABLE memberships;
DROP TABLE organisations;
DROP TABLE account_roles;
DROP TABLE accounts;
