package simplefin

import (
	"regexp"
	"strings"

	"github.com/fairlead-dev/fairlead"
)

// kindWords are words of an account's name or type that say what it is, in order of
// precedence. The protocol has no field for it.
var kindWords = []struct {
	words   *regexp.Regexp
	kind    fairlead.AccountKind
	subtype string
}{
	{regexp.MustCompile(`\bmortgage\b|\bhypothec`), fairlead.AccountLoan, "mortgage"},
	{regexp.MustCompile(`\bheloc\b|\bline of credit\b`), fairlead.AccountLoan, "line_of_credit"},
	{regexp.MustCompile(`\bloan\b|\blending\b|\bfinancing\b`), fairlead.AccountLoan, "loan"},
	{regexp.MustCompile(`\b401\(?k\)?|\b403\(?b\)?`), fairlead.AccountInvestment, "401k"},
	{regexp.MustCompile(`\bira\b|\brollover\b|\broth\b|\brrsp\b|\btfsa\b|\bresp\b`), fairlead.AccountInvestment, "ira"},
	{regexp.MustCompile(`\bbrokerage\b|\binvest(ment|ing|ments)?\b|\bstocks?\b|\bportfolio\b|\b529\b|\btrading\b`), fairlead.AccountInvestment, "brokerage"},
	{regexp.MustCompile(`\bpension\b`), fairlead.AccountPension, ""},
	{regexp.MustCompile(`\bdebit\b|\bchecking\b|\bchequing\b|\bcurrent account\b|\beveryday\b`), fairlead.AccountDepository, "checking"},
	{regexp.MustCompile(`\bprepaid\b`), fairlead.AccountCard, "prepaid"},
	{regexp.MustCompile(`\bcredit ?card\b|\bvisa\b|\bmaster ?card\b|\bamex\b|\bamerican express\b|\bcard\b`), fairlead.AccountCard, "credit"},
	{regexp.MustCompile(`\bmoney market\b`), fairlead.AccountDepository, "money_market"},
	{regexp.MustCompile(`\bcertificate of deposit\b|\bcd\b|\bgic\b`), fairlead.AccountDepository, "cd"},
	{regexp.MustCompile(`\bsavings?\b`), fairlead.AccountDepository, "savings"},
	{regexp.MustCompile(`^credit$|\bcredit_card\b`), fairlead.AccountCard, "credit"},
	{regexp.MustCompile(`\bdepository\b|\bbank account\b`), fairlead.AccountDepository, ""},
}

// typeFields are names that servers give a type in "extra".
var typeFields = []string{"simplefin.account_type", "simplefin.account-type", "simplefin.type", "simplefin.subtype", "simplefin.kind"}

// guess says what an account is, by what the server says of it beyond the protocol, what
// is held in it, its name, and whether something is owed.
func (l *listed) guess() (kind fairlead.AccountKind, subtype string) {
	for _, field := range typeFields {
		if said, ok := l.more[field].(string); ok {
			if kind, subtype := byWords(said); kind != "" {
				return kind, subtype
			}
		}
	}
	kind, subtype = byWords(l.name)
	switch {
	case l.Holdings != nil && len(*l.Holdings) > 0:
		if kind == fairlead.AccountInvestment || kind == fairlead.AccountPension {
			return kind, subtype
		}
		return fairlead.AccountInvestment, ""
	case kind != "":
		return kind, subtype
	}
	if balance, ok := l.Balance.decimal(); ok && balance.Sign() < 0 {
		return fairlead.AccountCard, ""
	}
	return fairlead.AccountDepository, ""
}

func byWords(name string) (fairlead.AccountKind, string) {
	name = strings.ToLower(name)
	for _, w := range kindWords {
		if w.words.MatchString(name) {
			return w.kind, w.subtype
		}
	}
	return "", ""
}

// guessKinds gives each account its kind: that which was guessed before, so that an
// account never changes into another between two collections. A list of balances alone,
// without transactions and holdings, is not enough to remember a guess by.
func (r *reading) guessKinds() {
	for _, l := range r.accounts {
		known, ok := r.memory.Accounts[l.ref]
		if l.kind, l.subtype = known.Kind, known.Subtype; l.kind != "" {
			continue
		}
		l.kind, l.subtype = l.guess()
		if ok && l.Transactions != nil {
			known.Kind, known.Subtype = l.kind, l.subtype
			r.memory.Accounts[l.ref] = known
		}
	}
}
