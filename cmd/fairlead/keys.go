package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/fairlead-dev/fairlead/rewrapping"
	"github.com/fairlead-dev/fairlead/server"
	"github.com/fairlead-dev/fairlead/vault/keyset"
)

type keysCommand struct {
	Create keysCreate `cmd:"" help:"Make a keyset file (mode 0600). Keep it outside the data folder and out of its backups."`
	Rotate keysRotate `cmd:"" help:"Rotate: add → (restart every node) → promote → (re-wrap) → retire."`
	List   keysList   `cmd:"" help:"List the keys of a keyset; the primary one seals."`
}

type keysCreate struct {
	Path string `arg:"" help:"Where to write it: /etc/fairlead/keyset.json"`
}

func (c keysCreate) Run(w *env) error {
	if err := os.MkdirAll(filepath.Dir(c.Path), 0o700); err != nil {
		return err
	}
	if _, err := keyset.Create(c.Path); err != nil {
		return err
	}
	fmt.Fprintf(w.out, "Wrote %[1]s. Next: FAIRLEAD_VAULT=file://%[1]s\n"+
		"Without this file nothing that is sealed can be opened again: back it up apart from the database.\n", c.Path)
	return nil
}

type keysRotate struct {
	Add     keysAdd     `cmd:"" help:"Add a key. Then restart every node, so that each can open what it will seal."`
	Promote keysPromote `cmd:"" help:"Make the newest key the one that seals."`
	Rewrap  keysRewrap  `cmd:"" help:"Bring everything sealed under the newest key."`
	Retire  keysRetire  `cmd:"" help:"Remove the older keys, once everything was re-wrapped."`
}

func openKeyset(s storage) (*keyset.Vault, error) {
	c := s.config()
	if err := c.Paths(); err != nil {
		return nil, err
	}
	if c.Vault == "" {
		return nil, fmt.Errorf("FAIRLEAD_VAULT is not set: make a keyset with `fairlead keys create PATH`")
	}
	return keyset.Open(c.Vault)
}

type keysAdd struct{ storage }

func (c keysAdd) Run(w *env) error {
	v, err := openKeyset(c.storage)
	if err != nil {
		return err
	}
	id, err := v.Add()
	if err != nil {
		return err
	}
	fmt.Fprintf(w.out, "Added key %d. Restart every node, then: fairlead keys rotate promote\n", id)
	return nil
}

type keysPromote struct{ storage }

func (c keysPromote) Run(w *env) error {
	v, err := openKeyset(c.storage)
	if err != nil {
		return err
	}
	all := v.Keys()
	newest := all[len(all)-1].ID
	if err := v.Promote(newest); err != nil {
		return err
	}
	fmt.Fprintf(w.out, "Key %d seals from now on. Restart every node, then: fairlead keys rotate rewrap\n", newest)
	return nil
}

type keysRewrap struct{ storage }

func (c keysRewrap) Run(w *env) error {
	var done rewrapping.Counts
	if err := operate(w, c.storage, "keys.rewrap", server.Params{}, &done); err != nil {
		return err
	}
	fmt.Fprintf(w.out, "Re-wrapped %d of %d. Next, when no node seals under an older key: fairlead keys rotate retire\n", done.Changed, done.Seen)
	return nil
}

type keysRetire struct{ storage }

func (c keysRetire) Run(w *env) error {
	var left rewrapping.Counts
	if err := operate(w, c.storage, "keys.rewrap", server.Params{}, &left); err != nil {
		return err
	}
	if left.Changed > 0 {
		return fmt.Errorf("%d things were still sealed under an older key and have been re-wrapped just now: "+
			"a node still seals under it. Restart every node and try again", left.Changed)
	}
	v, err := openKeyset(c.storage)
	if err != nil {
		return err
	}
	for _, k := range v.Keys() {
		if k.Primary {
			continue
		}
		if err := v.Retire(k.ID); err != nil {
			return err
		}
		fmt.Fprintf(w.out, "Retired key %d.\n", k.ID)
	}
	return nil
}

type keysList struct {
	storage
	listing
}

func (c keysList) Run(w *env) error {
	v, err := openKeyset(c.storage)
	if err != nil {
		return err
	}
	type row = keyset.Key
	return list(w, c.listing, "", v.Keys(),
		column[row]{"key", func(k row) any { return k.ID }},
		column[row]{"primary", func(k row) any { return k.Primary }},
	)
}
