package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/server"
)

type appKeys struct {
	Create keyCreate `cmd:"" help:"Make another key, with all scopes or some."`
	List   keyList   `cmd:"" help:"List the keys of an application with their scopes."`
	Revoke keyRevoke `cmd:"" help:"End a key at once, and its tokens."`
	Rotate appRotate `cmd:"" help:"Make a new key with the scopes of the old ones, which live on for --overlap."`
}

// ofApplication names an application.
type ofApplication struct {
	storage
	Tenant string `arg:"" help:"Name of the tenant."`
	Name   string `arg:"" help:"Name of the application."`
}

func (a ofApplication) params() server.Params {
	return server.Params{Tenant: a.Tenant, Application: a.Name}
}

type keyCreate struct {
	ofApplication
	Scopes []string `help:"What it may be used for, with commas between: read, link, collect, manage, erase; default: all."`
}

func (c keyCreate) Run(w *env) error {
	var made server.NewKey
	p := c.params()
	p.Scopes = strings.Join(c.Scopes, " ")
	if err := operate(w, c.storage, "app.key.create", p, &made); err != nil {
		return err
	}
	fmt.Fprintf(w.out, "Created key %s (%s).\n  client id      %s\n  client secret  %s\nThe secret is shown this once.\n",
		made.Key.ID, fairlead.FormatAccessScopes(made.Key.Scopes), made.ClientID, made.Secret)
	return nil
}

type keyList struct{ ofApplication }

func (c keyList) Run(w *env) error {
	var all []fairlead.Key
	if err := operate(w, c.storage, "app.key.list", c.params(), &all); err != nil {
		return err
	}
	day := func(at time.Time) string {
		if at.IsZero() {
			return "never"
		}
		return at.Format(time.DateOnly)
	}
	return table(w, []string{"KEY", "ENDS IN", "SCOPES", "CREATED", "FIRST USED", "EXPIRES"}, all, func(k fairlead.Key) []string {
		return []string{string(k.ID), k.LastFour, fairlead.FormatAccessScopes(k.Scopes), day(k.Created), day(k.FirstUsed), day(k.Expires)}
	})
}

type keyRevoke struct {
	ofApplication
	Key string `arg:"" help:"Id of the key."`
}

func (c keyRevoke) Run(w *env) error {
	var a fairlead.Application
	p := c.params()
	p.Key = c.Key
	if err := operate(w, c.storage, "app.key.revoke", p, &a); err != nil {
		return err
	}
	fmt.Fprintf(w.out, "Revoked key %s of %s.\n", c.Key, a.Name)
	return nil
}

type tenantSet struct {
	storage
	Name    string `arg:"" help:"Name of the tenant."`
	Setting string `arg:"" help:"connections=shared (every application of the tenant sees all) or connections=own (each sees what its own links made); choose before the first link."`
}

func (c tenantSet) Run(w *env) error {
	value, ok := strings.CutPrefix(c.Setting, "connections=")
	if !ok {
		return fmt.Errorf("nothing of a tenant is called so: connections=shared or connections=own")
	}
	var t fairlead.Tenant
	if err := operate(w, c.storage, "tenant.set", server.Params{Tenant: c.Name, Sharing: fairlead.Sharing(value)}, &t); err != nil {
		return err
	}
	fmt.Fprintf(w.out, "Connections of %s are %s.\n", t.Name, t.Sharing)
	return nil
}
