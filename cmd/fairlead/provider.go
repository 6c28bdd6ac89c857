package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/server"
)

// providerCommand is about the operator's accounts at outside services.
type providerCommand struct {
	Fields  providerFields  `cmd:"" help:"List the connectors that take a provider, and the fields of one."`
	Set     providerSet     `cmd:"" help:"Set up or change a tenant's account at an outside service; its keys are tried before they are stored."`
	List    providerList    `cmd:"" help:"List providers: environment, slots, directory, what is wrong."`
	Show    providerShow    `cmd:"" help:"Show one provider; of its keys the last four characters."`
	Try     providerTry     `cmd:"" help:"Call the service once with the stored keys and say what it says."`
	Refresh providerRefresh `cmd:"" help:"Read the service's list of institutions anew, at once."`
	Delete  providerDelete  `cmd:"" help:"Delete a provider with its keys and institutions; refused while connections use it."`
}

// outwards is the storage, and what decides where a command without a running server may call.
type outwards struct {
	storage
	URL   string   `name:"url" env:"FAIRLEAD_URL" hidden:""`
	Allow []string `env:"FAIRLEAD_ALLOW" placeholder:"HOST" help:"Hosts that connectors may reach beside public ones; of a running server its own list counts."`
}

func (o outwards) config() server.Config {
	c := o.storage.config()
	c.URL, c.Allow = o.URL, o.Allow
	return c
}

// ofProvider names a tenant's provider.
type ofProvider struct {
	outwards
	ofTenant
	Connector string `arg:"" help:"Name of the connector: fairlead provider fields lists them."`
}

// run runs a command about the provider.
func (o ofProvider) run(w *env, command string, p server.ProviderParams) (shown server.ShownProvider, err error) {
	tenant, err := o.name(w, o.outwards.config())
	if err != nil {
		return shown, err
	}
	p.Connector = o.Connector
	err = operateOn(w, o.outwards.config(), command, server.Params{Tenant: tenant, Provider: p}, &shown)
	return shown, err
}

type providerFields struct {
	outwards
	listing
	Connector string `arg:"" optional:"" help:"Name of a connector; default: all."`
}

func (c providerFields) Run(w *env) error {
	var all []server.ShownConnector
	if err := operateOn(w, c.outwards.config(), "provider.fields", server.Params{Provider: server.ProviderParams{Connector: c.Connector}}, &all); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(w, all)
	}
	for _, known := range all {
		fmt.Fprintf(w.out, "%s (%s)", known.Name, known.Title)
		if known.Console != "" {
			fmt.Fprintf(w.out, ", keys at %s", known.Console)
		}
		fmt.Fprintln(w.out)
		for _, f := range known.Fields {
			fmt.Fprintf(w.out, "  %-16s %s\n", f.Name, fieldWords(f))
		}
	}
	if len(all) == 0 {
		fmt.Fprintln(w.out, "No connector takes a provider.")
	}
	return nil
}

func fieldWords(f server.ShownField) string {
	words := []string{string(f.Kind)}
	switch {
	case f.Default != "":
		words = append(words, "default "+f.Default)
	case f.Optional:
		words = append(words, "optional")
	default:
		words = append(words, "required")
	}
	if len(f.Choices) > 0 {
		words = append(words, "of "+strings.Join(f.Choices, ", "))
	}
	return strings.TrimSpace(f.Label + " (" + strings.Join(words, "; ") + "). " + f.Help)
}

type providerSet struct {
	ofProvider
	Values      []string          `arg:"" optional:"" name:"key=value" help:"Fields that are not secret."`
	SecretFiles map[string]string `name:"secret-file" placeholder:"NAME=PATH" help:"Read a secret field from a file."`
	SecretEnvs  map[string]string `name:"secret-env" placeholder:"NAME=VARIABLE" help:"Read a secret field from a variable of the environment."`
	Base        *string           `placeholder:"URL" help:"Another address of the service, at a host that --allow of the server names; empty: the usual one."`
	Priority    *int              `placeholder:"N" help:"Where several providers reach one bank, the lowest is used (default 0)."`
}

func (c providerSet) Run(w *env) error {
	fields, err := c.declared(w)
	if err != nil {
		return err
	}
	values, err := c.values(fields)
	if err != nil {
		return err
	}
	if err := c.prompt(w, fields, values); err != nil {
		return err
	}
	shown, err := c.run(w, "provider.set", server.ProviderParams{Fields: values, Base: c.Base, Priority: c.Priority})
	if err != nil {
		return err
	}
	fmt.Fprintf(w.out, "The keys of %s work, and are stored sealed. Its institutions are being read; `fairlead provider show %s` says how far.\n", shown.Title, c.Connector)
	return nil
}

// declared are the fields of the connector.
func (c providerSet) declared(w *env) ([]server.ShownField, error) {
	var all []server.ShownConnector
	err := operateOn(w, c.outwards.config(), "provider.fields", server.Params{Provider: server.ProviderParams{Connector: c.Connector}}, &all)
	if err != nil || len(all) != 1 {
		return nil, err
	}
	return all[0].Fields, nil
}

// values are the fields that the command line, files and the environment give. A secret
// on the command line is refused: every process of the machine reads it there.
func (c providerSet) values(fields []server.ShownField) (map[string]string, error) {
	secret := func(name string) bool {
		return slices.ContainsFunc(fields, func(f server.ShownField) bool { return f.Name == name && f.Kind == connector.ProviderSecret })
	}
	values := map[string]string{}
	for _, pair := range c.Values {
		key, value, ok := strings.Cut(pair, "=")
		if !ok {
			return nil, fmt.Errorf("a field is given as key=value; `fairlead provider fields %s` lists them", c.Connector)
		}
		if secret(key) {
			return nil, fmt.Errorf("%[1]s is a secret, and the command line is no place for one: other processes and the shell's history read it. "+
				"Leave it out and type it when prompted, or give --secret-file %[1]s=PATH or --secret-env %[1]s=VARIABLE", key)
		}
		values[key] = value
	}
	for _, name := range slices.Sorted(maps.Keys(c.SecretFiles)) {
		body, err := os.ReadFile(c.SecretFiles[name])
		if err != nil {
			return nil, fmt.Errorf("--secret-file %s: %w", name, err)
		}
		values[name] = strings.TrimSpace(string(body))
	}
	for _, name := range slices.Sorted(maps.Keys(c.SecretEnvs)) {
		value, there := os.LookupEnv(c.SecretEnvs[name])
		if !there || value == "" {
			return nil, fmt.Errorf("--secret-env %s: the variable %s is not set", name, c.SecretEnvs[name])
		}
		values[name] = value
	}
	return values, nil
}

// prompt reads what is missing from the terminal: what a new provider must have, and
// where nothing else is to change, the secrets.
func (c providerSet) prompt(w *env, fields []server.ShownField, values map[string]string) error {
	stored, _ := c.run(w, "provider.show", server.ProviderParams{}) // where there is none, all is missing
	changes := len(values) > 0 || c.Base != nil || c.Priority != nil
	for _, f := range fields {
		if _, given := values[f.Name]; given || f.Optional || f.Default != "" {
			continue
		}
		if f.Kind != connector.ProviderSecret {
			if _, there := stored.Settings[f.Name]; there {
				continue
			}
			if value, err := readLine(promptWords(f)); err == nil { // else the server says that it is missing
				values[f.Name] = value
			}
			continue
		}
		if _, there := stored.LastFour[f.Name]; there && changes {
			continue
		}
		value, err := readSecret(w, promptWords(f))
		if err != nil {
			return fmt.Errorf("%s is needed: %w. Give --secret-file %s=PATH or --secret-env %s=VARIABLE", f.Name, err, f.Name, f.Name)
		}
		values[f.Name] = value
	}
	return nil
}

func promptWords(f server.ShownField) string {
	if f.Label == f.Name {
		return f.Name + ": "
	}
	return f.Label + " (" + f.Name + "): "
}

type providerList struct {
	outwards
	listing
	Tenant string `help:"Only of this tenant." placeholder:"NAME"`
}

func (c providerList) Run(w *env) error {
	var all []server.ShownProvider
	if err := operateOn(w, c.outwards.config(), "provider.list", server.Params{Tenant: c.Tenant}, &all); err != nil {
		return err
	}
	type row = server.ShownProvider
	return list(w, c.listing, "There is no provider. `fairlead provider fields` lists what there can be.", all,
		column[row]{"tenant", func(p row) any { return p.TenantName }},
		column[row]{"connector", func(p row) any { return p.Connector }},
		column[row]{"environment", func(p row) any { return p.Environment }},
		column[row]{"slots_left", func(p row) any { return slotCell(p.Slots) }},
		column[row]{"institutions", func(p row) any { return p.Directory.Institutions }},
		column[row]{"refreshed_at", func(p row) any { return p.Directory.Refreshed }},
		column[row]{"problem", func(p row) any { return problemWords(p) }},
	)
}

func slotCell(s fairlead.Slots) any {
	if s.Left() < 0 {
		return nil
	}
	return worded{s.Left(), slotWords(s)}
}

func slotWords(s fairlead.Slots) string {
	if s.Left() < 0 {
		return "-"
	}
	return fmt.Sprintf("%d of %d", s.Left(), s.Limit)
}

func problemWords(p server.ShownProvider) string {
	switch {
	case p.Problem != nil:
		return p.Problem.Detail
	case p.Directory.Problem != nil:
		return p.Directory.Problem.Detail
	}
	return ""
}

type providerShow struct{ ofProvider }

func (c providerShow) Run(w *env) error {
	p, err := c.run(w, "provider.show", server.ProviderParams{})
	if err != nil {
		return err
	}
	printProvider(w, p)
	return nil
}

// printProvider prints all that may be shown.
func printProvider(w *env, p server.ShownProvider) {
	row := func(name, value string) {
		if value != "" {
			fmt.Fprintf(w.out, "%-14s %s\n", name, value)
		}
	}
	row("id", string(p.ID))
	row("service", p.Title)
	row("tenant", p.TenantName)
	row("environment", string(p.Environment))
	for _, name := range slices.Sorted(maps.Keys(p.Settings)) {
		row(name, p.Settings[name])
	}
	for _, name := range slices.Sorted(maps.Keys(p.LastFour)) {
		row(name, cmp.Or(strings.Repeat("•", 4)+p.LastFour[name], "set"))
	}
	row("base", p.Base)
	if p.Slots.Left() >= 0 {
		row("slots left", slotWords(p.Slots))
	}
	if !p.ResetsAt.IsZero() {
		row("quota begins", when(p.ResetsAt))
	}
	row("return address", p.Redirect)
	if !p.KeysExpire.IsZero() {
		row("keys expire", when(p.KeysExpire))
	}
	row("tried", when(p.Tried))
	reading := ""
	if !p.Directory.Started.IsZero() {
		reading = " (is being read)"
	}
	row("institutions", fmt.Sprintf("%d, read %s%s", p.Directory.Institutions, when(p.Directory.Refreshed), reading))
	row("problem", problemWords(p))
}

type providerTry struct{ ofProvider }

func (c providerTry) Run(w *env) error {
	p, err := c.run(w, "provider.try", server.ProviderParams{})
	if err != nil {
		return err
	}
	if p.Problem != nil {
		return errors.New(p.Problem.Detail)
	}
	fmt.Fprintf(w.out, "%s answers, and the keys work.\n", p.Title)
	return nil
}

type providerRefresh struct{ ofProvider }

func (c providerRefresh) Run(w *env) error {
	p, err := c.run(w, "provider.refresh", server.ProviderParams{})
	if err != nil {
		return err
	}
	fmt.Fprintf(w.out, "The institutions of %s are read anew by the running server, or by the next that starts.\n", p.Title)
	return nil
}

type providerDelete struct{ ofProvider }

func (c providerDelete) Run(w *env) error {
	p, err := c.run(w, "provider.delete", server.ProviderParams{})
	if err != nil {
		return err
	}
	fmt.Fprintf(w.out, "Deleted the provider %s of %s with its keys.\n", p.Title, p.TenantName)
	return nil
}
