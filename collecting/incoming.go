package collecting

import (
	"fmt"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/sealing"
)

// incoming is one thing that came, as the record it would become: without an id,
// and with a fingerprint for a Ref where the institution gives none.
type incoming struct {
	record     fairlead.Record
	accountRef string
	hasID      bool      // Ref is an id of the institution's
	keyed      bool      // Ref is a keyed digest of the fingerprint
	unselected bool      // an account that the person did not choose
	pendingRef string    // the id it had while pending, or of what it corrects
	former     string    // of an account: under which ref it is stored
	corrected  []string  // ids that what it corrects has corrected in turn
	private    []byte    // what goes sealed beside the body; nil: nothing
	noun       any       // *fairlead.Transaction …: what Body is made of
	asOf       time.Time // of an account: the day of its balances
	document   *connector.Document
	compute    func() fingerprint
	cached     *fingerprint
}

func (a *incoming) fingerprint() fingerprint {
	if a.cached == nil {
		f := a.compute()
		a.cached = &f
	}
	return *a.cached
}

func (a *incoming) pending() bool { return a.record.State == string(fairlead.TransactionPending) }

// corrects are the ids of which it says that they are its own now.
func (a *incoming) corrects() (refs []string) {
	for _, ref := range append([]string{a.pendingRef}, a.corrected...) {
		if ref != "" && ref != a.record.Ref {
			refs = append(refs, ref)
		}
	}
	return refs
}

// encode makes of the noun the body, and what goes sealed beside it.
func (a *incoming) encode() error {
	body, private, err := sealing.Divide(a.noun)
	if err != nil {
		return fmt.Errorf("collecting: writing a record: %w", err)
	}
	a.record.Body, a.private = body, private
	return nil
}

// newIncoming wraps a noun. Its ids of ours must be clear: the record carries them.
func newIncoming[T any](kind fairlead.RecordKind, ref string, noun *T, compute func(T) fingerprint) *incoming {
	ref = strings.ReplaceAll(strings.ToValidUTF8(ref, "?"), "\x00", "?")
	a := &incoming{noun: noun, hasID: ref != "" && !isFingerprint(ref), compute: func() fingerprint { return compute(*noun) }}
	a.record.Kind, a.record.Ref = kind, ref
	if !a.hasID {
		a.record.Ref = a.fingerprint().ref()
	}
	return a
}

// belongsTo puts it on an account.
func (a *incoming) belongsTo(account fairlead.RecordID, ref string) *incoming {
	a.record.Account, a.accountRef = account, ref
	return a
}

func (a *incoming) on(day fairlead.Date, state string) *incoming {
	a.record.Day, a.record.State = day, state
	return a
}

// bookingDay is the day a transaction is listed under. Epoch 0 is no day: it is
// how institutions write a missing one.
func bookingDay(t fairlead.Transaction) fairlead.Date {
	switch {
	case t.Booked.Year > 1970:
		return t.Booked
	case t.Value.Year > 1970:
		return t.Value
	case t.Transacted.Year() > 1970:
		return fairlead.DateOf(t.Transacted)
	}
	return fairlead.Date{}
}

func incomingTransaction(t fairlead.Transaction, account fairlead.RecordID) *incoming {
	t.ID, t.Connection, t.Account, t.Version = "", "", "", 0
	t.Booked = bookingDay(t)
	if t.State == "" {
		t.State = fairlead.TransactionPosted
	}
	a := newIncoming(fairlead.TransactionRecord, t.Ref, &t, transactionFingerprint).belongsTo(account, t.AccountRef).on(t.Booked, string(t.State))
	a.pendingRef = t.PendingRef
	return a
}

func incomingBill(b fairlead.CardBill, account fairlead.RecordID) *incoming {
	b.ID, b.Connection, b.Account = "", "", ""
	return newIncoming(fairlead.BillRecord, b.Ref, &b, billFingerprint).belongsTo(account, b.AccountRef).on(b.Closes, b.State)
}

func incomingLoan(l fairlead.Loan, account fairlead.RecordID) *incoming {
	l.ID, l.Connection, l.Account = "", "", ""
	return newIncoming(fairlead.LoanRecord, l.Ref, &l, loanFingerprint).belongsTo(account, l.AccountRef)
}

func incomingSecurity(s fairlead.Security) *incoming {
	s.ID, s.Connection = "", ""
	return newIncoming(fairlead.SecurityRecord, s.Ref, &s, securityFingerprint)
}

func incomingHolding(h fairlead.Holding, account, security fairlead.RecordID) *incoming {
	h.ID, h.Connection, h.Account, h.Security = "", "", "", security
	return newIncoming(fairlead.HoldingRecord, h.Ref, &h, holdingFingerprint).belongsTo(account, h.AccountRef)
}

func incomingInvestment(t fairlead.InvestmentTransaction, account, security fairlead.RecordID) *incoming {
	t.ID, t.Connection, t.Account, t.Security = "", "", "", security
	return newIncoming(fairlead.InvestmentTransactionRecord, t.Ref, &t, investmentFingerprint).belongsTo(account, t.AccountRef).on(t.Traded, "")
}

func incomingAccount(account fairlead.Account) *incoming {
	account.ID, account.Connection = "", ""
	a := newIncoming(fairlead.AccountRecord, account.Ref, &account, accountFingerprint).on(fairlead.Date{}, account.Status)
	a.asOf = account.Balances.AsOf
	return a
}

func incomingIdentity(i fairlead.Identity, accounts map[string]fairlead.RecordID) *incoming {
	i.ID, i.Connection = "", ""
	relations := make([]fairlead.AccountRelation, len(i.Relations))
	for n, r := range i.Relations {
		r.Account = accounts[r.AccountRef]
		relations[n] = r
	}
	i.Relations = relations
	if len(relations) == 0 {
		i.Relations = nil
	}
	return newIncoming(fairlead.IdentityRecord, i.Ref, &i, identityFingerprint)
}

func incomingDocument(d connector.Document, accounts map[string]fairlead.RecordID) *incoming {
	noun := d.Document
	noun.ID, noun.Connection, noun.Accounts, noun.Replaces = "", "", nil, ""
	for _, ref := range noun.AccountRefs {
		if id, ok := accounts[ref]; ok {
			noun.Accounts = append(noun.Accounts, id)
		}
	}
	a := newIncoming(fairlead.DocumentRecord, noun.Ref, &noun, documentFingerprint).on(noun.Issued, noun.Kind)
	a.document = &d
	if len(noun.Accounts) == 1 {
		a.belongsTo(noun.Accounts[0], noun.AccountRefs[0])
	}
	return a
}
