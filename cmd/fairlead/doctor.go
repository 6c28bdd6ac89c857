package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/server"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore"
	"github.com/fairlead-dev/fairlead/vault/keyset"
)

// doctorCommand looks at everything that serve needs and mends nothing.
type doctorCommand struct{ serveCommand }

// finding is one line of the doctor's.
type finding struct {
	what, found string
	wrong       error
	mend        string
}

func (c doctorCommand) Run(w *env) error {
	config := c.full()
	if err := config.Paths(); err != nil {
		return err
	}
	running := ""
	var tenants []fairlead.Tenant
	if ok, _ := server.SendCommand(w, config.Data, "tenant.list", server.Params{}, &tenants); ok {
		running = " (a server runs on it)"
	}
	address := addressFinding(&config) // fills in what the others report
	listening := listenFinding(config, running != "")
	if dev := devAddress(w, config, running != ""); dev != "" {
		address = finding{what: "address", found: dev + " (fairlead dev: for this machine alone, with well-known credentials)"}
		listening.found = strings.TrimPrefix(dev, "http://")
	}
	findings := []finding{
		variablesFinding(w),
		{what: "data folder", found: config.Data + running},
		keysFinding(w, config, running != ""),
		storeFinding(w, config, running != ""),
		blobsFinding(w, config),
		address,
		clientsFinding(config),
		listening,
	}
	if running != "" {
		findings = append(findings, workFinding(w, config))
	}
	findings = append(findings, providerFindings(w, config)...)
	wrong := 0
	for _, f := range findings {
		f.print(w)
		if f.wrong != nil {
			wrong++
		}
	}
	if wrong > 0 {
		verb := "are"
		if wrong == 1 {
			verb = "is"
		}
		return fmt.Errorf("%d of %d %s wrong", wrong, len(findings), verb)
	}
	fmt.Fprintln(w.out, "All is well.")
	return nil
}

// variablesFinding looks for misspelt variables: a setting that is ignored is found by nobody.
func variablesFinding(w *env) finding {
	f := finding{what: "environment", found: "every FAIRLEAD_ variable is a setting"}
	if unknown := unknownVariables(w.app, os.Environ()); len(unknown) > 0 {
		f.found, f.wrong = "ignored in part", errors.New(strings.Join(unknown, "\n"))
	}
	return f
}

func (f finding) print(w *env) {
	mark := "ok   "
	if f.wrong != nil {
		mark = "WRONG"
	}
	fmt.Fprintf(w.out, "%s  %-12s %s\n", mark, f.what, f.found)
	if f.wrong != nil {
		fmt.Fprintf(w.out, "       %s\n", strings.ReplaceAll(f.wrong.Error(), "\n", "\n       "))
	}
	if f.mend != "" {
		fmt.Fprintf(w.out, "       → %s\n", f.mend)
	}
}

func keysFinding(w *env, c server.Config, running bool) finding {
	f := finding{what: "keys", found: c.Vault}
	if c.Vault == "" {
		f.found, f.wrong = "none", errors.New("nothing can be sealed")
		f.mend = "fairlead keys create /etc/fairlead/keyset.json; FAIRLEAD_VAULT=file:///etc/fairlead/keyset.json"
		return f
	}
	v, err := keyset.Open(c.Vault)
	if path := strings.TrimPrefix(c.Vault, "file://"); errors.Is(err, os.ErrNotExist) || missing(path) {
		f.wrong, f.mend = errors.New("the keyset file does not exist"), "fairlead keys create "+path
		return f
	}
	if err != nil {
		f.wrong, f.mend = err, "check the path and that the file has mode 0600 and belongs to the user who runs the server"
		return f
	}
	noun := "keys"
	if len(v.Keys()) == 1 {
		noun = "key"
	}
	f.found += fmt.Sprintf(" (%d %s)", len(v.Keys()), noun)
	if err := isOfTheData(w, c, v, running); err != nil {
		f.wrong, f.mend = err, "put back the keyset file that this database was sealed under"
	}
	return f
}

// isOfTheData reports whether the data was sealed under a keyset. A database that does
// not open is another finding's.
func isOfTheData(w *env, c server.Config, v *keyset.Vault, running bool) error {
	ctx, cancel := context.WithTimeout(w, doctorTime)
	defer cancel()
	if running {
		var h server.Health
		if _, err := server.SendCommand(ctx, c.Data, "health", server.Params{}, &h); err != nil {
			return nil
		}
		return sentence(server.CheckCanary(v, h.Canary, c.Vault))
	}
	s, err := sqlstore.Open(ctx, c.Store, sqlstore.Options{})
	if err != nil {
		return nil
	}
	defer s.Close()
	return sentence(server.CheckKeys(ctx, s, v, c.Vault))
}

// sentence is an error as an operator reads it.
func sentence(err error) error {
	if err == nil {
		return nil
	}
	return errors.New(server.CommandError(err))
}

// doctorTime bounds what the doctor waits for; checkTime the reading through of a
// database.
const (
	doctorTime = 10 * time.Second
	checkTime  = 10 * time.Minute
)

func missing(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, os.ErrNotExist)
}

func storeFinding(w *env, c server.Config, running bool) finding {
	f := finding{what: "database", found: shown(c.Store)}
	ctx, cancel := context.WithTimeout(w, doctorTime)
	defer cancel()
	if running {
		var h server.Health
		if _, err := server.SendCommand(ctx, c.Data, "health", server.Params{}, &h); err != nil {
			f.wrong = err
		} else if h.Wrong != "" {
			f.wrong = errors.New(h.Wrong)
		}
		return f
	}
	s, err := sqlstore.Open(ctx, c.Store, sqlstore.Options{})
	if err != nil {
		f.wrong, f.mend = sentence(err), "fairlead migrate, if it was never migrated; else check FAIRLEAD_STORE and that the database answers"
		if errors.Is(err, store.ErrDamaged) {
			f.mend = "restore the newest backup whose doctor is content"
		}
		return f
	}
	defer s.Close()
	if err := s.Ping(ctx); err != nil {
		f.wrong = sentence(err)
		return f
	}
	reading, stop := context.WithTimeout(w, checkTime)
	defer stop()
	if err := s.Check(reading); err != nil {
		f.wrong, f.mend = sentence(err), "restore the newest backup whose doctor is content"
	}
	return f
}

// shown hides the password of a database address, wherever it stands.
func shown(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		scheme, _, _ := strings.Cut(address, "://")
		return scheme + "://… (it can't be read)"
	}
	q := u.Query()
	if q.Has("password") {
		q.Set("password", "xxxxx")
		u.RawQuery = q.Encode()
	}
	return u.Redacted()
}

func blobsFinding(w *env, c server.Config) finding {
	f := finding{what: "documents", found: c.Blobs}
	b, err := server.OpenBucket(c.Blobs)
	if err != nil {
		f.wrong, f.mend = err, "check FAIRLEAD_BLOBS and the permissions of the folder"
		return f
	}
	defer b.Close()
	ctx, cancel := context.WithTimeout(w, 10*time.Second)
	defer cancel()
	const probe = "doctor/probe"
	if err := errors.Join(b.Put(ctx, probe, strings.NewReader("probe")), b.Delete(ctx, probe)); err != nil {
		f.wrong, f.mend = err, "documents can't be written there: check the permissions of the folder, or of the bucket's credentials"
	}
	return f
}

// devAddress is where the dev server that runs on the data folder is reached. What serve
// wants of an address and of keys does not concern it.
func devAddress(w *env, c server.Config, running bool) string {
	var h server.Health
	if running {
		_, _ = server.SendCommand(w, c.Data, "health", server.Params{}, &h) // the database's finding says what fails
	}
	return h.Dev
}

func addressFinding(c *server.Config) finding {
	f := finding{what: "address", found: c.URL}
	if c.URL == "" {
		f.found = "none"
	}
	if err := c.CheckServe(); err != nil {
		f.wrong = err
	}
	return f
}

// clientsFinding says whose word for a client's address is believed: limits and
// the audit trail go by it.
func clientsFinding(c server.Config) finding {
	f := finding{what: "clients", found: "by the address of their connection"}
	if len(c.Proxies) > 0 {
		f.found = "by X-Forwarded-For, from " + strings.Join(c.Proxies, ", ")
	}
	if host, _, err := net.SplitHostPort(c.Addr); err == nil && c.TLSEnded && host != "localhost" && !strings.HasPrefix(host, "127.") && host != "::1" {
		f.mend = "if the proxy is another machine, name it with --trusted-proxies: else all people are one client to the limits"
	}
	return f
}

// workFinding lists what fails.
func workFinding(w *env, c server.Config) finding {
	f := finding{what: "work", found: "nothing fails again and again"}
	var failing []fairlead.Work
	if _, err := server.SendCommand(w, c.Data, "work.list", server.Params{}, &failing); err != nil {
		f.found, f.wrong = "", err
		return f
	}
	var lines []string
	for _, p := range failing {
		if p.Parked != "" || p.Failures > 3 {
			lines = append(lines, fmt.Sprintf("%s %s of %s, %d failures: %s", p.Kind, p.Key, p.Tenant, p.Failures, cmp.Or(p.Parked, p.Error)))
		}
	}
	if len(lines) > 0 {
		f.found = fmt.Sprintf("%d pieces of work fail", len(lines))
		f.wrong = errors.New(strings.Join(lines, "\n"))
		f.mend = "mend what the reason names, then `fairlead work retry --all`; each is tried again once a day in any case"
	}
	return f
}

func listenFinding(c server.Config, running bool) finding {
	f := finding{what: "listening", found: c.Addr}
	if running {
		return f
	}
	l, err := net.Listen("tcp", c.Addr)
	if err != nil {
		f.wrong, f.mend = err, "stop what listens there, or choose another with --addr"
		return f
	}
	l.Close()
	return f
}
