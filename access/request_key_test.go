package access_test

import (
	"bytes"
	"encoding/base64"
	"strconv"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/store"
)

func TestRequestKeysRotateAndOpenForTwoMonths(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	made := 0
	mint := func() (fairlead.Secret, error) {
		made++
		return fairlead.NewSecret("private-" + strconv.Itoa(made)), nil
	}
	for _, c := range []struct {
		after time.Duration
		made  int
		keys  []string
	}{
		{0, 1, []string{"private-1"}},
		{29 * 24 * time.Hour, 1, []string{"private-1"}},
		{2 * 24 * time.Hour, 2, []string{"private-2", "private-1"}},
		{28 * 24 * time.Hour, 2, []string{"private-2", "private-1"}},
		{2 * 24 * time.Hour, 3, []string{"private-3", "private-2"}},
		{90 * 24 * time.Hour, 4, []string{"private-4"}},
	} {
		s.wait(c.after)
		for range 2 {
			keys, err := s.RequestKeys(t.Context(), "", mint)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, k := range keys {
				got = append(got, k.Private.Reveal())
			}
			if made != c.made || len(got) != len(c.keys) || got[0] != c.keys[0] || got[len(got)-1] != c.keys[len(c.keys)-1] {
				t.Errorf("after %s: %d made, %v, want %v", c.after, made, got, c.keys)
			}
		}
		if err := s.ResealRequestKeys(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

func TestNodesHaveTheSameRequestKeys(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	one, err := s.RequestKeys(t.Context(), "", func() (fairlead.Secret, error) { return fairlead.NewSecret("one"), nil })
	if err != nil {
		t.Fatal(err)
	}
	other, err := s.beside().RequestKeys(t.Context(), "", func() (fairlead.Secret, error) { return fairlead.NewSecret("other"), nil })
	if err != nil || len(other) != 1 || other[0].ID != one[0].ID || other[0].Private.Reveal() != "one" {
		t.Errorf("the other node has %v (%v), this one %v", other, err, one)
	}
}

func TestAKeyThatAnotherNodeHasJustMadeIsFoundByItsID(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	mint := func() (fairlead.Secret, error) { return fairlead.NewSecret("private"), nil }
	other := s.beside()
	s.wait(31 * 24 * time.Hour)
	old, err := s.RequestKeys(t.Context(), "", mint)
	if err != nil {
		t.Fatal(err)
	}
	s.wait(30*24*time.Hour - 30*time.Second)
	if _, err := s.RequestKeys(t.Context(), "", mint); err != nil { // read within the minute
		t.Fatal(err)
	}
	// The nodes' clocks differ: the other one makes a key first.
	fast := access.New(s.store, s.keys, func() time.Time { return s.clock().Add(time.Minute) }, access.Options{})
	made, err := fast.RequestKeys(t.Context(), "", mint)
	if err != nil || made[0].ID == old[0].ID {
		t.Fatalf("the other node has made none: %v %v", made, err)
	}
	for name, node := range map[string]*access.Access{"this node": s.Access, "a new one": other} {
		keys, err := node.RequestKeys(t.Context(), made[0].ID, mint)
		if err != nil || len(keys) != 2 || keys[0].ID != made[0].ID {
			t.Errorf("%s has %v (%v), want %s first", name, keys, err, made[0].ID)
		}
	}
}

func TestRequestKeysAreSealedUnderTheKeysetsPresentKey(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	made, err := s.RequestKeys(t.Context(), "", func() (fairlead.Secret, error) { return fairlead.NewSecret("private-canary"), nil })
	if err != nil {
		t.Fatal(err)
	}
	must(t, s.store.View(t.Context(), func(tx *store.Tx) error {
		note, err := tx.Notes.Get("-", "server", "request-keys")
		if err == nil && (bytes.Contains(note.Value, []byte("private-canary")) || bytes.Contains(note.Value, []byte(base64.StdEncoding.EncodeToString([]byte("private-canary"))))) {
			t.Errorf("the key is stored as it is: %s", note.Value)
		}
		return err
	}))
	before := s.keys.Keys()
	if _, err := s.keys.Rotate(nil); err != nil {
		t.Fatal(err)
	}
	must(t, s.ResealRequestKeys(t.Context()))
	for _, k := range before {
		must(t, s.keys.Retire(k.ID))
	}
	keys, err := s.beside().RequestKeys(t.Context(), "", nil)
	if err != nil || len(keys) != 1 || keys[0].ID != made[0].ID || keys[0].Private.Reveal() != "private-canary" {
		t.Errorf("after the rotation there are %v (%v)", keys, err)
	}
}
