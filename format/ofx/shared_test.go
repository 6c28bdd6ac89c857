package ofx_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fairlead-dev/fairlead/format"
	"github.com/fairlead-dev/fairlead/format/formattest"
	"github.com/fairlead-dev/fairlead/format/ofx"
)

// said is what a file says, a line an item, without what the cases do not speak of.
func said(t testing.TB, src []byte) string {
	t.Helper()
	items := formattest.Items(t, ofx.Format, format.Input{Data: src})
	formattest.Sound(t, items)
	currencies := map[string]string{}
	for _, it := range items {
		if it.Account != nil {
			currencies[it.Account.Key] = it.Account.Currency
		}
	}
	var b strings.Builder
	for _, it := range items {
		switch {
		case it.Transaction != nil:
			x := it.Transaction
			fmt.Fprintf(&b, "%s %s in %s %s %s %s\n", x.Booked, x.Amount, currencies[x.AccountRef], x.State, x.Ref, strings.TrimSpace(x.Description+" "+x.Original))
		case it.Movement != nil:
			x := it.Movement
			fmt.Fprintf(&b, "%s %s %s %s %v\n", x.Traded, x.Kind, x.Amount, x.Ref, x.Quantity)
		case it.Holding != nil:
			fmt.Fprintf(&b, "holds %s %s\n", it.Holding.Quantity, it.Holding.Value)
		case it.Warning != nil:
			fmt.Fprintf(&b, "warning: %s: %s at line %d\n", it.Warning.Kind, it.Warning.Field, it.Warning.Line)
		case it.Account != nil:
			a := it.Account
			fmt.Fprintf(&b, "account %s %s", a.Names.Number, a.Currency)
			if a.Balances.Current != nil {
				fmt.Fprintf(&b, " current %s", a.Balances.Current)
			}
			if !a.Balances.AsOf.IsZero() {
				fmt.Fprintf(&b, " on %s", a.Balances.AsOf.Format("2006-01-02"))
			}
			if a.Complete.Pending {
				b.WriteString(" all pending")
			}
			if a.Complete.Holdings {
				b.WriteString(" all holdings")
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}

func TestEveryReferenceCaseHasItsRightValue(t *testing.T) {
	t.Parallel()
	dir := sharedFolder(t, "ofx-cases")
	for name, want := range map[string]string{
		"03-thousands-comma-no-cents":  "2024-01-15 1650 GBP in GBP posted H1 SHOP\naccount 55501234 GBP current 500.00 GBP on 2024-01-31\n",
		"08-balance-rows":              "2024-01-03 -50.00 BRL in BRL posted 202401031 Compra com Cartao\naccount 55501234 BRL current 950.00 BRL on 2024-01-31\n",
		"09-blank-amount-row":          "2024-01-15 -20.00 BRL in BRL posted C1 SHOP\nwarning: bad_value: TRNAMT at line 26\n2024-01-15 35.00 BRL in BRL posted C2 SHOP\naccount 55501234 BRL current 500.00 BRL on 2024-01-31\n",
		"20-fitid-restarts-prefixed-a": "2023-08-30 -1.50 USD in USD posted TRN0001 KIOSK AUG\n2023-08-31 -9.00 USD in USD posted TRN0002 FUEL AUG\naccount 55501234 USD current 500.00 USD on 2023-08-31\n",
		"28-pending-then-posted-a":     "2024-01-30 -42.00 USD in USD pending  BOOKSHOP\naccount 4111XXXXXXXX1111 USD current -500.00 USD on 2024-01-31 all pending\n",
		"38-utf16-no-bom":              "2024-01-15 -10.00 EUR in EUR posted u16 GOOGLE *SVCS é\naccount 55501234 EUR current 500.00 EUR on 2024-01-31\n",
		"41-charset-1251":              "2024-01-15 -10.00 RUB in RUB posted e1 Магазин Радуга\naccount 55501234 RUB current 500.00 RUB on 2024-01-31\n",
		"45-br-in-memo":                "2024-01-15 -10.00 AUD in AUD posted w1 SHOP - Purchase with Cash Out - Cash amount $10.00 Date 23 Feb 2020 Card XXXX\naccount 55501234 AUD current 500.00 AUD on 2024-01-31\n",
		"57-several-currencies-one-id": "2024-01-15 2752.32 USD in USD posted 107472 SHOP\naccount 55501234 USD current 2752.32 USD on 2024-01-31\n" +
			"2024-01-15 1000.00 EUR in EUR posted 107475 SHOP\naccount 55501234 EUR current 1000.00 EUR on 2024-01-31\n",
		"59-no-account-id":      "2024-01-15 -1000.00 MXN in MXN posted m1 SHOP\nwarning: missing: ACCTID at line 12\naccount  MXN current 500.00 MXN on 2024-01-31\n",
		"60-currency-brc":       "2024-01-15 -1.00 BRL in BRL posted v1 SHOP\naccount 55501234 BRL current 500.00 BRL on 2024-01-31\n",
		"71-k401-zero-balances": "holds 98.7 13385.75 USD\naccount 77770001 USD on 2024-01-31 all holdings\n",
		"73-reversed-buy":       "2024-01-10 buy -1908.45 USD b1 40\n2024-01-10 buy 1907.20 USD b2 -40\naccount 77770001 USD on 2024-01-31\n",
		"76-loan":               "2024-01-15 -1200.00 USD in USD posted L1 \naccount 9988 USD current -150000.00 USD on 2024-01-31\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			src, err := os.ReadFile(filepath.Join(dir, name+".ofx"))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(said(t, src), "\n")); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
