package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
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

type tenantCommand struct {
	Create tenantCreate `cmd:"" help:"Create a tenant."`
	List   tenantList   `cmd:"" help:"List tenants."`
	Set    tenantSet    `cmd:"" help:"Say whose connections the applications of a tenant see: connections=shared or connections=own."`
}

type tenantCreate struct {
	storage
	Name        string `arg:"" help:"Unique name."`
	Environment string `default:"live" enum:"live,sandbox" help:"live meets real institutions, sandbox make-believe ones."`
	Seed        string `help:"Sandbox: what its world derives from; default: random."`
}

func (c tenantCreate) Run(w *env) error {
	var t fairlead.Tenant
	p := server.Params{Tenant: c.Name, Environment: fairlead.Environment(c.Environment), Seed: c.Seed}
	if err := operate(w, c.storage, "tenant.create", p, &t); err != nil {
		return err
	}
	fmt.Fprintf(w.out, "Created tenant %s (%s). Next: fairlead app create %s NAME\n", t.Name, t.ID, t.Name)
	return nil
}

type tenantList struct{ storage }

func (c tenantList) Run(w *env) error {
	var all []fairlead.Tenant
	if err := operate(w, c.storage, "tenant.list", server.Params{}, &all); err != nil {
		return err
	}
	return table(w, []string{"NAME", "ENVIRONMENT", "ID", "CREATED"}, all, func(t fairlead.Tenant) []string {
		return []string{t.Name, string(t.Environment), string(t.ID), t.Created.Format(time.DateOnly)}
	})
}

type appCommand struct {
	Create appCreate `cmd:"" help:"Create an application and its first key."`
	List   appList   `cmd:"" help:"List a tenant's applications."`
	Keys   appKeys   `cmd:"" help:"Keys of an application."`
	Delete appDelete `cmd:"" help:"End an application with its keys, endpoints and reusable links; connections stay the tenant's."`
	Set    appSet    `cmd:"" help:"Change an application: origins=…, redirects=…, callbacks=…, company=…, or a dialect's setting (DIALECT.NAME=…)."`
}

type appCreate struct {
	storage
	Tenant    string   `arg:"" help:"Name of the tenant."`
	Name      string   `arg:"" help:"Unique name in the tenant."`
	Company   string   `help:"Shown to people."`
	Origins   []string `help:"Origins whose pages may open the modal: https://app.example.com"`
	Redirects []string `help:"Hosts a redirect may lead to."`
	Callbacks []string `help:"Hosts a webhook may be posted to; default: any public one."`
	Scopes    []string `help:"What its first key may be used for: read, link, collect, manage, erase; default: all."`
}

func (c appCreate) Run(w *env) error {
	var m server.Made
	p := server.Params{Tenant: c.Tenant, Application: c.Name, Company: c.Company, Origins: c.Origins, Redirects: c.Redirects, Callbacks: c.Callbacks}
	p.Scopes = strings.Join(c.Scopes, " ")
	if err := operate(w, c.storage, "app.create", p, &m); err != nil {
		return err
	}
	fmt.Fprintf(w.out, "Created application %s.\n  client id      %s\n  client secret  %s\nThe secret is shown this once.\n",
		m.Application.Name, m.ClientID, m.Secret)
	return nil
}

type appList struct {
	storage
	Tenant string `arg:"" help:"Name of the tenant."`
}

func (c appList) Run(w *env) error {
	var all []fairlead.Application
	if err := operate(w, c.storage, "app.list", server.Params{Tenant: c.Tenant}, &all); err != nil {
		return err
	}
	return table(w, []string{"NAME", "CLIENT ID", "COMPANY", "ORIGINS"}, all, func(a fairlead.Application) []string {
		return []string{a.Name, a.ClientID, a.CompanyName, strings.Join(a.Origins, " ")}
	})
}

type appRotate struct {
	storage
	Tenant  string        `arg:"" help:"Name of the tenant."`
	Name    string        `arg:"" help:"Name of the application."`
	Overlap time.Duration `default:"24h" help:"How long the old keys still work."`
}

func (c appRotate) Run(w *env) error {
	var m server.Made
	p := server.Params{Tenant: c.Tenant, Application: c.Name, Overlap: c.Overlap}
	if err := operate(w, c.storage, "app.rotate", p, &m); err != nil {
		return err
	}
	fmt.Fprintf(w.out, "  client id      %s\n  client secret  %s\nThe secret is shown this once; older ones end in %s.\n", m.ClientID, m.Secret, c.Overlap)
	return nil
}

type appDelete struct {
	storage
	Tenant string `arg:"" help:"Name of the tenant."`
	Name   string `arg:"" help:"Name of the application."`
}

func (c appDelete) Run(w *env) error {
	var a fairlead.Application
	if err := operate(w, c.storage, "app.delete", server.Params{Tenant: c.Tenant, Application: c.Name}, &a); err != nil {
		return err
	}
	fmt.Fprintf(w.out, "Deleted application %s (%s).\n", a.Name, a.ID)
	return nil
}

type appSet struct {
	storage
	Tenant string   `help:"Name of the tenant; default: the only one." placeholder:"NAME"`
	Name   string   `arg:"" help:"Name of the application."`
	Values []string `arg:"" name:"key=value" help:"What to change."`
}

func (c appSet) Run(w *env) error {
	tenant := c.Tenant
	if tenant == "" {
		var all []fairlead.Tenant
		if err := operate(w, c.storage, "tenant.list", server.Params{}, &all); err != nil {
			return err
		}
		if len(all) != 1 {
			return fmt.Errorf("there are %d tenants: say which with --tenant", len(all))
		}
		tenant = all[0].Name
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
		default:
			return nil, fmt.Errorf("nothing of an application is called %q: origins, redirects, callbacks, company, or DIALECT.SETTING", key)
		}
	}
	var out []server.Params
	if own.Origins != nil || own.Redirects != nil || own.Callbacks != nil || own.Company != "" {
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

// table prints rows under headings.
func table[T any](w *env, headings []string, rows []T, cells func(T) []string) error {
	t := tabwriter.NewWriter(w.out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, strings.Join(headings, "\t"))
	for _, r := range rows {
		fmt.Fprintln(t, strings.Join(cells(r), "\t"))
	}
	return t.Flush()
}
