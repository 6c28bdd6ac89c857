package report

import (
	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/reading"
)

// maxTransactions bounds one report: some ten megabytes.
const maxTransactions = 15_000

// sourcedAccount is an account and the connection that has it.
type sourcedAccount struct {
	fairlead.Account
	source Source
}

// accounts are the accounts that fit, with their numbers.
func (b *builder) accounts(fit func(fairlead.Account) bool) (out []sourcedAccount) {
	for _, s := range b.Sources {
		for _, a := range b.listed[s.Connection.ID] {
			if fit(a) {
				out = append(out, sourcedAccount{a, s})
			}
		}
	}
	return out
}

// perAccount is how many transactions of each of some accounts fit into a report.
func (b *builder) perAccount(accounts []sourcedAccount) int { return b.most / max(1, len(accounts)) }

// transactions reads an account's transactions, newest first, at most so many.
func (b *builder) transactions(account fairlead.RecordID, most int) (out []fairlead.Transaction, err error) {
	for t, err := range dialect.All(b.ctx, b.Tenant, reading.Query{Account: account}, b.Reading.Transactions) {
		switch {
		case err != nil:
			return nil, err
		case t.State == fairlead.TransactionRemoved, t.State == fairlead.TransactionReversed:
			continue
		case len(out) >= most:
			b.truncated = true
			return out, nil
		}
		out = append(out, t)
	}
	return out, nil
}
