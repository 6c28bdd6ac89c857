package main

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect/native"
	"github.com/fairlead-dev/fairlead/server"
)

type connectionCommand struct {
	List connectionList `cmd:"" help:"List connections: whose, where, how each stands and who must act."`
}

type connectionList struct {
	inTenant
	listing
	Person string `help:"Only of this person: id or the application's reference." placeholder:"PERSON"`
}

func (c connectionList) Run(w *env) error {
	var all []server.ListedConnection
	if err := c.run(w, "connection.list", server.Params{Person: c.Person}, &all); err != nil {
		return err
	}
	type row = server.ListedConnection
	return list(w, c.listing, "There is no connection.", all,
		column[row]{"id", func(r row) any { return r.ID }},
		column[row]{"person", func(r row) any { return r.Person }},
		column[row]{"institution", func(r row) any { return r.Institution }},
		column[row]{"status", func(r row) any { return r.Status }},
		column[row]{"problem", func(r row) any { return problemCell(r.Problem) }},
		column[row]{"created_at", func(r row) any { return r.Created }},
		column[row]{"refreshed_at", func(r row) any { return r.Refreshed }},
	)
}

// problemCell is a problem in a list: its kind and who must act.
func problemCell(p *fairlead.Problem) any {
	if p == nil {
		return nil
	}
	return worded{map[string]any{"kind": p.Kind, "actor": p.Actor}, string(p.Kind) + " (" + string(p.Actor) + ")"}
}

type personCommand struct {
	Erase personErase `cmd:"" help:"Erase everything about a person: links, connections, records, documents. It can't be undone."`
}

type personErase struct {
	inTenant
	certain
	Person string `arg:"" help:"Id or reference of the person."`
}

func (c personErase) Run(w *env) error {
	tenant, err := c.name(w, c.storage.config())
	if err != nil {
		return err
	}
	var all []server.ListedConnection
	if err := operate(w, c.storage, "connection.list", server.Params{Tenant: tenant, Person: c.Person}, &all); err != nil {
		return err
	}
	open := 0
	for _, one := range all {
		if one.Status != fairlead.ConnectionDisconnected {
			open++
		}
	}
	what := fmt.Sprintf("Everything about %s of %s is erased: %s and %s that ended, with consents, records and documents.\n"+
		"The consents are revoked at the institutions where that can be done.", c.Person, tenant, counted(open, "open connection"), counted(len(all)-open, "connection"))
	if err := c.confirm(w, what, c.Person); err != nil {
		return err
	}
	var person fairlead.Person
	if err := operate(w, c.storage, "person.erase", server.Params{Tenant: tenant, Person: c.Person}, &person); err != nil {
		return err
	}
	fmt.Fprintf(w.out, "Erased %s (%s). Records are being emptied by the running server, or by the next that starts.\n", c.Person, person.ID)
	return nil
}

type linkCommand struct {
	Show linkShow `cmd:"" help:"Show how a link went: where it stands, why it failed, who must act. The reference of a failure on the page is the link's id."`
}

type linkShow struct {
	storage
	listing
	ID string `arg:"" help:"Id of the link, of whichever tenant: lnk_…"`
}

func (c linkShow) Run(w *env) error {
	var l server.ShownLink
	if err := operate(w, c.storage, "link.show", server.Params{Link: strings.TrimSpace(c.ID)}, &l); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(w, l)
	}
	row := func(name, value string) {
		if value != "" {
			fmt.Fprintf(w.out, "%-12s %s\n", name, value)
		}
	}
	row("link", string(l.ID))
	row("tenant", l.Tenant)
	row("application", l.Application)
	row("person", l.Person)
	row("status", string(l.Status))
	stage := string(l.Stage)
	if l.Step != "" {
		stage += ", at a " + l.Step
	}
	row("stage", stage)
	row("institution", l.Institution)
	row("logins", fmt.Sprintf("%s, %s refused", counted(l.Rounds, "round"), counted(l.Wrong, "answer")))
	printFailure(row, l.Reason, l.Problem)
	for _, id := range l.Connections {
		row("connection", string(id))
	}
	row("created", seconds(l.Created))
	row("opened", seconds(l.Opened))
	if l.Ended.IsZero() {
		row("expires", seconds(l.Expires))
	}
	row("ended", seconds(l.Ended))
	for _, e := range l.Events {
		row("event", strings.Join(strings.Fields(seconds(e.At)+"  "+string(e.Type)+" "+string(e.Reason)+" "+string(e.ID)), " "))
	}
	row("log", fmt.Sprintf("lines with link=%s; an internal error has its request_id too", l.ID))
	return nil
}

// printFailure prints why something failed, in a sentence, and who must act.
func printFailure(row func(name, value string), reason fairlead.ErrorKind, p *fairlead.Problem) {
	if p == nil && reason == "" {
		return
	}
	kind, actor, detail, code := reason, fairlead.ActorFor(reason), "", ""
	if p != nil {
		kind, actor, detail, code = cmp.Or(p.Kind, reason), p.Actor, p.Detail, p.Code
	}
	row("failed", strings.TrimSpace(string(kind)+" "+code))
	row("reason", cmp.Or(detail, native.ErrorWords(kind)))
	row("who acts", string(actor))
	if p != nil && !p.RetryAfter.IsZero() {
		row("again after", seconds(p.RetryAfter))
	}
}

// seconds is an instant to the second; "" for none.
func seconds(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}
