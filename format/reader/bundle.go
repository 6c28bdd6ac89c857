package reader

import (
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// bundle are the rows that a file has of one account.
type bundle struct {
	transactions *format.Packed[fairlead.Transaction] // nil: none; so are the others
	holdings     *format.Packed[fairlead.Holding]
	movements    *format.Packed[fairlead.InvestmentTransaction]
	pending      int           // of the transactions
	newest       fairlead.Date // of booked transactions and movements
}

// bundles are the rows of a file by their accounts.
type bundles struct {
	byKey map[string]*bundle
	// met are accounts with the currency of their first row, in the order of those: of
	// transactions, holdings and movements.
	met [3][]met
}

type met struct{ key, currency string }

// of is the bundle of an account. Errors: there are too many.
func (b *bundles) of(key string) (*bundle, error) {
	if own := b.byKey[key]; own != nil {
		return own, nil
	}
	if len(b.byKey) == format.MaxAccounts {
		return nil, errAccounts
	}
	if b.byKey == nil {
		b.byKey = map[string]*bundle{}
	}
	own := &bundle{}
	b.byKey[strings.Clone(key)] = own // not the whole file
	return own, nil
}

func (b *bundles) transaction(t *fairlead.Transaction) error {
	own, err := b.of(t.AccountRef)
	if err != nil {
		return err
	}
	if own.transactions == nil {
		own.transactions = &format.Packed[fairlead.Transaction]{}
		b.met[0] = append(b.met[0], met{strings.Clone(t.AccountRef), strings.Clone(t.Amount.Currency)})
	}
	row := *t
	row.AccountRef = "" // it is the bundle's
	own.transactions.Add(&row)
	if isPending(t) {
		own.pending++
	} else {
		own.on(t.Booked)
	}
	return nil
}

func (b *bundles) holding(h *fairlead.Holding) error {
	own, err := b.of(h.AccountRef)
	if err != nil {
		return err
	}
	if own.holdings == nil {
		own.holdings = &format.Packed[fairlead.Holding]{}
		b.met[1] = append(b.met[1], met{strings.Clone(h.AccountRef), strings.Clone(h.Value.Currency)})
	}
	row := *h
	row.AccountRef = "" // it is the bundle's
	own.holdings.Add(&row)
	return nil
}

func (b *bundles) movement(m *fairlead.InvestmentTransaction) error {
	own, err := b.of(m.AccountRef)
	if err != nil {
		return err
	}
	if own.movements == nil {
		own.movements = &format.Packed[fairlead.InvestmentTransaction]{}
		b.met[2] = append(b.met[2], met{strings.Clone(m.AccountRef), strings.Clone(m.Amount.Currency)})
	}
	row := *m
	row.AccountRef = "" // it is the bundle's
	own.movements.Add(&row)
	own.on(m.Traded)
	return nil
}

func (b *bundle) on(d fairlead.Date) {
	if b.newest.IsZero() || d.After(b.newest) {
		b.newest = d
	}
}

// pack ends the lists, and counts the rows.
func (b *bundles) pack() (rows int) {
	for _, own := range b.byKey {
		if own.transactions != nil {
			own.transactions.Pack()
			rows += own.transactions.Len()
		}
		if own.holdings != nil {
			own.holdings.Pack()
			rows += own.holdings.Len()
		}
		if own.movements != nil {
			own.movements.Pack()
			rows += own.movements.Len()
		}
	}
	return rows
}
