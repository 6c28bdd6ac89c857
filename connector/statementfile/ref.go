package statementfile

// keyRefs puts keyed digests in place of the accounts' ids. Those that the file's
// format has are digests of account numbers without a key: whoever has one of these
// can try all numbers there are.
func keyRefs(i *imported, digest func(parts ...string) string) {
	if digest == nil {
		return
	}
	known := map[string]string{}
	keyed := func(ref *string) {
		if *ref == "" {
			return
		}
		name, ok := known[*ref]
		if !ok {
			name = digest("statement account", *ref)[:32]
			known[*ref] = name
		}
		*ref = name
	}
	for n := range i.Accounts {
		keyed(&i.Accounts[n].Ref)
	}
	for n := range i.Listed {
		keyed(&i.Listed[n].Ref)
	}
	for n := range i.Transactions {
		keyed(&i.Transactions[n].AccountRef)
	}
	for n := range i.Holdings {
		keyed(&i.Holdings[n].AccountRef)
	}
	for n := range i.InvestmentTransactions {
		keyed(&i.InvestmentTransactions[n].AccountRef)
	}
	for n := range i.Covered {
		keyed(&i.Covered[n].AccountRef)
	}
}
