-- Connections are listed by their status: those that need somebody to act, above all.
CREATE INDEX connections_status ON connections (tenant, status, id);
