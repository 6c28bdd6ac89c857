package providing

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	refreshEvery = 24 * time.Hour
	// freshFor is how long a directory is not read anew by the schedule, in real time: a
	// sandbox whose clock is moved by a year does not read it 365 times.
	freshFor  = 20 * time.Hour
	pageTime  = 60 * time.Second // one page of a directory, real time
	shareTime = 80 * time.Second // of one attempt, after which the reading goes on in another
	maxPages  = 2000             // of one reading
	restarts  = 2                // of one reading, where the service forgets its cursors
	maxListed = 50_000           // institutions of one provider
	batch     = 400              // institutions in one transaction
)

// errEndless is under the failure of a reading that would never end: the next one begins
// anew, on another day.
var errEndless = errors.New("providing: the list has no end")

// errOutrun ends an attempt whose reading is not the present one any more.
var errOutrun = errors.New("providing: another reading began")

func refreshWork(of fairlead.Provider, due time.Time) fairlead.Work {
	return fairlead.Work{Kind: fairlead.RefreshWork, Key: string(of.ID), Tenant: of.Tenant, ConcurrencyKey: "provider/" + of.Connector, Due: due}
}

// Run is the handler of RefreshWork: once a day it reads a provider's directory, page by
// page, and writes what changed. It goes on where an attempt before it was interrupted.
// What a complete reading did not list is marked Gone. A failure leaves what was there.
func (p *Providing) Run(ctx context.Context, w fairlead.Work) (store.WorkResult, error) {
	id, logos := strings.CutSuffix(w.Key, logoWork)
	t, stored, err := p.read(ctx, w.Tenant, fairlead.ProviderID(id))
	if fairlead.Is(err, fairlead.NotFound) {
		return store.WorkResult{}, p.erase(ctx, w.Tenant, fairlead.ProviderID(id))
	}
	if err != nil {
		return store.WorkResult{}, in("reading a provider", err)
	}
	instant := p.o.Clock()
	now := t.Time(instant)
	if wait := stored.ResetsAt.Sub(instant); wait > 0 {
		return store.WorkResult{Again: now.Add(wait)}, nil
	}
	if logos {
		return p.fetchLogos(ctx, t, stored)
	}
	if age := instant.Sub(stored.Directory.Refreshed); stored.Directory.Started.IsZero() && age < freshFor {
		return store.WorkResult{Again: now.Add(refreshEvery - max(0, age))}, nil
	}
	r := &refreshing{Providing: p, tenant: t, provider: stored, until: time.Now().Add(shareTime)}
	done, err := r.readPages(ctx)
	switch {
	case errors.Is(err, errOutrun):
		return store.WorkResult{Again: t.Time(p.o.Clock())}, nil
	case err != nil && ctx.Err() != nil: // a stop: it goes on with the next attempt
		return store.WorkResult{}, err
	case err != nil:
		return r.failed(ctx, w, err)
	case !done:
		return store.WorkResult{Again: t.Time(p.o.Clock())}, nil
	}
	return store.WorkResult{Again: t.Time(p.o.Clock()).Add(refreshEvery)}, nil
}

// refreshing is one attempt at reading a directory.
type refreshing struct {
	*Providing
	tenant   fairlead.Tenant
	provider fairlead.Provider
	until    time.Time // real
}

// readPages reads until there are no more pages, or the attempt has had its share of time.
func (r *refreshing) readPages(ctx context.Context) (done bool, err error) {
	c, spec, err := r.provided(r.provider.Connector)
	if err != nil {
		return false, err
	}
	if err := r.reaches(r.tenant, r.provider); err != nil {
		return false, err
	}
	if r.provider.Directory.Started.IsZero() {
		if err := r.begin(ctx); err != nil {
			return false, err
		}
	}
	if r.provider.Directory.Pages == 0 { // of readings before, which came to nothing
		if err := r.dropListed(ctx); err != nil {
			return false, err
		}
	}
	handed, err := r.opened(spec, r.provider)
	if err != nil {
		return false, err
	}
	for {
		from := r.provider.Directory.Cursor
		bounded, cancel := context.WithTimeout(ctx, pageTime)
		page, err := c.Institutions(bounded, r.o.Env(r.tenant, r.provider.Connector, handed), from)
		cancel()
		if from != "" && (fairlead.Is(err, fairlead.Gone) || fairlead.Is(err, fairlead.Conflict)) { // the service has forgotten the cursor
			return false, r.restart(ctx, spec)
		}
		if err != nil {
			return false, failure(spec, err)
		}
		if page.More && (page.Cursor == "" || page.Cursor == from || r.provider.Directory.Pages >= maxPages) {
			return false, endless(spec)
		}
		if err := r.writePage(ctx, page); err != nil {
			return false, err
		}
		if !page.More {
			return true, r.finish(ctx)
		}
		if time.Now().After(r.until) {
			return false, nil
		}
		if err := pause(ctx, r.o.Pace); err != nil {
			return false, err
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// begin begins a reading from the first page on.
func (r *refreshing) begin(ctx context.Context) error {
	instant := r.o.Clock()
	return r.update(ctx, func(_ *store.Tx, stored *fairlead.Provider) error {
		stored.Directory.Begin(instant)
		return nil
	})
}

// restart begins the reading anew after the service has forgotten its cursor, a few times.
func (r *refreshing) restart(ctx context.Context, spec connector.ProviderSpec) error {
	if r.provider.Directory.Restarts >= restarts {
		return endless(spec)
	}
	instant := r.o.Clock()
	return r.update(ctx, func(_ *store.Tx, stored *fairlead.Provider) error {
		stored.Directory.Begin(instant)
		stored.Directory.Restarts++
		return nil
	})
}

func endless(spec connector.ProviderSpec) error {
	return &fairlead.Error{Kind: fairlead.InstitutionDown, Detail: spec.Title + " lists its institutions without an end.", Err: errEndless}
}

// update changes the stored provider, if the reading is still the present one.
func (r *refreshing) update(ctx context.Context, change func(*store.Tx, *fairlead.Provider) error) error {
	return r.o.Store.Update(ctx, func(tx *store.Tx) error {
		stored, err := tx.Providers.Get(r.provider.Tenant, string(r.provider.ID))
		if fairlead.Is(err, fairlead.NotFound) {
			return errOutrun
		}
		if err != nil {
			return err
		}
		if d := stored.Directory; !d.Started.Equal(r.provider.Directory.Started) || d.Cursor != r.provider.Directory.Cursor {
			return errOutrun
		}
		if err := change(tx, &stored); err != nil {
			return err
		}
		if err := tx.Providers.Put(stored.Tenant, &stored); err != nil {
			return err
		}
		r.provider = stored
		return nil
	})
}

// writePage writes a page: what is new or changed, which were listed, and where the reading
// goes on.
func (r *refreshing) writePage(ctx context.Context, page connector.DirectoryPage) error {
	for rest := page.Institutions; ; {
		part := rest[:min(batch, len(rest))]
		rest = rest[len(part):]
		institutions, logos, err := r.institutions(ctx, part)
		if err != nil {
			return err
		}
		last := len(rest) == 0
		err = r.update(ctx, func(tx *store.Tx, stored *fairlead.Provider) error {
			wanting, err := r.logosOf(tx, institutions, logos)
			if err != nil {
				return err
			}
			written, err := tx.Institutions.Put(stored.Tenant, institutions)
			if err != nil {
				return err
			}
			if written > 0 {
				stored.Directory.Revision++
			}
			if err := noteListed(tx, *stored, institutions); err != nil {
				return err
			}
			if last && page.More {
				stored.Directory.Cursor = page.Cursor
				stored.Directory.Pages++
			}
			if wanting {
				return tx.Work.Due(logoWorkOf(*stored, r.tenant.Time(r.o.Clock())))
			}
			return nil
		})
		if err != nil || last {
			return err
		}
	}
}

// institutions are the entries of a page as they are stored, with their logos. Entries
// that name no institution of the connector's are left out.
func (r *refreshing) institutions(ctx context.Context, entries []connector.DirectoryEntry) ([]fairlead.Institution, pageLogos, error) {
	logos := pageLogos{waiting: map[string][]fairlead.InstitutionID{}}
	var out []fairlead.Institution
	seen := map[fairlead.InstitutionID]bool{}
	for _, e := range entries {
		i := e.Institution
		if !strings.HasPrefix(string(i.ID), r.provider.Connector+"_") || i.Name == "" || seen[i.ID] {
			r.o.Log.DebugContext(ctx, "an institution of a directory is left out", "provider", r.provider.ID, "institution", i.ID)
			continue
		}
		seen[i.ID] = true
		i.Connector, i.Provider, i.Gone = r.provider.Connector, r.provider.ID, time.Time{}
		i.Environments, i.Logo, i.LogoHash = []fairlead.Environment{r.tenant.Environment}, "", ""
		switch {
		case len(e.LogoImage) > 0:
			hash, err := r.storeLogo(ctx, e.LogoImage)
			if err != nil && fairlead.KindOf(err) != fairlead.Invalid {
				return nil, logos, err
			}
			i.LogoHash = hash // "" of one that is refused
		case e.LogoURL != "":
			logos.waiting[e.LogoURL] = append(logos.waiting[e.LogoURL], i.ID)
		}
		out = append(out, i)
	}
	return out, logos, nil
}

// finish ends a complete reading: what it did not list is gone.
func (r *refreshing) finish(ctx context.Context) error {
	listed, err := r.listed(ctx)
	if err != nil {
		return err
	}
	instant, count := r.o.Clock(), 0
	for after := fairlead.InstitutionID(""); ; {
		var page []fairlead.Institution
		err := r.o.Store.View(ctx, func(tx *store.Tx) (err error) {
			page, err = tx.Institutions.List(r.provider.Tenant, r.provider.ID, after, batch)
			return err
		})
		if err != nil {
			return err
		}
		var gone []fairlead.Institution
		for _, i := range page {
			after = i.ID
			switch {
			case listed[i.ID]:
				count++
			case i.Gone.IsZero():
				i.Gone = instant
				gone = append(gone, i)
			}
		}
		if len(gone) > 0 {
			err := r.update(ctx, func(tx *store.Tx, stored *fairlead.Provider) error {
				stored.Directory.Revision++
				_, err := tx.Institutions.Put(stored.Tenant, gone)
				return err
			})
			if err != nil {
				return err
			}
		}
		if len(page) < batch {
			break
		}
	}
	err = r.update(ctx, func(_ *store.Tx, stored *fairlead.Provider) error {
		stored.Directory.End()
		stored.Directory.Refreshed = instant
		stored.Directory.Institutions, stored.Directory.Problem, stored.Problem = count, nil, nil
		return nil
	})
	if err != nil {
		return err
	}
	return r.dropListed(ctx)
}

// failed records why a reading failed, and when it is tried again.
func (r *refreshing) failed(ctx context.Context, w fairlead.Work, met error) (store.WorkResult, error) {
	err := r.o.Store.Update(ctx, func(tx *store.Tx) error {
		stored, err := tx.Providers.Get(r.provider.Tenant, string(r.provider.ID))
		if fairlead.Is(err, fairlead.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		stored.Directory.Problem = r.problem(met, stored.Directory.Problem)
		if errors.Is(met, errEndless) {
			stored.Directory.End()
		}
		stored.ResetsAt = latest(stored.ResetsAt, r.resets(met))
		switch fairlead.KindOf(met) {
		case fairlead.Unauthenticated, fairlead.Forbidden:
			stored.Problem = r.problem(met, stored.Problem)
		}
		return tx.Providers.Put(stored.Tenant, &stored)
	})
	if err != nil {
		return store.WorkResult{}, in("recording a problem of a directory", err)
	}
	kind := fairlead.KindOf(met)
	switch {
	case errors.Is(met, errEndless),
		kind == fairlead.Unauthenticated, kind == fairlead.Forbidden, kind == fairlead.Unsupported, kind == fairlead.Invalid: // until somebody acts
		return store.WorkResult{Failed: true, Again: r.tenant.Time(r.o.Clock()).Add(refreshEvery), Error: brief(met)}, nil
	case kind == fairlead.SlowDown, kind == fairlead.RateLimited:
		if wait := r.resets(met).Sub(r.o.Clock()); wait > 0 {
			return store.WorkResult{Again: r.tenant.Time(r.o.Clock()).Add(wait)}, nil
		}
	}
	return store.WorkResult{}, in("reading a directory", met)
}

// brief is an error in one line for operators, without what a service answered.
func brief(err error) string {
	if e, ok := errors.AsType[*fairlead.Error](err); ok {
		return string(e.Kind) + ": " + e.Detail
	}
	return string(fairlead.KindOf(err))
}
