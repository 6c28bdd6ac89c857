package collecting

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
)

// never is when secrets are renewed that need no renewing.
var never = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// source is the institution as a run sees it: a connector with a session.
type source struct {
	connector connector.Connector
	session   connector.Session
	uploaded  bool // a file is the institution
}

// open makes the source of a run.
func (r *run) open(ctx context.Context, person fairlead.Person) (source, error) {
	s, err := r.sourceOf(ctx, r.tenant, r.conn, person, r.now, r.col.File)
	if err != nil {
		return s, err
	}
	s.session.Attended = r.attended()
	if q := s.connector.Describe().Quota; q != nil {
		s.session.Count = r.count(*q)
	}
	return s, nil
}

// sourceOf makes the source of a connection, or of a file that was uploaded to it.
func (c *Collecting) sourceOf(ctx context.Context, tenant fairlead.Tenant, conn fairlead.Connection, person fairlead.Person, now time.Time, file *fairlead.File) (s source, err error) {
	if s.connector, err = c.o.Directory.Connector(conn.Connector); err != nil {
		return s, fmt.Errorf("collecting: finding the connector: %w", err)
	}
	institution, err := c.o.Directory.Find(ctx, tenant, string(conn.Institution))
	if err != nil {
		return s, fmt.Errorf("collecting: finding the institution: %w", err)
	}
	env, err := c.o.ConnectorEnv(ctx, tenant, conn.Connector)
	if err != nil {
		return s, err
	}
	s.session = connector.Session{
		Env: env, Institution: institution, Person: conn.Person,
		Reference: conn.Reference, Connection: conn.ID, Identity: conn.Identity, Accounts: conn.Accounts, Created: conn.Created,
		File: file,
	}
	s.session.Now, s.uploaded = now, conn.Uploaded
	key := sealing.ConnectionKey(conn)
	s.session.Open = func(f fairlead.File) (io.ReadCloser, error) {
		return c.sealer.OpenBlob(context.Background(), key, f.Blob)
	}
	s.session.Once = onceByName()
	if s.session.Secrets, err = c.sealer.Secrets(conn); err != nil {
		return s, fmt.Errorf("collecting: %w", err)
	}
	if s.session.Hints, err = c.sealer.Details(person); err != nil {
		return s, fmt.Errorf("collecting: %w", err)
	}
	return s, nil
}

// onceByName makes each value once in a run, failures too. A run fetches one page
// at a time.
func onceByName() func(string, func() (any, error)) (any, error) {
	type result struct {
		value any
		err   error
	}
	made := map[string]result{}
	return func(name string, produce func() (any, error)) (any, error) {
		r, known := made[name]
		if !known {
			r.value, r.err = produce()
			made[name] = r
		}
		return r.value, r.err
	}
}

// fetch requests one page, in bounded time.
func (s *source) fetch(ctx context.Context, req connector.FetchRequest) (connector.Page, error) {
	bounded, cancel := context.WithTimeout(ctx, s.connector.Describe().CallTime())
	defer cancel()
	page, err := s.fetchPage(bounded, req)
	switch {
	case err == nil || bounded.Err() == nil || ctx.Err() != nil:
	case s.uploaded && fairlead.Is(err, fairlead.Unavailable): // others were read all the while
	case s.uploaded:
		err = fileError(fairlead.TooLarge, "This file takes too long to read. Please pick a shorter period.", "takes too long to read", err)
	default:
		err = &fairlead.Error{Kind: fairlead.InstitutionDown, Detail: "The institution did not answer in time.", Err: err}
	}
	return page, err
}

// renew refreshes the secrets before they expire. Where a connector never said
// when, it does so before every collection but the first: tokens without an
// expiry expire too. failure is the institution's refusal; err is ours.
func (r *run) renew(ctx context.Context) (failure, err error) {
	renewer, ok := r.source.connector.(connector.Renewer)
	if !ok || r.now.Before(r.conn.RenewAt) || (r.conn.RenewAt.IsZero() && r.col.Cause == fairlead.CauseFirst) {
		return nil, nil
	}
	bounded, cancel := context.WithTimeout(ctx, r.source.connector.Describe().CallTime())
	defer cancel()
	secrets, next, failure := renewer.Renew(bounded, r.source.session)
	if failure != nil {
		return failure, ctx.Err()
	}
	sealed, err := r.sealer.SealSecrets(r.conn, secrets)
	if err != nil {
		return nil, fmt.Errorf("collecting: sealing secrets: %w", err)
	}
	if next.IsZero() {
		next = never
	}
	err = r.update(ctx, nil, func(_ *store.Tx, conn *fairlead.Connection, _ *fairlead.Collection) ([]fairlead.Event, error) {
		conn.Secrets, conn.RenewAt = sealed, next
		return nil, nil
	})
	if err == nil {
		r.source.session.Secrets = secrets
	}
	return nil, err
}
