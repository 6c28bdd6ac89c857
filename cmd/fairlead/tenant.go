package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/server"
)

// ofTenant names a tenant, in every command that is about something of one.
type ofTenant struct {
	Tenant string `env:"FAIRLEAD_TENANT" help:"Name of the tenant; default: the only one." placeholder:"NAME"`
}

// name is the tenant that is named, or the only one.
func (o ofTenant) name(w *env, c server.Config) (string, error) {
	if o.Tenant != "" {
		return o.Tenant, nil
	}
	var all []fairlead.Tenant
	if err := operateOn(w, c, "tenant.list", server.Params{}, &all); err != nil {
		return "", err
	}
	if len(all) == 0 {
		return "", errors.New("there is no tenant: `fairlead tenant create NAME` makes one")
	}
	if len(all) > 1 {
		names := make([]string, len(all))
		for i, t := range all {
			names[i] = t.Name
		}
		return "", fmt.Errorf("there are %d tenants: say which with --tenant (%s)", len(all), strings.Join(names[:min(len(names), 10)], ", "))
	}
	return all[0].Name, nil
}

// inTenant is the storage and a tenant in it.
type inTenant struct {
	storage
	ofTenant
}

// run runs a command about something of the tenant.
func (o inTenant) run(w *env, command string, p server.Params, answer any) error {
	tenant, err := o.name(w, o.storage.config())
	if err != nil {
		return err
	}
	p.Tenant = tenant
	return operate(w, o.storage, command, p, answer)
}

type tenantCommand struct {
	Create tenantCreate `cmd:"" help:"Create a tenant."`
	List   tenantList   `cmd:"" help:"List tenants."`
	Set    tenantSet    `cmd:"" help:"Say whose connections the applications of a tenant see: connections=shared or connections=own."`
	Delete tenantDelete `cmd:"" help:"Delete a tenant with its applications, persons and providers. It can't be undone."`
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
	fmt.Fprintf(w.out, "Created tenant %s (%s). Next: fairlead app create NAME --tenant %s\n", t.Name, t.ID, t.Name)
	return nil
}

type tenantList struct {
	storage
	listing
}

func (c tenantList) Run(w *env) error {
	var all []fairlead.Tenant
	if err := operate(w, c.storage, "tenant.list", server.Params{}, &all); err != nil {
		return err
	}
	return list(w, c.listing, "There is no tenant. `fairlead tenant create NAME` makes one.", all,
		column[fairlead.Tenant]{"name", func(t fairlead.Tenant) any { return t.Name }},
		column[fairlead.Tenant]{"environment", func(t fairlead.Tenant) any { return t.Environment }},
		column[fairlead.Tenant]{"id", func(t fairlead.Tenant) any { return t.ID }},
		column[fairlead.Tenant]{"created_at", func(t fairlead.Tenant) any { return t.Created }},
	)
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

type tenantDelete struct {
	storage
	certain
	Name string `arg:"" help:"Name of the tenant."`
}

func (c tenantDelete) Run(w *env) error {
	var n server.TenantCount
	if err := operate(w, c.storage, "tenant.count", server.Params{Tenant: c.Name}, &n); err != nil {
		return err
	}
	what := fmt.Sprintf("The tenant %s has %s, %s with %s, and %s. All of it is deleted: keys stop working, consents are\n"+
		"revoked at the institutions where that can be done, everything about the persons is erased. The audit trail stays.",
		n.Name, counted(n.Applications, "application"), counted(n.Persons, "person"), counted(n.Connections, "open connection"), counted(n.Providers, "provider"))
	if err := c.confirm(w, what, n.Name); err != nil {
		return err
	}
	var t fairlead.Tenant
	if err := operate(w, c.storage, "tenant.delete", server.Params{Tenant: c.Name}, &t); err != nil {
		return err
	}
	fmt.Fprintf(w.out, "Deleted tenant %s. Its records are being erased by the running server, or by the next that starts; `fairlead audit --tenant %s` prints its trail.\n", t.Name, t.ID)
	return nil
}

// counted is a number with its noun.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// certain is about what can't be undone: the name is typed, or --yes is given.
type certain struct {
	Yes bool `help:"Do it without having the name typed. It can't be undone."`
}

func (c certain) confirm(w *env, what, name string) error {
	if c.Yes {
		return nil
	}
	fmt.Fprintf(w.err, "%s\nThis can't be undone.\n", what)
	typed, err := readLine(fmt.Sprintf("Type %s to go on: ", name))
	if err != nil {
		return fmt.Errorf("nothing was done: %w. Type the name at a terminal, or give --yes", err)
	}
	if typed != name {
		return fmt.Errorf("nothing was done: %q was typed, which is not %s", typed, name)
	}
	return nil
}
