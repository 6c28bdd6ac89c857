-- Whom an event is about, so that an erased person can be taken out of it.

ALTER TABLE events ADD COLUMN person text NOT NULL DEFAULT '';
CREATE INDEX events_person ON events (tenant, person, sequence) WHERE person <> '';
