-- A record is found by a hash of its ref, which leads to few rows whatever the length of
-- refs, and known by a digest of what its institution said of it (0: not known). Both lie
-- in the index by which the days of an account are read, so that collecting again reads no
-- bodies. Rows of before get their hash when this is applied (schema.go).
ALTER TABLE records ADD COLUMN ref_hash bigint;
ALTER TABLE records ADD COLUMN digest bigint NOT NULL DEFAULT 0;
DROP INDEX records_ref;
DROP INDEX records_by_account;
CREATE INDEX records_ref_hash ON records (ref_hash);
CREATE INDEX records_by_account ON records (tenant, account, kind, day, id, ref_hash, digest) WHERE removed = 0;
