package access_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
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
			keys, err := s.RequestKeys(t.Context(), mint)
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
	one, err := s.RequestKeys(t.Context(), func() (fairlead.Secret, error) { return fairlead.NewSecret("one"), nil })
	if err != nil {
		t.Fatal(err)
	}
	other, err := s.beside().RequestKeys(t.Context(), func() (fairlead.Secret, error) { return fairlead.NewSecret("other"), nil })
	if err != nil || len(other) != 1 || other[0].ID != one[0].ID || other[0].Private.Reveal() != "one" {
		t.Errorf("the other node has %v (%v), this one %v", other, err, one)
	}
}
