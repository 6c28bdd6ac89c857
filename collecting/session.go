package collecting

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/vault"
)

// never is when secrets are renewed that need no renewing.
var never = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

func (r *run) owner() vault.Owner { return vault.Owner{Tenant: r.tenant.ID, ID: string(r.conn.ID)} }

func (r *run) seal(plain []byte) (fairlead.Sealed, error) {
	sealed, err := r.o.Vault.Seal(r.conn.Key, r.owner(), plain)
	if err != nil {
		return nil, fmt.Errorf("collecting: sealing: %w", err)
	}
	return sealed, nil
}

// open makes the session that the connector fetches with.
func (r *run) open(person fairlead.Person) (err error) {
	if r.connector, err = r.o.Registry.Connector(r.conn.Connector); err != nil {
		return fmt.Errorf("collecting: finding the connector: %w", err)
	}
	if r.institution, err = r.o.Registry.Institution(r.tenant.Environment, string(r.conn.Institution)); err != nil {
		return fmt.Errorf("collecting: finding the institution: %w", err)
	}
	r.session = connector.Session{
		Env: r.o.ConnectorEnv(r.tenant, r.conn.Connector), Institution: r.institution, Person: r.conn.Person,
		Reference: r.conn.Reference, Connection: r.conn.ID, Identity: r.conn.Identity, Created: r.conn.Created, File: r.col.File, Open: r.openFile,
	}
	r.session.Now = r.now
	if r.session.Secrets, err = r.openSecrets(); err != nil {
		return err
	}
	r.session.Hints, err = r.openHints(person)
	return err
}

// openSecrets reads the sealed secrets: a JSON object of names and values.
func (r *run) openSecrets() (map[string]fairlead.Secret, error) {
	secrets := map[string]fairlead.Secret{}
	if len(r.conn.Secrets) == 0 {
		return secrets, nil
	}
	plain, err := r.o.Vault.Open(r.conn.Key, r.owner(), r.conn.Secrets)
	if err != nil {
		return nil, fmt.Errorf("collecting: opening secrets: %w", err)
	}
	var values map[string]string
	if json.Unmarshal(plain, &values) != nil {
		return nil, fairlead.Errorf(fairlead.Internal, "The connection's secrets cannot be read.")
	}
	for name, value := range values {
		secrets[name] = fairlead.NewSecret(value)
	}
	return secrets, nil
}

func (r *run) sealSecrets(secrets map[string]fairlead.Secret) (fairlead.Sealed, error) {
	values := make(map[string]string, len(secrets))
	for name, s := range secrets {
		values[name] = s.Reveal()
	}
	plain, err := json.Marshal(values)
	if err != nil {
		return nil, fairlead.Errorf(fairlead.Internal, "The connection's secrets cannot be written.")
	}
	return r.seal(plain)
}

func (r *run) openHints(person fairlead.Person) (details fairlead.PersonDetails, err error) {
	if len(person.Details) == 0 {
		return details, nil
	}
	plain, err := r.o.Vault.Open(person.Key, vault.Owner{Tenant: r.tenant.ID, ID: string(person.ID)}, person.Details)
	if err != nil {
		return details, fmt.Errorf("collecting: opening the person's details: %w", err)
	}
	if json.Unmarshal(plain, &details) != nil {
		return details, fairlead.Errorf(fairlead.Internal, "The person's details cannot be read.")
	}
	return details, nil
}

// openFile opens an uploaded file, which is sealed under the connection's key.
func (r *run) openFile(f fairlead.File) (io.ReadCloser, error) {
	blob, err := r.o.Bucket.Get(context.Background(), f.Blob)
	if err != nil {
		return nil, fmt.Errorf("collecting: opening a file: %w", err)
	}
	plain, err := r.o.Vault.Streams().Open(r.conn.Key, r.owner(), blob)
	if err != nil {
		blob.Close()
		return nil, fmt.Errorf("collecting: opening a file: %w", err)
	}
	return struct {
		io.Reader
		io.Closer
	}{plain, blob}, nil
}

// prepare renews the secrets where that is due and loads what records hang on.
func (r *run) prepare(ctx context.Context) error {
	if err := r.renew(ctx); err != nil || r.fatal != nil || r.blocked {
		return err
	}
	return r.o.Store.View(ctx, func(tx *store.Tx) error {
		err := r.each(tx, store.RecordQuery{Kind: fairlead.AccountRecord}, func(rec fairlead.Record) error {
			r.accounts[rec.Ref] = rec.ID
			return nil
		})
		if err != nil {
			return err
		}
		err = r.each(tx, store.RecordQuery{Kind: fairlead.SecurityRecord}, func(rec fairlead.Record) error {
			r.securities[rec.Ref] = rec.ID
			return nil
		})
		if err != nil {
			return err
		}
		return r.each(tx, store.RecordQuery{Kind: fairlead.DocumentRecord}, func(rec fairlead.Record) error {
			d, err := documentOf(rec)
			r.documents[rec.Ref], r.shelved[rec.Ref] = d, rec
			return err
		})
	})
}

// each walks the live records that q names, page by page.
func (r *run) each(tx *store.Tx, q store.RecordQuery, do func(fairlead.Record) error) error {
	q.Connection, q.Limit = r.conn.ID, 1000
	for {
		page, err := tx.Records.List(r.tenant.ID, q)
		if err != nil {
			return err
		}
		for _, rec := range page {
			if err := do(rec); err != nil {
				return err
			}
		}
		if len(page) < q.Limit {
			return nil
		}
		last := page[len(page)-1]
		q.AfterDay, q.After = last.Day, last.ID
	}
}

// unrenewed records that the secrets could not be refreshed: no product can be
// read without them.
func (r *run) unrenewed(ctx context.Context, err error) error {
	if stopsAll(fairlead.KindOf(err)) {
		p := r.problem(err, "")
		r.fatal = &p
		return nil
	}
	for _, p := range r.products() {
		if err := r.failed(ctx, p, err); err != nil {
			return err
		}
	}
	r.blocked = true
	return nil
}

// renew refreshes the secrets before they expire. Where a connector never said
// when, it is asked before every collection but the first: tokens without an
// expiry expire too.
func (r *run) renew(ctx context.Context) error {
	renewer, ok := r.connector.(connector.Renewer)
	if !ok || r.now.Before(r.conn.RenewAt) || (r.conn.RenewAt.IsZero() && r.col.Cause == fairlead.CauseFirst) {
		return nil
	}
	bounded, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	secrets, next, err := renewer.Renew(bounded, r.session)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return r.unrenewed(ctx, err)
	}
	sealed, err := r.sealSecrets(secrets)
	if err != nil {
		return err
	}
	if next.IsZero() {
		next = never
	}
	err = r.update(ctx, nil, func(_ *store.Tx, conn *fairlead.Connection, _ *fairlead.Collection) ([]fairlead.Event, error) {
		conn.Secrets, conn.RenewAt = sealed, next
		return nil, nil
	})
	if err == nil {
		r.session.Secrets = secrets
	}
	return err
}
