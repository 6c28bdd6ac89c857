package native

import (
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/reading"
)

// Days bounds a list by day.
type Days struct {
	From string `query:"from" doc:"First day, 2006-01-02."`
	To   string `query:"to" doc:"Last day, 2006-01-02."`
}

func (q Days) interval() (i fairlead.Interval, err error) {
	for _, f := range []struct {
		name, text string
		into       *fairlead.Date
	}{{"from", q.From, &i.From}, {"to", q.To, &i.To}} {
		if f.text == "" {
			continue
		}
		if *f.into, err = fairlead.ParseDate(f.text); err != nil {
			return i, fairlead.InvalidField(f.name, "format", "must be a day like 2006-01-31")
		}
	}
	if !i.From.IsZero() && !i.To.IsZero() && i.To.Before(i.From) {
		return i, fairlead.InvalidField("to", "range", "must not be before from")
	}
	return i, nil
}

// TransactionFilter filters transactions.
type TransactionFilter struct {
	Paging
	Days
	Status string `query:"status" enum:"pending,posted,reversed" doc:"pending, posted or reversed."`
}

// query is that of a connection or an account.
func (q TransactionFilter) query(c fairlead.ConnectionID, account fairlead.RecordID) (reading.Query, error) {
	days, err := q.interval()
	return reading.Query{Connection: c, Account: account, Days: days, State: q.Status, After: q.After, Limit: q.Limit}, err
}

type accountsInput struct {
	OfConnection
	Numbers bool `query:"numbers" doc:"Open the sealed account numbers too."`
}

func (n *Native) listAccounts(r request[accountsInput]) (list[accountBody], error) {
	p, err := n.verbs.Reading.Accounts(r, r.tenant(), reading.Query{Connection: r.in.ID, After: r.in.After, Limit: r.in.Limit, Numbers: r.in.Numbers})
	return listOf(p.Data, p.Next, accountOf), err
}

type accountInput struct {
	ByID
	Numbers bool `query:"numbers" doc:"Open the sealed account numbers too."`
}

func (n *Native) readAccount(r request[accountInput]) (accountBody, error) {
	a, err := n.verbs.Reading.Account(r, r.tenant(), fairlead.RecordID(r.in.ID), r.in.Numbers)
	return accountOf(a), err
}

type connectionTransactions struct {
	TransactionFilter
	ID fairlead.ConnectionID `path:"id" maxLength:"80"`
}

func (n *Native) listTransactions(r request[connectionTransactions]) (list[TransactionBody], error) {
	query, err := r.in.query(r.in.ID, "")
	if err != nil {
		return list[TransactionBody]{}, err
	}
	p, err := n.verbs.Reading.EncodedTransactions(r, r.tenant(), query)
	if err != nil {
		return list[TransactionBody]{}, err
	}
	return writtenTransactions(p)
}

type accountTransactions struct {
	TransactionFilter
	ID fairlead.RecordID `path:"id" maxLength:"80"`
}

func (n *Native) listAccountTransactions(r request[accountTransactions]) (list[TransactionBody], error) {
	query, err := r.in.query("", r.in.ID)
	if err != nil {
		return list[TransactionBody]{}, err
	}
	p, err := n.verbs.Reading.EncodedTransactions(r, r.tenant(), query)
	if err != nil {
		return list[TransactionBody]{}, err
	}
	return writtenTransactions(p)
}

// transactionWithVersions is a transaction and what it was before.
type transactionWithVersions struct {
	TransactionBody
	Versions []TransactionBody `json:"versions" nullable:"false" doc:"Oldest first, the present one last."`
}

func (n *Native) readTransaction(r request[ByID]) (transactionWithVersions, error) {
	t, versions, err := n.verbs.Reading.Transaction(r, r.tenant(), fairlead.RecordID(r.in.ID))
	return transactionWithVersions{transactionOf(t), listOf(versions, "", transactionOf).Data}, err
}

type changesInput struct {
	OfConnection
	Wait int `query:"wait" minimum:"0" maximum:"60" doc:"Seconds."`
}

// changesPage is a piece of a feed: its next is always given, for a feed has no end.
type changesPage struct {
	Data []changeBody `json:"data" nullable:"false"`
	Next string       `json:"next" doc:"Cursor for the next request; it never expires."`
}

func (n *Native) followChanges(r request[changesInput]) (changesPage, error) {
	if r.in.Wait > 0 {
		release, err := n.verbs.Access.Hold(r, r.caller, clientOf(r))
		if err != nil {
			return changesPage{}, err
		}
		defer release()
	}
	p, err := n.verbs.Reading.Changes(r, r.tenant(), r.in.ID, r.in.After, r.in.Limit, time.Duration(r.in.Wait)*time.Second)
	return changesPage{listOf(p.Data, "", changeOf).Data, p.Next}, err
}
