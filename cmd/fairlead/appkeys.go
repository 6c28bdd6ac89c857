package main

import (
	"fmt"
	"strings"

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
	inTenant
	Name string `arg:"" help:"Name of the application."`
}

func (a ofApplication) params() server.Params { return server.Params{Application: a.Name} }

type keyCreate struct {
	ofApplication
	Scopes []string `help:"What it may be used for, with commas between: read, link, collect, manage, erase; default: all."`
}

func (c keyCreate) Run(w *env) error {
	var made server.NewKey
	p := c.params()
	p.Scopes = strings.Join(c.Scopes, " ")
	if err := c.run(w, "app.key.create", p, &made); err != nil {
		return err
	}
	fmt.Fprintf(w.out, "Created key %s (%s).\n  client id      %s\n  client secret  %s\nThe secret is shown this once.\n",
		made.Key.ID, fairlead.FormatAccessScopes(made.Key.Scopes), made.ClientID, made.Secret)
	return nil
}

type keyList struct {
	ofApplication
	listing
}

func (c keyList) Run(w *env) error {
	var all []fairlead.Key
	if err := c.run(w, "app.key.list", c.params(), &all); err != nil {
		return err
	}
	type row = fairlead.Key
	return list(w, c.listing, "The application has no key.", all,
		column[row]{"key", func(k row) any { return k.ID }},
		column[row]{"ends_in", func(k row) any { return k.LastFour }},
		column[row]{"scopes", func(k row) any { return strings.Fields(fairlead.FormatAccessScopes(k.Scopes)) }},
		column[row]{"created_at", func(k row) any { return k.Created }},
		column[row]{"first_used_at", func(k row) any { return k.FirstUsed }},
		column[row]{"last_used_at", func(k row) any { return k.LastUsed }},
		column[row]{"expires_at", func(k row) any { return k.Expires }},
	)
}

type keyRevoke struct {
	ofApplication
	Key string `arg:"" help:"Id of the key."`
}

func (c keyRevoke) Run(w *env) error {
	var a fairlead.Application
	p := c.params()
	p.Key = c.Key
	if err := c.run(w, "app.key.revoke", p, &a); err != nil {
		return err
	}
	fmt.Fprintf(w.out, "Revoked key %s of %s.\n", c.Key, a.Name)
	return nil
}
