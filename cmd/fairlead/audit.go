package main

import (
	"fmt"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/server"
)

type auditCommand struct {
	storage
	Tenant string `arg:"" help:"Name of the tenant."`
	Last   int    `default:"50" help:"Print so many of the newest entries; the chain is checked from the first."`
}

func (c auditCommand) Run(w *env) error {
	var chain chain
	for more := true; more; {
		var page []fairlead.AuditEntry
		if err := operate(w, c.storage, "audit.trail", server.Params{Tenant: c.Tenant, After: chain.sequence}, &page); err != nil {
			return err
		}
		for _, e := range page {
			if err := chain.add(e, c.Last); err != nil {
				return err
			}
		}
		more = len(page) > 0
	}
	err := table(w, []string{"WHEN", "WHO", "FROM", "WHAT", "OF"}, chain.newest, func(e fairlead.AuditEntry) []string {
		return []string{e.At.Format(time.RFC3339), e.Actor, e.From, e.Action, e.Subject}
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(w.out, "The chain of %d entries is whole; its end is %s.\n", chain.sequence, chain.end)
	return nil
}

// chain follows a trail from its first entry and has the newest entries.
type chain struct {
	sequence int64
	end      string // hash of the last entry
	newest   []fairlead.AuditEntry
}

// add takes the next entry, or says where the chain is broken.
func (c *chain) add(e fairlead.AuditEntry, most int) error {
	if e.Sequence != c.sequence+1 || e.Previous != c.end {
		return fmt.Errorf("the audit trail is broken at entry %d: it was changed, or entries are missing before it", e.Sequence)
	}
	c.sequence, c.end = e.Sequence, e.Hash()
	c.newest = append(c.newest, e)
	c.newest = c.newest[max(0, len(c.newest)-most):]
	return nil
}
