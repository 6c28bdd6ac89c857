package access_test

import (
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
)

func TestAKeyedHashDoesNotTellTheNumber(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	tenant := s.tenant(t, "one", fairlead.Live)
	hash := func(number string) string { return s.KeyedHash(tenant, number) }
	one, again, other := hash("52998224725"), hash("52998224725"), hash("11144477735")
	if one != again || one == other || strings.Contains(one, "52998224725") || strings.HasPrefix(one, "per_") {
		t.Errorf("%q, %q and %q", one, again, other)
	}
}
