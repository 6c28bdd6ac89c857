package main

import (
	"fmt"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/server"
)

type simplefinCommand struct {
	Token simplefinToken `cmd:"" help:"Tokens by which a person's programs read what the person shares."`
}

type simplefinToken struct {
	Create simplefinCreate `cmd:"" help:"Make a token for a person, to paste into a program that speaks SimpleFIN."`
	List   simplefinList   `cmd:"" help:"List tokens with when each was used last."`
	Revoke simplefinRevoke `cmd:"" help:"End a token: its program reads nothing any more."`
}

type simplefinCreate struct {
	inTenant
	Person      string        `arg:"" help:"Id or reference of the person."`
	Name        string        `help:"Name of the program; default: SimpleFIN."`
	App         string        `help:"Name of the application in whose name it reads; default: the only one." placeholder:"NAME"`
	Connections []string      `help:"What it reads, with commas between; default: all that the person shares."`
	Life        time.Duration `help:"How long it can be claimed; default: a week."`
}

func (c simplefinCreate) Run(w *env) error {
	p := server.Params{Application: c.App, Person: c.Person, Name: c.Name, Overlap: c.Life}
	for _, id := range c.Connections {
		p.Connections = append(p.Connections, fairlead.ConnectionID(id))
	}
	var made server.NewSetupToken
	if err := c.run(w, "simplefin.token.create", p, &made); err != nil {
		return err
	}
	fmt.Fprintf(w.out, "Created token %s for %s.\n  token   %s\nIt is shown this once. Paste it into the program before %s; it works once.\n",
		made.Token.ID, made.Token.Name, made.Value, made.Token.Expires.Format(time.DateTime))
	return nil
}

type simplefinList struct {
	inTenant
	listing
	Person string `arg:"" optional:"" help:"Id or reference of the person; default: everybody."`
}

func (c simplefinList) Run(w *env) error {
	var all []server.ListedSetupToken
	if err := c.run(w, "simplefin.token.list", server.Params{Person: c.Person}, &all); err != nil {
		return err
	}
	type row = server.ListedSetupToken
	return list(w, c.listing, "There is no token.", all,
		column[row]{"token", func(t row) any { return t.ID }},
		column[row]{"person", func(t row) any { return t.Person }},
		column[row]{"name", func(t row) any { return t.Name }},
		column[row]{"status", func(t row) any { return t.Status }},
		column[row]{"created_at", func(t row) any { return t.Created }},
		column[row]{"last_used_at", func(t row) any { return t.LastUsed }},
	)
}

type simplefinRevoke struct {
	inTenant
	Token string `arg:"" help:"Id of the token."`
}

func (c simplefinRevoke) Run(w *env) error {
	var t fairlead.SetupToken
	if err := c.run(w, "simplefin.token.revoke", server.Params{Key: c.Token}, &t); err != nil {
		return err
	}
	fmt.Fprintf(w.out, "Revoked token %s.\n", c.Token)
	return nil
}
