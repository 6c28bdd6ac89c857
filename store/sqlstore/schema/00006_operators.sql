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
