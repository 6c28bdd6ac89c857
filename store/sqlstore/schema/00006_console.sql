-- Who signs in to the console. Their tenant is the server itself.
CREATE TABLE operators (
    tenant text NOT NULL,
    id text NOT NULL,
    version bigint NOT NULL,
    email text,
    body text NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE UNIQUE INDEX operators_email ON operators (tenant, email);
-- Deliveries that failed are listed by themselves. Those of before are found once they
-- fail anew: no row is rewritten here.
ALTER TABLE deliveries ADD COLUMN failure text;
CREATE INDEX deliveries_failure ON deliveries (tenant, failure, id) WHERE failure IS NOT NULL;
