package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/connector/sandbox/world"
)

// TestTheWorldIsWhatItWas holds the data of every persona to a digest: golden
// files of applications hang on it. A change that is meant writes the digests anew
// (go generate) and is told in the change log.
func TestTheWorldIsWhatItWas(t *testing.T) {
	const path = "testdata/digests.txt"
	var out strings.Builder
	for _, name := range shortNames() {
		for _, p := range world.Personas() {
			if p.Bulk == 0 {
				fmt.Fprintf(&out, "%s %s %s\n", name, p.Name, digest(newFixture(t, name), p.Name))
			}
		}
	}
	if *update {
		if err := os.WriteFile(path, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	was, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(was) != out.String() {
		t.Errorf("the world has changed: %s is\n%s", path, out.String())
	}
}

// digest is of everything an institution tells of a persona. How its papers look is
// another matter.
func digest(b *fixture, user string) string {
	h := sha256.New()
	s := b.mustLogin(user, "good")
	for _, p := range b.start.Institution.Products {
		page := b.mustCollect(s, p)
		for _, d := range page.Documents {
			fmt.Fprintf(h, "%+v", d.Document)
		}
		records := []any{page.Accounts, page.Identities, page.Transactions, page.Bills, page.Loans, page.Securities, page.Holdings, page.InvestmentTransactions, page.Covers}
		if err := json.NewEncoder(h).Encode(records); err != nil {
			b.Fatal(err)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}
