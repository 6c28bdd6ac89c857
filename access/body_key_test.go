package access_test

import (
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead/access"
)

func TestKeysForWebhooksRotateAndOldOnesSayWhenTheyExpired(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	first, err := s.BodyKeys(t.Context())
	must(t, err)
	if len(first) != 1 || !first[0].Expired.IsZero() {
		t.Fatalf("at first there are %d keys, of which the newest expired at %s", len(first), first[0].Expired)
	}
	s.wait(31 * 24 * time.Hour)
	second, err := s.BodyKeys(t.Context())
	must(t, err)
	if len(second) != 2 || second[0].ID == first[0].ID || second[1].ID != first[0].ID || !second[1].Expired.Equal(second[0].Made) {
		t.Fatalf("after a month the keys are %+v", second)
	}
	must(t, s.ResealRequestKeys(t.Context()))
	other, err := s.beside().BodyKeys(t.Context())
	must(t, err)
	if len(other) != 2 || other[0].ID != second[0].ID {
		t.Errorf("another node has %+v", other)
	}
	s.wait(400 * 24 * time.Hour)
	late, err := s.BodyKeys(t.Context())
	must(t, err)
	if len(late) != 1 {
		t.Errorf("after more than a year there are %d keys", len(late))
	}
}
