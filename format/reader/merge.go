package reader

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// part is what one file says of one account.
type part struct {
	file    *file
	account *format.Account
	newest  fairlead.Date // the newest day that it speaks of
	rows    bundle
}

// merge puts what the files say together.
func (r *run) merge(imp *Import) error {
	var parts []*part
	for _, f := range r.files {
		if f.Error != nil {
			continue
		}
		own := f.parts()
		if len(parts)+len(own) > format.MaxAccounts { // rows of accounts that a file does not describe count, too
			f.refuse(errAccounts)
			continue
		}
		parts = append(parts, own...)
	}
	if err := r.ctx.Err(); err != nil {
		return err
	}
	groups := grouped(parts)
	taken := map[string]bool{}
	for _, g := range groups {
		if err := r.ctx.Err(); err != nil {
			return err
		}
		a := mergedAccount(g)
		a.Ref = unusedRef(a.Names, taken)
		for _, p := range g {
			p.account.Ref = a.Ref
		}
		imp.Accounts = append(imp.Accounts, a)
		imp.Transactions.append(mergedTransactions(g).of(a.Ref))
		imp.InvestmentTransactions.append(mergedMovements(g).of(a.Ref))
		imp.Holdings.append(mergedHoldings(g).of(a.Ref))
	}
	r.mergeRest(imp, parts)
	return nil
}

// parts are the accounts of a file with their rows.
func (f *file) parts() []*part {
	byKey := make(map[string]*part, len(f.accounts))
	var all []*part
	of := func(key, currency string) *part {
		if p := byKey[key]; p != nil {
			return p
		}
		a := f.byKey[key]
		if a == nil { // rows of an account that the file does not describe
			a = &format.Account{Key: key, Account: fairlead.Account{Kind: fairlead.AccountOther, Currency: currency}}
		}
		p := &part{file: f, account: a}
		if b := f.rows.byKey[key]; b != nil {
			p.rows = *b
		}
		p.date()
		byKey[key] = p
		all = append(all, p)
		return p
	}
	for _, a := range f.accounts {
		of(a.Key, "")
	}
	for _, met := range f.rows.met {
		for _, m := range met {
			of(m.key, m.currency)
		}
	}
	return all
}

// date finds the newest day that a part speaks of: of its balances, or else what it
// claims to cover or has a row of.
func (p *part) date() {
	later := func(d fairlead.Date) {
		if p.newest.IsZero() || d.After(p.newest) {
			p.newest = d
		}
	}
	if at := p.account.Balances.AsOf; !at.IsZero() {
		later(fairlead.DateOf(at))
	}
	if !p.account.Period.To.IsZero() {
		later(p.account.Period.To)
	}
	if !p.rows.newest.IsZero() {
		later(p.rows.newest)
	}
}

// unusedRef is the digest of names; where accounts can't be told apart by their names,
// the later ones are counted.
func unusedRef(n format.Names, taken map[string]bool) string {
	ref := n.Digest()
	for i := 2; taken[ref]; i++ {
		numbered := n
		numbered.Scheme += "#" + strconv.Itoa(i)
		ref = numbered.Digest()
	}
	taken[ref] = true
	return ref
}

// mergedAccount is what all parts say of an account: the newest wins, and older ones
// say what it leaves out.
func mergedAccount(g []*part) format.Account {
	order := slices.Clone(g)
	slices.SortStableFunc(order, func(a, b *part) int { return b.newest.Compare(a.newest) })
	a := *order[0].account
	complete := order[0].account.Complete
	for _, p := range order[1:] {
		fill(&a, p.account)
		complete.Pending = complete.Pending || p.account.Complete.Pending
		complete.Holdings = complete.Holdings || p.account.Complete.Holdings
		a.Listed = a.Listed && p.account.Listed
	}
	a.Complete = complete
	a.Balances, a.Period, a.Names = mergedBalances(g), mergedPeriod(order), fullest(g)
	return a
}

// update takes what a file says of an account later in it.
func update(old, a *format.Account) {
	merged := *a
	merged.Name, merged.Official = clean(a.Name), clean(a.Official)
	fill(&merged, old)
	merged.Balances = newerBalances(old.Balances, a.Balances)
	merged.Complete.Pending = old.Complete.Pending || a.Complete.Pending
	merged.Complete.Holdings = old.Complete.Holdings || a.Complete.Holdings
	merged.Listed = old.Listed && a.Listed
	*old = merged
}

// fill sets what an account leaves out to what another says.
func fill(a, from *format.Account) {
	a.Kind, a.Subtype = cmp.Or(a.Kind, from.Kind), cmp.Or(a.Subtype, from.Subtype)
	a.Name, a.Official = cmp.Or(a.Name, from.Name), cmp.Or(a.Official, from.Official)
	a.Mask, a.Currency = cmp.Or(a.Mask, from.Mask), cmp.Or(a.Currency, from.Currency)
	a.Status, a.Opened = cmp.Or(a.Status, from.Status), cmp.Or(a.Opened, from.Opened)
	if len(a.Holders) == 0 {
		a.Holders = from.Holders
	}
	n, o := &a.Numbers, from.Numbers
	n.Number, n.CheckDigit, n.Branch = cmp.Or(n.Number, o.Number), cmp.Or(n.CheckDigit, o.CheckDigit), cmp.Or(n.Branch, o.Branch)
	n.Routing, n.IBAN, n.BIC = cmp.Or(n.Routing, o.Routing), cmp.Or(n.IBAN, o.IBAN), cmp.Or(n.BIC, o.BIC)
	n.SortCode, n.COMPE, n.ISPB, n.PAN = cmp.Or(n.SortCode, o.SortCode), cmp.Or(n.COMPE, o.COMPE), cmp.Or(n.ISPB, o.ISPB), cmp.Or(n.PAN, o.PAN)
	if len(from.Extra) > 0 {
		extra := fairlead.Extra{}
		for k, v := range from.Extra {
			extra[k] = v
		}
		for k, v := range a.Extra {
			extra[k] = v
		}
		a.Extra = extra
	}
	m, names := &a.Names, from.Names
	m.Scheme, m.Bank, m.Branch = cmp.Or(m.Scheme, names.Scheme), cmp.Or(m.Bank, names.Bank), cmp.Or(m.Branch, names.Branch)
	m.Number, m.Type, m.Key, m.Currency = cmp.Or(m.Number, names.Number), cmp.Or(m.Type, names.Type), cmp.Or(m.Key, names.Key), cmp.Or(m.Currency, names.Currency)
	a.Layout = cmp.Or(a.Layout, from.Layout)
	a.Bank.Name, a.Bank.ID = cmp.Or(a.Bank.Name, from.Bank.Name), cmp.Or(a.Bank.ID, from.Bank.ID)
	a.Period.From, a.Period.To = cmp.Or(a.Period.From, from.Period.From), cmp.Or(a.Period.To, from.Period.To)
}

// mergedBalances are those of the newest day.
func mergedBalances(g []*part) fairlead.Balances {
	var b fairlead.Balances
	for _, p := range g {
		b = newerBalances(b, p.account.Balances)
	}
	return b
}

// newerBalances are the newer of two, b where both are of one time; it is then only of
// one time that they say together what each leaves out. Balances without a day are
// older than those with one.
func newerBalances(a, b fairlead.Balances) fairlead.Balances {
	switch {
	case none(b):
		return a
	case none(a):
		return b
	case a.AsOf.After(b.AsOf):
		return a
	case b.AsOf.After(a.AsOf):
		return b
	}
	b.Current, b.Available, b.Limit = cmp.Or(b.Current, a.Current), cmp.Or(b.Available, a.Available), cmp.Or(b.Limit, a.Limit)
	b.Used, b.Blocked, b.Invested = cmp.Or(b.Used, a.Used), cmp.Or(b.Blocked, a.Blocked), cmp.Or(b.Invested, a.Invested)
	b.OverdraftContracted = cmp.Or(b.OverdraftContracted, a.OverdraftContracted)
	b.OverdraftUsed = cmp.Or(b.OverdraftUsed, a.OverdraftUsed)
	b.OverdraftUnarranged = cmp.Or(b.OverdraftUnarranged, a.OverdraftUnarranged)
	return b
}

// none reports whether no balance is said.
func none(b fairlead.Balances) bool {
	b.AsOf = time.Time{}
	return b == fairlead.Balances{}
}

// mergedPeriod is what the parts cover together without a gap, up to the newest day;
// the parts come newest first.
func mergedPeriod(parts []*part) fairlead.Interval {
	var all fairlead.Interval
	for _, p := range parts {
		is := p.account.Period
		switch {
		case is.From.IsZero() || is.To.IsZero():
			if all == (fairlead.Interval{}) && len(parts) == 1 {
				all = is
			}
		case all == fairlead.Interval{}:
			all = is
		case !is.To.Before(all.From.AddDays(-1)) && !all.To.Before(is.From.AddDays(-1)):
			if is.From.Before(all.From) {
				all.From = is.From
			}
			if is.To.After(all.To) {
				all.To = is.To
			}
		}
	}
	return all
}

// mergeRest adds what hangs on no account, and the warnings.
func (r *run) mergeRest(imp *Import, parts []*part) {
	refs := map[*file]map[string]string{}
	for _, p := range parts {
		if refs[p.file] == nil {
			refs[p.file] = map[string]string{}
		}
		refs[p.file][p.account.Key] = p.account.Ref
	}
	securities, documents := map[digest]bool{}, map[string]bool{}
	for _, f := range r.files {
		if f.Error != nil {
			continue
		}
		all := allOf(&f.securities)
		fresh := make([]bool, 0, all.Len())
		for s := range all.All() {
			ref := digestOf(s.Ref)
			fresh = append(fresh, !securities[ref])
			securities[ref] = true
		}
		imp.Securities.append(all.where(fresh))
		for _, d := range f.documents {
			if documents[d.SHA256] && d.SHA256 != "" {
				continue
			}
			documents[d.SHA256] = true
			if ref := refs[f][d.AccountKey]; d.AccountKey != "" && ref != "" && !slices.Contains(d.AccountRefs, ref) {
				d.AccountRefs = append(d.AccountRefs, ref)
			}
			imp.Documents = append(imp.Documents, d)
		}
		fits := min(len(f.warnings), format.MaxWarnings-len(imp.Warnings))
		imp.Warnings = append(imp.Warnings, f.warnings[:fits]...)
		imp.MoreWarnings += f.moreWarnings + len(f.warnings) - fits
	}
}
