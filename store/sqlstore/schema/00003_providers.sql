-- Accounts at outside services, and the institutions that they reach.
CREATE TABLE providers (
    tenant text NOT NULL,
    id text NOT NULL,
    version bigint NOT NULL,
    connector text,
    body text NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE UNIQUE INDEX providers_connector ON providers (tenant, connector);

CREATE TABLE institutions (
    tenant text NOT NULL,
    provider text NOT NULL,
    id text NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX institutions_provider ON institutions (tenant, provider, id);

ALTER TABLE connections ADD COLUMN upstream text;
CREATE INDEX connections_upstream ON connections (tenant, upstream, id);

-- Tokens by which programs of a person read what the person shares.
CREATE TABLE setup_tokens (
    tenant text NOT NULL,
    id text NOT NULL,
    version bigint NOT NULL,
    application text,
    person text,
    body text NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX setup_tokens_application ON setup_tokens (tenant, application, id);
CREATE INDEX setup_tokens_person ON setup_tokens (tenant, person, id);
