package fairlead_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/fairlead-dev/fairlead"
)

func TestHashesOfDatedTokensSortByTheirBirthAndTellNothingElse(t *testing.T) {
	t.Parallel()
	last := ""
	for n := range 50 {
		token := fairlead.NewDatedToken(time.Date(2026, 3, 1, 12, 0, n, 0, time.UTC))
		hash := fairlead.DatedHash(token)
		if hash <= last {
			t.Fatalf("%s does not sort behind %s", hash, last)
		}
		if len(token) != 51 || len(hash) != 72 || !strings.HasPrefix(hash, token[:8]) || strings.Contains(hash, token[8:16]) {
			t.Fatalf("%d characters are kept as %d", len(token), len(hash))
		}
		last = hash
	}
}

func TestHashesOfDatedUUIDsSortByTheirBirthAndTellNothingElse(t *testing.T) {
	t.Parallel()
	last := ""
	for n := range 50 {
		token := fairlead.NewUUIDToken(time.Date(2026, 3, 1, 12, 0, n, 0, time.UTC))
		hash := fairlead.DatedHash(token)
		if hash <= last {
			t.Fatalf("%s does not sort behind %s", hash, last)
		}
		if id, err := uuid.Parse(token); err != nil || id.Version() != 8 || id.Variant() != uuid.RFC4122 {
			t.Fatalf("%s is no UUID of version 8 (%v)", token, err)
		}
		if len(hash) != 70 || !strings.HasPrefix(hash, token[:6]) || strings.Contains(hash, token[6:8]+token[9:13]) {
			t.Fatalf("%s is kept as %s", token, hash)
		}
		last = hash
	}
}

func TestOnlyADatedTokenShowsAnyOfItsCharacters(t *testing.T) {
	t.Parallel()
	for _, token := range []string{fairlead.NewToken(), "", "dev-secret", strings.Repeat("~", 51), strings.Repeat("a", 52), uuid.NewString(), "GGGGGGGG-0000-8000-8000-000000000000", "\r\n012345" + strings.Repeat("a", 43)} {
		if hash := fairlead.DatedHash(token); len(hash) != 64 || len(token) > 3 && strings.HasPrefix(hash, token[:4]) {
			t.Errorf("%d characters are kept as %s", len(token), hash)
		}
	}
}
