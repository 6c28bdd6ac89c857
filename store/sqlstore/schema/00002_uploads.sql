-- What an uploaded file said of records, one row a transaction of its collection:
-- sealed, and deleted with the collection.
CREATE TABLE upload_pages (
    tenant text NOT NULL,
    id text NOT NULL,
    version bigint NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (tenant, id)
);
