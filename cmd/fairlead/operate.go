package main

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/server"
	"github.com/fairlead-dev/fairlead/store/sqlstore"
)

// operate runs a command in the server that has the data folder, or, when none
// runs, opens the folder for as long as the command takes.
func operate(w *env, s storage, command string, p server.Params, answer any) error {
	return operateOn(w, s.config(), command, p, answer)
}

// operateOn is operate with all that a command which calls a service must know.
func operateOn(w *env, c server.Config, command string, p server.Params, answer any) error {
	if running, err := server.SendCommand(w, c.Data, command, p, answer); running {
		return err
	}
	opened, err := server.OpenFor(w, c)
	if err != nil {
		return err
	}
	defer opened.Close()
	body, err := json.Marshal(p)
	if err != nil {
		return err
	}
	made, err := opened.Command(context.WithoutCancel(w), command, body)
	if err != nil {
		return fmt.Errorf("%s", server.CommandError(err))
	}
	encoded, err := json.Marshal(made)
	if err != nil {
		return err
	}
	return json.Unmarshal(encoded, answer)
}

type migrateCommand struct{ storage }

func (m migrateCommand) Run(w *env) error {
	c := m.config()
	if err := c.Paths(); err != nil {
		return err
	}
	if err := sqlstore.Migrate(w, c.Store); err != nil {
		return err
	}
	fmt.Fprintln(w.out, "The database is up to date.")
	return nil
}

type appCommand struct {
	Create appCreate `cmd:"" help:"Create an application and its first key."`
	List   appList   `cmd:"" help:"List a tenant's applications."`
	Keys   appKeys   `cmd:"" help:"Keys of an application."`
	Delete appDelete `cmd:"" help:"End an application with its keys, endpoints and reusable links; connections stay the tenant's."`
	Set    appSet    `cmd:"" help:"Change an application: origins=…, redirects=…, callbacks=…, company=…, accent=…, logo=…, terms=…, privacy=…, or a dialect's setting (DIALECT.NAME=…)."`
}

type appCreate struct {
	inTenant
	Name      string   `arg:"" help:"Unique name in the tenant."`
	Company   string   `help:"Shown to people."`
	Origins   []string `help:"Origins whose pages may open the modal: https://app.example.com"`
	Redirects []string `help:"Hosts a redirect may lead to."`
	Callbacks []string `help:"Hosts a webhook may be posted to; default: any public one."`
	Scopes    []string `help:"What its first key may be used for: read, link, collect, manage, erase; default: all."`
}

func (c appCreate) Run(w *env) error {
	var m server.Made
	p := server.Params{Application: c.Name, Company: c.Company, Origins: c.Origins, Redirects: c.Redirects, Callbacks: c.Callbacks}
	p.Scopes = strings.Join(c.Scopes, " ")
	if err := c.run(w, "app.create", p, &m); err != nil {
		return err
	}
	fmt.Fprintf(w.out, "Created application %s.\n  client id      %s\n  client secret  %s\nThe secret is shown this once.\n",
		m.Application.Name, m.ClientID, m.Secret)
	return nil
}

type appList struct {
	inTenant
	listing
}

func (c appList) Run(w *env) error {
	var all []fairlead.Application
	if err := c.run(w, "app.list", server.Params{}, &all); err != nil {
		return err
	}
	type row = fairlead.Application
	return list(w, c.listing, "There is no application. `fairlead app create NAME` makes one.", all,
		column[row]{"name", func(a row) any { return a.Name }},
		column[row]{"client_id", func(a row) any { return a.ClientID }},
		column[row]{"company", func(a row) any { return a.CompanyName }},
		column[row]{"origins", func(a row) any { return slices.Concat([]string{}, a.Origins) }},
	)
}

type appRotate struct {
	inTenant
	Name    string        `arg:"" help:"Name of the application."`
	Overlap time.Duration `default:"24h" help:"How long the old keys still work."`
}

func (c appRotate) Run(w *env) error {
	var m server.Made
	p := server.Params{Application: c.Name, Overlap: c.Overlap}
	if err := c.run(w, "app.rotate", p, &m); err != nil {
		return err
	}
	fmt.Fprintf(w.out, "  client id      %s\n  client secret  %s\nThe secret is shown this once; older ones end in %s.\n", m.ClientID, m.Secret, c.Overlap)
	return nil
}

type appDelete struct {
	inTenant
	Name string `arg:"" help:"Name of the application."`
}

func (c appDelete) Run(w *env) error {
	var a fairlead.Application
	if err := c.run(w, "app.delete", server.Params{Application: c.Name}, &a); err != nil {
		return err
	}
	fmt.Fprintf(w.out, "Deleted application %s (%s).\n", a.Name, a.ID)
	return nil
}

type appSet struct {
	inTenant
	Name   string   `arg:"" help:"Name of the application."`
	Values []string `arg:"" name:"key=value" help:"What to change: origins, redirects, callbacks (lists with commas), company, accent (#0a6b4f), logo (a data: address of an image), terms and privacy (https addresses of pages), or a dialect's setting. An empty value takes one away."`
}

func (c appSet) Run(w *env) error {
	tenant, err := c.name(w, c.storage.config())
	if err != nil {
		return err
	}
	changes, err := settingsOf(c.Values)
	if err != nil {
		return err
	}
	for _, p := range changes {
		p.Tenant, p.Application = tenant, c.Name
		var a fairlead.Application
		if err := operate(w, c.storage, "app.set", p, &a); err != nil {
			return err
		}
	}
	fmt.Fprintln(w.out, "Changed.")
	return nil
}

// settingsOf sorts key=value pairs into changes: one of the application itself
// and one for each dialect named before a dot. A value that is JSON is taken as
// such, else as text; an empty one brings the default back.
func settingsOf(pairs []string) ([]server.Params, error) {
	own, dialects := server.Params{}, map[string]map[string]json.RawMessage{}
	for _, pair := range pairs {
		key, value, ok := strings.Cut(pair, "=")
		if !ok {
			return nil, fmt.Errorf("%q is not of the form key=value", pair)
		}
		if dialect, name, dotted := strings.Cut(key, "."); dotted {
			if dialects[dialect] == nil {
				dialects[dialect] = map[string]json.RawMessage{}
			}
			dialects[dialect][name] = settingValue(value)
			continue
		}
		items := slices.DeleteFunc(strings.Split(value, ","), func(s string) bool { return s == "" })
		switch key {
		case "origins":
			own.Origins = items
		case "redirects":
			own.Redirects = items
		case "callbacks":
			own.Callbacks = items
		case "company":
			own.Company = value
		case "accent":
			own.Accent = &value
		case "logo":
			own.Logo = &value
		case "terms":
			own.Terms = &value
		case "privacy":
			own.Privacy = &value
		default:
			return nil, fmt.Errorf("nothing of an application is called %q: origins, redirects, callbacks, company, accent, logo, terms, privacy, or DIALECT.SETTING", key)
		}
	}
	var out []server.Params
	if !reflect.ValueOf(own).IsZero() {
		out = append(out, own)
	}
	for dialect, settings := range dialects {
		out = append(out, server.Params{Dialect: dialect, Settings: settings})
	}
	return out, nil
}

func settingValue(text string) json.RawMessage {
	if text == "" {
		return json.RawMessage("null")
	}
	if json.Valid([]byte(text)) {
		return json.RawMessage(text)
	}
	quoted, _ := json.Marshal(text)
	return quoted
}
