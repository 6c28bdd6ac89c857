package statementfile

import (
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format/ofx"
)

func TestAnAccountOfAFileIsKnownByAKeyedDigestOnly(t *testing.T) {
	t.Parallel()
	file := imported{
		Accounts:               []fairlead.Account{{Ref: "plain-a"}, {Ref: "plain-b"}},
		Transactions:           []fairlead.Transaction{{AccountRef: "plain-a"}, {AccountRef: "plain-b"}},
		Holdings:               []fairlead.Holding{{AccountRef: "plain-a"}},
		InvestmentTransactions: []fairlead.InvestmentTransaction{{AccountRef: "plain-b"}},
		Covered:                []ofx.Coverage{{AccountRef: "plain-a"}},
	}
	keyRefs(&file, func(parts ...string) string { return strings.Repeat(parts[1][len(parts[1])-1:], 64) })
	a, b := strings.Repeat("a", 32), strings.Repeat("b", 32)
	if file.Accounts[0].Ref != a || file.Accounts[1].Ref != b || file.Transactions[0].AccountRef != a || file.Transactions[1].AccountRef != b ||
		file.Holdings[0].AccountRef != a || file.InvestmentTransactions[0].AccountRef != b || file.Covered[0].AccountRef != a {
		t.Errorf("the refs are %+v", file)
	}
}
