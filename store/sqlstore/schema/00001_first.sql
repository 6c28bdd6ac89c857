-- One text for both engines. Ids and names are text ordered by bytes, times are
-- microseconds since 1970, days are text, bodies are JSON text. Every noun has
-- its own table: tenant, id, version, the keys it is searched by, body. An
-- absent key is NULL, so that a unique index counts only what is there. SQLite
-- stores a table that is marked "clustered", whose rows are small, in the tree of
-- its primary key. (It then prefers that tree to an index that is better, so no
-- such table is searched by anything else than whole keys.)

CREATE TABLE tenants (
    id text NOT NULL PRIMARY KEY,
    name text NOT NULL,
    clock_offset bigint NOT NULL,
    clock_frozen bigint,
    version bigint NOT NULL,
    body text NOT NULL
);
CREATE UNIQUE INDEX tenants_name ON tenants (name);

CREATE TABLE tokens (
    kind text NOT NULL,
    name text NOT NULL,
    tenant text NOT NULL,
    application text NOT NULL,
    subject text NOT NULL,
    expires bigint,
    listable bigint NOT NULL,
    created bigint NOT NULL,
    version bigint NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (kind, name)
); -- clustered
CREATE INDEX tokens_subject ON tokens (tenant, kind, subject, created);
CREATE INDEX tokens_listable ON tokens (tenant, application, kind, created) WHERE listable = 1;
CREATE INDEX tokens_expires ON tokens (tenant, expires) WHERE expires IS NOT NULL;

CREATE TABLE applications (
    tenant text NOT NULL,
    id text NOT NULL,
    version bigint NOT NULL,
    name text,
    body text NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE UNIQUE INDEX applications_name ON applications (tenant, name);

CREATE TABLE application_keys (
    tenant text NOT NULL,
    id text NOT NULL,
    version bigint NOT NULL,
    application text,
    body text NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX application_keys_application ON application_keys (tenant, application, id);

CREATE TABLE persons (
    tenant text NOT NULL,
    id text NOT NULL,
    version bigint NOT NULL,
    reference text,
    body text NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE UNIQUE INDEX persons_reference ON persons (tenant, reference);

CREATE TABLE templates (
    tenant text NOT NULL,
    id text NOT NULL,
    version bigint NOT NULL,
    application text,
    name text,
    token text,
    body text NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX templates_application ON templates (tenant, application, id);
CREATE UNIQUE INDEX templates_name ON templates (tenant, name);
CREATE UNIQUE INDEX templates_token ON templates (tenant, token);

-- expires is NULL once the end of a link was made due, or came before.
CREATE TABLE links (
    tenant text NOT NULL,
    id text NOT NULL,
    version bigint NOT NULL,
    application text,
    person text,
    expires bigint,
    body text NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX links_expires ON links (tenant, expires, id) WHERE expires IS NOT NULL;
CREATE INDEX links_application ON links (tenant, application, id);
CREATE INDEX links_person ON links (tenant, person, id);

-- identity_live is identity while the connection is not disconnected.
CREATE TABLE connections (
    tenant text NOT NULL,
    id text NOT NULL,
    version bigint NOT NULL,
    application text,
    person text,
    identity text,
    identity_live text,
    login text,
    institution text,
    link text,
    status text,
    body text NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX connections_application ON connections (tenant, application, id);
CREATE INDEX connections_person ON connections (tenant, person, id);
CREATE INDEX connections_identity ON connections (tenant, identity, id);
CREATE UNIQUE INDEX connections_identity_live ON connections (tenant, identity_live);
CREATE INDEX connections_login ON connections (tenant, login, id);
CREATE INDEX connections_institution ON connections (tenant, institution, id);
CREATE INDEX connections_link ON connections (tenant, link, id);

CREATE TABLE consents (
    tenant text NOT NULL,
    id text NOT NULL,
    version bigint NOT NULL,
    application text,
    person text,
    link text,
    connection text,
    body text NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX consents_application ON consents (tenant, application, id);
CREATE INDEX consents_person ON consents (tenant, person, id);
CREATE INDEX consents_link ON consents (tenant, link, id);
CREATE INDEX consents_connection ON consents (tenant, connection, id);

CREATE TABLE collections (
    tenant text NOT NULL,
    id text NOT NULL,
    version bigint NOT NULL,
    connection text,
    body text NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX collections_connection ON collections (tenant, connection, id);

-- What a collection under way has met, one row a transaction of it.
CREATE TABLE collection_pages (
    tenant text NOT NULL,
    id text NOT NULL,
    version bigint NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (tenant, id)
);

CREATE TABLE endpoints (
    tenant text NOT NULL,
    id text NOT NULL,
    version bigint NOT NULL,
    application text,
    body text NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX endpoints_application ON endpoints (tenant, application, id);

-- A delivery waits in a queue: by its sequence until it was tried, then by the time
-- of its next attempt. One that does not wait has no queue.
CREATE TABLE deliveries (
    tenant text NOT NULL,
    id text NOT NULL,
    version bigint NOT NULL,
    event text,
    endpoint text,
    queue text,
    sequence bigint,
    retry bigint,
    body text NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX deliveries_event ON deliveries (tenant, event, id);
CREATE INDEX deliveries_endpoint ON deliveries (tenant, endpoint, id);
CREATE INDEX deliveries_sequence ON deliveries (tenant, queue, sequence, id) WHERE queue IS NOT NULL AND sequence IS NOT NULL;
CREATE INDEX deliveries_retry ON deliveries (tenant, queue, retry, id) WHERE queue IS NOT NULL AND retry IS NOT NULL;

CREATE TABLE saved_responses (
    tenant text NOT NULL,
    id text NOT NULL,
    version bigint NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (tenant, id)
);

CREATE TABLE notes (
    tenant text NOT NULL,
    dialect text NOT NULL,
    key text NOT NULL,
    version bigint NOT NULL,
    value text NOT NULL,
    PRIMARY KEY (tenant, dialect, key)
); -- clustered

CREATE TABLE note_counters (
    tenant text NOT NULL,
    dialect text NOT NULL,
    counter text NOT NULL,
    n bigint NOT NULL,
    PRIMARY KEY (tenant, dialect, counter)
); -- clustered

CREATE TABLE records (
    tenant text NOT NULL,
    id text NOT NULL,
    connection text NOT NULL,
    account text NOT NULL,
    kind text NOT NULL,
    ref text NOT NULL,
    twin bigint NOT NULL,
    day text NOT NULL,
    state text NOT NULL,
    version bigint NOT NULL,
    position bigint NOT NULL,
    changed bigint NOT NULL,
    removed bigint NOT NULL,
    reason text NOT NULL,
    body text NOT NULL,
    sealed bytea,
    PRIMARY KEY (tenant, id)
);
CREATE UNIQUE INDEX records_position ON records (tenant, connection, position);
CREATE INDEX records_ref ON records (tenant, connection, kind, ref);
CREATE INDEX records_by_connection ON records (tenant, connection, kind, day, id) WHERE removed = 0;
CREATE INDEX records_by_account ON records (tenant, account, kind, day, id) WHERE removed = 0;
CREATE INDEX records_pending ON records (tenant, connection, kind, day, id) WHERE removed = 0 AND state = 'pending';
CREATE INDEX records_pending_account ON records (tenant, account, kind, day, id) WHERE removed = 0 AND state = 'pending';

CREATE TABLE record_versions (
    tenant text NOT NULL,
    id text NOT NULL,
    connection text NOT NULL,
    account text NOT NULL,
    kind text NOT NULL,
    ref text NOT NULL,
    twin bigint NOT NULL,
    day text NOT NULL,
    state text NOT NULL,
    version bigint NOT NULL,
    position bigint NOT NULL,
    changed bigint NOT NULL,
    removed bigint NOT NULL,
    reason text NOT NULL,
    body text NOT NULL,
    sealed bytea,
    PRIMARY KEY (tenant, id, version)
);

CREATE TABLE record_feeds (
    tenant text NOT NULL,
    connection text NOT NULL,
    n bigint NOT NULL,
    PRIMARY KEY (tenant, connection)
); -- clustered

CREATE TABLE events (
    tenant text NOT NULL,
    sequence bigint NOT NULL,
    id text NOT NULL,
    application text NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    at bigint NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (tenant, sequence)
);
CREATE UNIQUE INDEX events_id ON events (tenant, id);
CREATE INDEX events_application ON events (tenant, application, sequence, kind);
CREATE INDEX events_subject ON events (tenant, subject, sequence) WHERE subject <> '';
CREATE INDEX events_at ON events (tenant, at, sequence);

CREATE TABLE event_feeds (
    tenant text NOT NULL PRIMARY KEY,
    n bigint NOT NULL
); -- clustered

CREATE TABLE audit (
    tenant text NOT NULL,
    sequence bigint NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (tenant, sequence)
);

CREATE TABLE audit_tails (
    tenant text NOT NULL PRIMARY KEY,
    sequence bigint NOT NULL,
    mac text NOT NULL
); -- clustered

-- owner is empty while a row waits; again is the due of the next run that was
-- enqueued while it ran.
CREATE TABLE work (
    tenant text NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    concurrency_key text NOT NULL,
    due bigint NOT NULL,
    attempt bigint NOT NULL,
    owner text NOT NULL,
    lease bigint NOT NULL,
    parked text NOT NULL,
    failures bigint NOT NULL,
    error text NOT NULL,
    again bigint,
    cancelled bigint NOT NULL,
    PRIMARY KEY (tenant, kind, key)
);
CREATE INDEX work_due ON work (tenant, due, kind, key) WHERE parked = '';
CREATE INDEX work_concurrency_key ON work (tenant, concurrency_key, due, kind, key) WHERE parked = '';
CREATE INDEX work_lease ON work (lease) WHERE owner <> '';
CREATE INDEX work_owner ON work (owner) WHERE owner <> '';
CREATE INDEX work_running ON work (concurrency_key) WHERE owner <> '';
CREATE INDEX work_parked ON work (tenant, kind, key) WHERE parked <> '';
