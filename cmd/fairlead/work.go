package main

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/server"
)

type workCommand struct {
	List  workList  `cmd:"" help:"List work that fails, and why."`
	Retry workRetry `cmd:"" help:"Try work that fails again, at once."`
}

type workList struct {
	storage
	listing
	Tenant string `help:"Only of this tenant." placeholder:"NAME"`
	Kind   string `help:"Only of this kind: collect, deliver, expire, erase or prune."`
	All    bool   `help:"Work that does not fail, too."`
}

func (c workList) Run(w *env) error {
	var all []fairlead.Work
	p := server.Params{Work: server.WorkSelection{Tenant: c.Tenant, Kind: fairlead.WorkKind(c.Kind), All: c.All}}
	if err := operate(w, c.storage, "work.list", p, &all); err != nil {
		return err
	}
	type row = fairlead.Work
	return list(w, c.listing, "No work fails.", all,
		column[row]{"kind", func(f row) any { return f.Kind }},
		column[row]{"id", func(f row) any { return f.Key }},
		column[row]{"tenant", func(f row) any { return f.Tenant }},
		column[row]{"due", func(f row) any { return f.Due }},
		column[row]{"failures", func(f row) any { return f.Failures }},
		column[row]{"parked", func(f row) any { return f.Parked != "" }},
		column[row]{"last_error", func(f row) any { return cmp.Or(f.Parked, f.Error) }},
	)
}

type workRetry struct {
	storage
	ID     string `arg:"" optional:"" help:"As work list names it: a connection, for collect."`
	Tenant string `help:"Only of this tenant." placeholder:"NAME"`
	Kind   string `help:"All of this kind that fail."`
	All    bool   `help:"All that fails."`
}

func (c workRetry) Run(w *env) error {
	if c.ID == "" && c.Kind == "" && !c.All {
		return errors.New("say what to try again: an ID, --kind, or --all")
	}
	var n int
	p := server.Params{Work: server.WorkSelection{Tenant: c.Tenant, Kind: fairlead.WorkKind(c.Kind), Key: c.ID}}
	if err := operate(w, c.storage, "work.retry", p, &n); err != nil {
		return err
	}
	if n == 0 && c.ID != "" {
		return fmt.Errorf("no failing work is called %q: see `fairlead work list`", c.ID)
	}
	fmt.Fprintf(w.out, "%d pieces of work are due now.\n", n)
	return nil
}
