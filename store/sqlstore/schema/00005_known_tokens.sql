-- A token whose subject knows its name (Token.Known) has no subject and no expiry in its
-- columns, and is in no index but that of names. A template is found by its token. The
-- hashes of an account's refs lie together: all are made anew (schema.go).
DROP INDEX tokens_subject;
CREATE INDEX tokens_subject ON tokens (tenant, kind, subject, created) WHERE subject <> '';
DROP INDEX templates_token;
ALTER TABLE templates DROP COLUMN token;
