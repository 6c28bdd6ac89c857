package access_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync/atomic"
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
	s.wait(time.Second) // since this node has read
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

// watched is a store whose reads are counted and whose writes may fail.
type watched struct {
	store.Store
	reads atomic.Int64
	full  atomic.Bool
}

func (w *watched) View(ctx context.Context, fn func(*store.Tx) error) error {
	w.reads.Add(1)
	return w.Store.View(ctx, fn)
}

func (w *watched) Update(ctx context.Context, fn func(*store.Tx) error) error {
	if w.full.Load() {
		return fairlead.Errorf(fairlead.StorageFull, "The disk is full.")
	}
	return w.Store.Update(ctx, fn)
}

func TestIDsOfRequestKeysThatAreMadeUpAreLookedForOnceASecond(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	w := &watched{Store: s.store}
	node := access.New(w, s.keys, s.clock, access.Options{})
	mint := func() (fairlead.Secret, error) { return fairlead.NewSecret("private"), nil }
	for second := range int64(3) {
		for n := range 50 {
			keys, err := node.RequestKeys(t.Context(), fmt.Sprint("made up ", n), mint)
			if err != nil || len(keys) != 1 {
				t.Fatalf("for an id that is made up there are %v (%v)", keys, err)
			}
		}
		if got := w.reads.Load(); got != second+1 {
			t.Errorf("150 ids in three seconds: by the end of second %d the store was read %d times", second+1, got)
		}
		s.wait(time.Second)
	}
}

func TestWhoWaitsForRequestKeysMayGiveUp(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	begun, end, first := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		_, err := s.RequestKeys(context.Background(), "", func() (fairlead.Secret, error) {
			close(begun)
			<-end
			return fairlead.NewSecret("private"), nil
		})
		first <- err
	}()
	<-begun
	ctx, cancel := context.WithCancel(t.Context())
	second := make(chan error, 1)
	go func() {
		_, err := s.RequestKeys(ctx, "", nil)
		second <- err
	}()
	cancel()
	select {
	case err := <-second:
		if !errors.Is(err, context.Canceled) {
			t.Errorf("who gave up has %v", err)
		}
	case <-time.After(5 * time.Second):
		t.Error("who gave up waits on")
	}
	close(end)
	if err := <-first; err != nil {
		t.Error(err)
	}
	if keys, err := s.RequestKeys(t.Context(), "", nil); err != nil || len(keys) != 1 {
		t.Errorf("after that there are %v (%v)", keys, err)
	}
}

// While keys are read for an id, who holds one of the others does not wait.
func TestRequestKeysAreThereWhileAnotherIsLookedFor(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	mint := func() (fairlead.Secret, error) { return fairlead.NewSecret("private"), nil }
	slow := &stalled{Store: s.store, begun: make(chan struct{}), end: make(chan struct{})}
	node := access.New(slow, s.keys, s.clock, access.Options{})
	made, err := node.RequestKeys(t.Context(), "", mint)
	if err != nil {
		t.Fatal(err)
	}
	s.wait(2 * time.Second)
	slow.is.Store(true)
	looked := make(chan error, 1)
	go func() {
		_, err := node.RequestKeys(context.Background(), "made up", mint)
		looked <- err
	}()
	<-slow.begun
	got := make(chan error, 1)
	go func() {
		_, err := node.RequestKeys(context.Background(), made[0].ID, mint)
		got <- err
	}()
	select {
	case err := <-got:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(5 * time.Second):
		t.Error("a key that was read waits for the store")
	}
	close(slow.end)
	if err := <-looked; err != nil {
		t.Error(err)
	}
}

// stalled is a store whose reads wait once they are to.
type stalled struct {
	store.Store
	is         atomic.Bool
	begun, end chan struct{}
}

func (s *stalled) View(ctx context.Context, fn func(*store.Tx) error) error {
	if s.is.Load() {
		close(s.begun)
		<-s.end
	}
	return s.Store.View(ctx, fn)
}

func TestRequestKeysGoOnWhereNoneCanBeAdded(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	w, log, made := &watched{Store: s.store}, &bytes.Buffer{}, 0
	node := access.New(w, s.keys, s.clock, access.Options{Log: slog.New(slog.NewTextHandler(log, nil))})
	mint := func() (fairlead.Secret, error) {
		made++
		return fairlead.NewSecret("private-" + strconv.Itoa(made)), nil
	}
	w.full.Store(true)
	if _, err := node.RequestKeys(t.Context(), "", mint); !fairlead.Is(err, fairlead.StorageFull) {
		t.Errorf("without any key: %v", err)
	}
	w.full.Store(false)
	old, err := node.RequestKeys(t.Context(), "", mint)
	if err != nil {
		t.Fatal(err)
	}
	s.wait(31 * 24 * time.Hour)
	w.full.Store(true)
	for range 20 {
		keys, err := node.RequestKeys(t.Context(), old[0].ID, mint)
		if err != nil || len(keys) != 1 || keys[0].ID != old[0].ID {
			t.Fatalf("on a full disk there are %v (%v)", keys, err)
		}
	}
	if made != 3 || !strings.Contains(log.String(), "The disk is full.") || strings.Contains(log.String(), "private-") {
		t.Errorf("%d keys were made; the log says %s", made, log)
	}
	w.full.Store(false)
	s.wait(time.Minute)
	if keys, err := node.RequestKeys(t.Context(), "", mint); err != nil || len(keys) != 2 {
		t.Errorf("once there is room: %v (%v)", keys, err)
	}
	w.full.Store(true)
	s.wait(61 * 24 * time.Hour)
	if _, err := node.RequestKeys(t.Context(), "", mint); !fairlead.Is(err, fairlead.StorageFull) {
		t.Errorf("where all have had their time: %v", err)
	}
}
