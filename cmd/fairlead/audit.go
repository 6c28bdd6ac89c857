package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/server"
)

type auditCommand struct {
	inTenant
	listing
	Last    int    `default:"50" help:"Print so many of the newest entries; the chain is checked from the first."`
	Anchor  bool   `help:"Print nothing but an anchor, one line of JSON: how far the checked trail has come, signed. Store it where the database is not."`
	Against string `type:"existingfile" help:"A file of anchors, one on each line: the trail must go on from each of them, so that nothing was cut off."`
}

func (c auditCommand) Run(w *env) error {
	anchors, err := readAnchors(c.Against)
	if err != nil {
		return err
	}
	tenant, err := c.name(w, c.storage.config())
	if err != nil {
		return err
	}
	var now fairlead.AuditAnchor
	if err := operate(w, c.storage, "audit.check", server.Params{Tenant: tenant, Anchors: anchors}, &now); err != nil {
		return err
	}
	if c.Anchor {
		return json.NewEncoder(w.out).Encode(now)
	}
	var newest []fairlead.AuditEntry
	for after := max(0, now.Sequence-int64(c.Last)); ; {
		var page []fairlead.AuditEntry
		if err := operate(w, c.storage, "audit.trail", server.Params{Tenant: tenant, After: after}, &page); err != nil {
			return err
		}
		if newest = append(newest, page...); len(page) == 0 {
			break
		}
		after = page[len(page)-1].Sequence
	}
	newest = newest[max(0, len(newest)-c.Last):]
	type row = fairlead.AuditEntry
	err = list(w, c.listing, "", newest,
		column[row]{"when", func(e row) any { return worded{e.At, e.At.Format(time.RFC3339)} }},
		column[row]{"who", func(e row) any { return e.Actor }},
		column[row]{"from", func(e row) any { return e.From }},
		column[row]{"what", func(e row) any { return e.Action }},
		column[row]{"of", func(e row) any { return e.Subject }},
	)
	if err != nil || c.JSON {
		return err
	}
	fmt.Fprintf(w.out, "The chain of %d entries is whole; its end is %s.\n", now.Sequence, now.MAC)
	switch {
	case len(anchors) == 0:
		fmt.Fprintln(w.out, "That the newest entries were not cut off is seen only --against an anchor made before.")
	case len(anchors) == 1:
		fmt.Fprintln(w.out, "It goes on from the anchor.")
	default:
		fmt.Fprintf(w.out, "It goes on from all %d anchors.\n", len(anchors))
	}
	return nil
}

// readAnchors reads a file of anchors, one on each line.
func readAnchors(file string) (anchors []fairlead.AuditAnchor, err error) {
	if file == "" {
		return nil, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	for n, line := range strings.Split(string(text), "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		var a fairlead.AuditAnchor
		if err := json.Unmarshal([]byte(line), &a); err != nil {
			return nil, fmt.Errorf("line %d of %s is not an anchor: %w", n+1, file, err)
		}
		anchors = append(anchors, a)
	}
	if len(anchors) == 0 {
		return nil, fmt.Errorf("%s has no anchor", file)
	}
	return anchors, nil
}
