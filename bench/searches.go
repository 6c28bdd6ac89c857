package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/directory/directorytest"
)

// directoryLength is as many institutions as the largest services list.
const directoryLength = 20_000

// typed are what people type: beginnings, several words in any order, mistakes, a kind of
// bank that half of them are, and what is not there.
var typed = []string{"s", "first", "bank", "sprngfield", "credit union spring", "harbor fairmuoth", "farmers greenville bank", "zzzzzzzz"}

// searches measures how long a search of a long directory takes, from the request to the
// last byte of the answer, beside the same searches where one institution is all there is.
func searches(ctx context.Context, s settings) error {
	const name = "GET institutions, search of 20,000"
	if !s.only.MatchString(name) {
		return nil
	}
	for _, engine := range []struct {
		name string
		open func(context.Context, settings) (tables, error)
	}{{"SQLite", sqliteTables}, {"PostgreSQL", postgresTables}} {
		if err := searchesOn(ctx, s, name+", "+engine.name, engine.open); err != nil {
			return fmt.Errorf("%s: %w", engine.name, err)
		}
	}
	return nil
}

func searchesOn(ctx context.Context, s settings, name string, makeTables func(context.Context, settings) (tables, error)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var sides [2]func(context.Context) ([]time.Duration, error)
	for n, institutions := range []int{1, directoryLength} {
		t, err := makeTables(ctx, s)
		if err != nil {
			return err
		}
		if t.address == "" {
			skipped(name, noPostgres)
			return nil
		}
		defer t.drop()
		h, err := openOn(ctx, s, t.address)
		if err != nil {
			return err
		}
		defer h.close()
		if sides[n], err = h.searching(ctx, s, institutions); err != nil {
			return err
		}
	}
	var floors, products []time.Duration
	for n := range s.rounds + 1 {
		for side, into := range []*[]time.Duration{&floors, &products} {
			took, err := sides[side](ctx)
			if err != nil {
				return err
			}
			if n > 0 { // both warm up
				*into = append(*into, took...)
			}
		}
	}
	latencies(name, 50, floors, products, "")
	latencies(name, 99, floors, products, "< 10 ms")
	return nil
}

// searching gives the dev tenant a provider of so many institutions, and returns what
// searches for a while, one search after another.
func (a *app) searching(ctx context.Context, s settings, institutions int) (func(context.Context) ([]time.Duration, error), error) {
	who, err := a.Verbs.Access.ByClient(ctx, access.DevClientID, fairlead.NewSecret(access.DevSecret))
	if err != nil {
		return nil, err
	}
	p := fairlead.Provider{
		ID: fairlead.ProviderID(fairlead.NewID("prv", time.Now())), Tenant: who.Tenant.ID, Connector: "sandbox", Environment: who.Tenant.Environment, Created: time.Now(),
	}
	if err := directorytest.Provide(ctx, a.Store, &p, directorytest.Institutions(institutions, p)); err != nil {
		return nil, err
	}
	c := caller(s)
	token, err := a.token(ctx, c, "/v1/oauth/token")
	if err != nil {
		return nil, err
	}
	header := http.Header{"Authorization": {"Bearer " + token}}
	n := 0
	return func(ctx context.Context) (all []time.Duration, err error) {
		for began := time.Now(); time.Since(began) < s.round; n++ {
			address := a.URL() + "/v1/institutions?limit=10&q=" + url.QueryEscape(typed[n%len(typed)])
			sent := time.Now()
			if _, err := send(ctx, c, http.MethodGet, address, header, nil); err != nil {
				return nil, err
			}
			all = append(all, time.Since(sent))
		}
		return all, nil
	}, nil
}
