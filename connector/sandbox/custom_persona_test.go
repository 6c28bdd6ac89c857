package sandbox

import (
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
)

func TestADocumentDescribesAPerson(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"harbor", "farol"} {
		b := newFixture(t, name)
		s := b.mustLogin("custom+anna", docPersona)
		if got := b.mustCollect(s, fairlead.ProductAccounts).Accounts; len(got) != 1 || got[0].Name != "Anna's account" || got[0].Balances.Current.String() != "812.40 USD" {
			t.Errorf("%s: %+v", name, got)
		}
		page, err := b.collect(s, connector.FetchRequest{Product: fairlead.ProductTransactions, Limit: 4})
		if err != nil {
			t.Fatal(err)
		}
		var days []string
		for _, x := range page.Transactions {
			days = append(days, x.Booked.String())
		}
		if is := strings.Join(days, " "); is != "2026-01-31 2026-02-28 2026-03-02 2026-03-31 2026-04-30 2026-05-31 2026-06-30 2026-07-31 2026-08-31 2026-09-30 2026-10-31" {
			t.Errorf("%s: %s", name, is)
		}
		if len(page.Covers) != 1 {
			t.Errorf("%s covers %v", name, page.Covers)
		}
		again := b.mustCollect(b.mustLogin("custom+anna", "any"), fairlead.ProductTransactions)
		if len(again.Transactions) != len(days) {
			t.Errorf("%s: another password forgets the document", name)
		}
	}
}

func TestADocumentThatIsWrongIsRefusedWithoutItsValues(t *testing.T) {
	t.Parallel()
	for _, document := range []string{"{", `{"acounts": []}`, `{"accounts": [{"ref": "secret-ref"}]}`, `{"transactions": [{"account_ref": "secret-ref"}]}`, `{"words": "` + strings.Repeat("x", maxCustom) + `"}`} {
		_, err := newFixture(t, "harbor").login("custom", document)
		if !fairlead.Is(err, fairlead.RejectedLogin) || strings.Contains(err.Error(), "secret-ref") {
			t.Errorf("%.40s: %v", document, err)
		}
	}
}
