package simplefin

import (
	"cmp"
	_ "embed"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/kit"
)

//go:embed errors.json
var errorRules []byte

// table is what errors of servers mean.
var table = kit.MustErrorTable(errorRules)

// staleAfter is how long a bank may bring nothing new before that is worth saying.
const staleAfter = 3 * 24 * time.Hour

// organisation is a bank as one answer names it.
type organisation struct {
	key  string // the server's own name of it, by which ids of accounts are unique
	name string
}

// bankOf is the bank of an account, in either version.
func (a answer) bankOf(acc account) organisation {
	if acc.ConnID != "" {
		for _, b := range a.connections {
			if b.ConnID == acc.ConnID {
				return organisation{acc.ConnID.id(), first(b.Name, b.ConnName, acc.ConnName, b.OrgID).shown()}
			}
		}
		return organisation{acc.ConnID.id(), first(acc.ConnName, acc.Org.Name).shown()}
	}
	o := acc.Org
	return organisation{first(o.ID, o.Domain, o.Name, o.SfinURL).id(), first(o.Name, o.Domain).shown()}
}

// listed is an account of an answer, with what follows for it from the whole of it.
type listed struct {
	account
	bank           organisation
	ref            string
	name, mask     string
	currency       string
	skip           *fairlead.Error // why it can't be read at all; nil: it can
	missing        bool            // an error concerns it: absence in it means nothing
	rowsLost       bool            // it has a transaction that can't be read
	kind           fairlead.AccountKind
	subtype        string
	balanceUpdated time.Time
}

func (l *listed) title() string { return cmp.Or(l.name, l.bank.name, "Account") }

// reading is an answer understood.
type reading struct {
	env         connector.Env
	institution fairlead.Institution
	accounts    []*listed
	memory      memory // as it is after this answer
	renumbered  map[string]string
	partial     []connector.PartialProblem
	missing     bool // an error concerns everything
	erroneous   bool // there is any error that is not harmless
}

// newReading understands an answer. m is the connection's memory and is changed.
func newReading(env connector.Env, i fairlead.Institution, m memory, a answer) *reading {
	r := &reading{env: env, institution: i, memory: m}
	seen := map[string]bool{}
	for _, acc := range a.accounts {
		l := &listed{account: acc, bank: a.bankOf(acc), name: acc.Name.shown(), balanceUpdated: instant(acc.BalanceDate)}
		if acc.ID.id() == "" {
			r.unreadable(nil, "An account of %s has no id at the SimpleFIN server, so it is left out.", l.bank.name)
			r.erroneous = true
			continue
		}
		l.ref, l.mask = refOf(env, l.bank.key, acc.ID.id()), lastFour(l.name)
		if !seen[l.ref] {
			seen[l.ref] = true
			r.accounts = append(r.accounts, l)
		}
	}
	r.currencies()
	r.complaints(a)
	r.recognise()
	r.guessKinds()
	r.stale()
	return r
}

// refOf names an account. Some servers have its number for an id, so it is digested.
func refOf(env connector.Env, bank, id string) string {
	if env.Digest == nil {
		return bank + "/" + id
	}
	return "sf_" + env.Digest("account", bank, id)[:40]
}

// mask patterns: digits that are set off as the end of a number, or stand at the end of a
// name and can't be a year.
var (
	markedDigits  = regexp.MustCompile(`(?:[xX*•.…#-]+\s?|\(\s?|ending (?:in )?)(\d{4})\b\)?`)
	closingDigits = regexp.MustCompile(`(?:^|[^\d])(\d{4})$`)
)

// lastFour are the last digits of an account's number, where its name has them.
func lastFour(name string) string {
	if m := markedDigits.FindStringSubmatch(name); m != nil {
		return m[1]
	}
	if m := closingDigits.FindStringSubmatch(name); m != nil && !strings.HasPrefix(m[1], "19") && !strings.HasPrefix(m[1], "20") {
		return m[1]
	}
	return ""
}

// currencies finds each account's. An empty one is that which the account had before, else
// that of most accounts of the bank, else of the institution.
func (r *reading) currencies() {
	var open []*listed
	byBank := map[string]map[string]int{}
	for _, l := range r.accounts {
		code := strings.ToUpper(strings.TrimSpace(string(l.Currency)))
		switch {
		case code == "" || code == "XXX":
			open = append(open, l)
		case fairlead.ValidCurrency(code):
			l.currency = code
			for _, bank := range []string{l.bank.key, ""} {
				if byBank[bank] == nil {
					byBank[bank] = map[string]int{}
				}
				byBank[bank][code]++
			}
		default:
			l.skip = r.unreadable([]string{l.ref}, "An account of %s is in points, miles or another unit that is no currency, so it is left out.", l.bank.name)
		}
	}
	for _, l := range open {
		l.currency = cmp.Or(r.memory.Accounts[l.ref].Currency, most(byBank[l.bank.key]), most(byBank[""]), r.institution.Currency)
		if l.currency == "" {
			l.skip = r.unreadable([]string{l.ref}, "An account of %s has no currency at the SimpleFIN server, so it is left out.", l.bank.name)
		}
	}
}

// most is the code that is counted most often, in order of the alphabet where several are.
func most(counts map[string]int) (code string) {
	for _, c := range slices.Sorted(maps.Keys(counts)) {
		if code == "" || counts[c] > counts[code] {
			code = c
		}
	}
	return code
}

// unreadable notes what can't be read at all, whoever acts.
func (r *reading) unreadable(refs []string, sentence, bank string) *fairlead.Error {
	err := fairlead.Errorf(fairlead.Unsupported, sentence, cmp.Or(kit.Clean(bank, 80), "a bank"))
	err.Actor, err.Code = fairlead.ActorInstitution, "account_left_out"
	r.say(refs, err)
	return err
}

// say notes what is missing, once per sentence.
func (r *reading) say(refs []string, err *fairlead.Error) {
	for n := range r.partial {
		p := &r.partial[n]
		if known, ok := p.Err.(*fairlead.Error); ok && known.Kind == err.Kind && known.Detail == err.Detail { //nolint:errorlint // made here
			if refs == nil || p.AccountRefs == nil {
				p.AccountRefs = nil
			} else {
				p.AccountRefs = append(p.AccountRefs, refs...)
			}
			return
		}
	}
	r.partial = append(r.partial, connector.PartialProblem{AccountRefs: refs, Err: err})
}

// complaints classifies the errors of an answer, and finds whom each concerns.
func (r *reading) complaints(a answer) {
	for _, c := range a.errors {
		rule, refs, bankName := r.judge(a, c)
		r.say(refs, rule.Error(kit.Said{Code: string(c.Code), Text: c.said(), Bank: bankName}, r.env.Language, 0))
		if rule.Harmless {
			continue
		}
		r.erroneous = true
		if refs == nil {
			r.missing = true
		}
		for _, l := range r.accounts {
			l.missing = l.missing || refs == nil || slices.Contains(refs, l.ref)
		}
	}
}

// judge finds the rule of an error, the accounts that it concerns (nil: all) and the bank.
func (r *reading) judge(a answer, c complaint) (rule kit.ErrorRule, refs []string, bankName string) {
	rule, ok := table.Find(kit.Said{Code: string(c.Code), Text: c.said()})
	if !ok {
		rule = kit.ErrorRule{Kind: fairlead.NotReady, Scope: kit.ScopeBank}
	}
	switch {
	case c.AccountID != "":
		refs = r.refsOf(func(bank organisation, id string) bool {
			return id == c.AccountID.id() && (c.ConnID == "" || bank.key == c.ConnID.id())
		})
		if len(refs) == 0 { // an account that is not known here
			refs = []string{refOf(r.env, c.ConnID.id(), c.AccountID.id())}
		}
	case rule.Scope != kit.ScopeBank && rule.Scope != kit.ScopeAccount: // of the connection
	case c.ConnID != "":
		for _, b := range a.connections {
			if b.ConnID == c.ConnID {
				bankName = first(b.Name, b.ConnName, b.OrgID).shown()
			}
		}
		refs = r.refsOf(func(bank organisation, _ string) bool { return bank.key == c.ConnID.id() })
		if len(refs) == 0 { // a bank of which nothing is known here: it concerns no other
			refs = []string{refOf(r.env, c.ConnID.id(), "")}
		}
	default:
		refs, bankName = r.namedIn(c.said())
	}
	return rule, refs, bankName
}

// refsOf lists accounts, those of earlier answers too, that fit.
func (r *reading) refsOf(fits func(bank organisation, id string) bool) (refs []string) {
	for _, l := range r.accounts {
		if fits(l.bank, l.ID.id()) {
			refs = append(refs, l.ref)
		}
	}
	for _, ref := range slices.Sorted(maps.Keys(r.memory.Accounts)) {
		m := r.memory.Accounts[ref]
		if fits(organisation{m.Org, m.OrgName}, m.ID) && !slices.Contains(refs, ref) {
			refs = append(refs, ref)
		}
	}
	return refs
}

// namedIn finds the bank whose name a sentence has, the longest where several fit; nil
// refs: it names none that is known.
func (r *reading) namedIn(sentence string) (refs []string, bankName string) {
	sentence = strings.ToLower(sentence)
	r.refsOf(func(bank organisation, _ string) bool {
		if len(bank.name) > max(2, len(bankName)) && strings.Contains(sentence, strings.ToLower(bank.name)) {
			bankName = bank.name
		}
		return false
	})
	if bankName == "" {
		return nil, ""
	}
	return r.refsOf(func(bank organisation, _ string) bool { return bank.name == bankName }), bankName
}

// recognise brings the memory up to the answer, and finds accounts that have another ref.
func (r *reading) recognise() {
	found, missing := map[string]remembered{}, map[string]bool{}
	for _, l := range r.accounts {
		if l.skip == nil {
			found[l.ref] = remembered{Org: l.bank.key, OrgName: l.bank.name, ID: l.ID.id(), Name: l.name, Mask: l.mask, Currency: l.currency}
			missing[l.bank.key] = missing[l.bank.key] || l.missing
		}
	}
	// Where something is missing, another account of the same looks may be that which failed.
	r.renumbered = r.memory.renumbered(found, func(now remembered) bool {
		return now.Mask != "" || !r.erroneous
	})
	for before, now := range r.renumbered {
		moved := found[now]
		moved.Kind, moved.Subtype = r.memory.Accounts[before].Kind, r.memory.Accounts[before].Subtype
		found[now] = moved
		delete(r.memory.Accounts, before)
	}
	for ref, now := range found {
		if known, ok := r.memory.Accounts[ref]; ok {
			now.Kind, now.Subtype = known.Kind, known.Subtype
		}
		r.memory.Accounts[ref] = now
	}
}

// stale says of banks that have brought nothing new for days, though no error says why.
func (r *reading) stale() {
	newest := map[string]time.Time{}
	refs := map[string][]string{}
	names := map[string]string{}
	for _, l := range r.accounts {
		if l.missing || l.skip != nil || l.balanceUpdated.IsZero() {
			continue
		}
		key := l.bank.key
		refs[key], names[key] = append(refs[key], l.ref), l.bank.name
		if l.balanceUpdated.After(newest[key]) {
			newest[key] = l.balanceUpdated
		}
	}
	for _, key := range slices.Sorted(maps.Keys(newest)) {
		if r.env.Now.Sub(newest[key]) > staleAfter {
			err := fairlead.Errorf(fairlead.NotReady, "The SimpleFIN server has had nothing new from %s since %s.", cmp.Or(kit.Clean(names[key], 80), "a bank"), fairlead.DateOf(newest[key]))
			err.Code = "stale_bank"
			r.say(refs[key], err)
		}
	}
}

// asOf is how old the data is: of the bank whose newest balance is oldest, those aside
// that an error speaks of. Zero: no balance has a date.
func (r *reading) asOf() time.Time {
	banks := map[string]time.Time{}
	for _, l := range r.accounts {
		if l.skip == nil && !l.missing && l.balanceUpdated.After(banks[l.bank.key]) {
			banks[l.bank.key] = l.balanceUpdated
		}
	}
	var oldest time.Time
	for _, at := range banks {
		if !at.IsZero() && (oldest.IsZero() || at.Before(oldest)) {
			oldest = at
		}
	}
	return oldest
}

// refusal is the error that an answer amounts to where it lists no account; nil: it is none.
func (a answer) refusal(language string) error {
	if len(a.accounts) > 0 || len(a.errors) == 0 {
		return nil
	}
	var worst *fairlead.Error
	order := []fairlead.ErrorKind{fairlead.ConsentEnded, fairlead.SlowDown, fairlead.ActionNeeded, fairlead.Internal, fairlead.NotReady}
	for _, c := range a.errors {
		rule, ok := table.Find(kit.Said{Code: string(c.Code), Text: c.said()})
		if !ok {
			continue
		}
		err := rule.Error(kit.Said{Code: string(c.Code), Text: c.said()}, language, 0)
		if worst == nil || slices.Index(order, err.Kind) < slices.Index(order, worst.Kind) {
			worst = err
		}
	}
	if worst == nil {
		return nil
	}
	return worst
}
