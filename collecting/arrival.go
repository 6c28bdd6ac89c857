package collecting

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
)

// arrival is one thing that came, as the record it would become: without an id,
// and with a likeness for a Ref where the institution gives none.
type arrival struct {
	record     fairlead.Record
	accountRef string
	own        bool   // Ref is the institution's own id
	stray      bool   // an account that the person did not choose
	pendingRef string // the id it had while pending
	secret     []byte // what goes sealed beside the body; nil: nothing
	noun       any    // *fairlead.Transaction …: what Body was made of
	document   *connector.Document
	makeLook   func() likeness
	look       *likeness
}

func (a *arrival) like() likeness {
	if a.look == nil {
		l := a.makeLook()
		a.look = &l
	}
	return *a.look
}

func (a *arrival) pending() bool { return a.record.State == string(fairlead.TransactionPending) }

// write makes the body of the noun.
func (a *arrival) write() error {
	body, err := json.Marshal(a.noun)
	if err != nil {
		return fmt.Errorf("collecting: writing a record: %w", err)
	}
	a.record.Body = body
	return nil
}

// newArrival wraps a noun. Its own ids must be clear: the record carries them.
func newArrival[T any](kind fairlead.RecordKind, ref string, noun *T, like func(T) likeness) *arrival {
	ref = strings.ReplaceAll(strings.ToValidUTF8(ref, "?"), "\x00", "?")
	a := &arrival{noun: noun, own: ref != "" && !isLikeness(ref), makeLook: func() likeness { return like(*noun) }}
	a.record.Kind, a.record.Ref = kind, ref
	if !a.own {
		a.record.Ref = a.like().ref()
	}
	return a
}

// hang puts the arrival on an account.
func (a *arrival) hang(account fairlead.RecordID, ref string) *arrival {
	a.record.Account, a.accountRef = account, ref
	return a
}

func (a *arrival) on(day fairlead.Date, state string) *arrival {
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

func transactionArrival(t fairlead.Transaction, account fairlead.RecordID) *arrival {
	t.ID, t.Connection, t.Account, t.Version = "", "", "", 0
	t.Booked = bookingDay(t)
	if t.State == "" {
		t.State = fairlead.TransactionPosted
	}
	a := newArrival(fairlead.TransactionRecord, t.Ref, &t, likeTransaction).hang(account, t.AccountRef).on(t.Booked, string(t.State))
	a.pendingRef = t.PendingRef
	return a
}

func billArrival(b fairlead.CardBill, account fairlead.RecordID) *arrival {
	b.ID, b.Connection, b.Account = "", "", ""
	return newArrival(fairlead.BillRecord, b.Ref, &b, likeBill).hang(account, b.AccountRef).on(b.Closes, b.State)
}

func loanArrival(l fairlead.Loan, account fairlead.RecordID) *arrival {
	l.ID, l.Connection, l.Account = "", "", ""
	return newArrival(fairlead.LoanRecord, l.Ref, &l, likeLoan).hang(account, l.AccountRef)
}

func securityArrival(s fairlead.Security) *arrival {
	s.ID, s.Connection = "", ""
	return newArrival(fairlead.SecurityRecord, s.Ref, &s, likeSecurity)
}

func holdingArrival(h fairlead.Holding, account, security fairlead.RecordID) *arrival {
	h.ID, h.Connection, h.Account, h.Security = "", "", "", security
	return newArrival(fairlead.HoldingRecord, h.Ref, &h, likeHolding).hang(account, h.AccountRef)
}

func investmentArrival(t fairlead.InvestmentTransaction, account, security fairlead.RecordID) *arrival {
	t.ID, t.Connection, t.Account, t.Security = "", "", "", security
	return newArrival(fairlead.InvestmentTransactionRecord, t.Ref, &t, likeInvestment).hang(account, t.AccountRef).on(t.Traded, "")
}

// accountArrival keeps the numbers aside to be sealed.
func accountArrival(account fairlead.Account) (*arrival, error) {
	numbers := account.Numbers
	account.ID, account.Connection = "", ""
	a := newArrival(fairlead.AccountRecord, account.Ref, &account, likeAccount).on(fairlead.Date{}, account.Status)
	if numbers == (fairlead.AccountNumbers{}) {
		return a, nil
	}
	secret, err := json.Marshal(numbers)
	if err != nil {
		return nil, fmt.Errorf("collecting: writing account numbers: %w", err)
	}
	a.secret = secret
	return a, nil
}

// sealedIdentity is all of an Identity that lies open: the rest is sealed.
type sealedIdentity struct {
	Ref string `json:"ref"`
}

func identityArrival(i fairlead.Identity, accounts map[string]fairlead.RecordID) (*arrival, error) {
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
	secret, err := json.Marshal(i)
	if err != nil {
		return nil, fmt.Errorf("collecting: writing an identity: %w", err)
	}
	look := likeIdentity(i)
	a := newArrival(fairlead.IdentityRecord, i.Ref, &sealedIdentity{i.Ref}, func(sealedIdentity) likeness { return look })
	a.secret = secret
	return a, nil
}

func documentArrival(d connector.Document, accounts map[string]fairlead.RecordID) *arrival {
	noun := d.Document
	noun.ID, noun.Connection, noun.Accounts, noun.Replaces = "", "", nil, ""
	for _, ref := range noun.AccountRefs {
		if id, ok := accounts[ref]; ok {
			noun.Accounts = append(noun.Accounts, id)
		}
	}
	a := newArrival(fairlead.DocumentRecord, noun.Ref, &noun, likeDocument).on(noun.Issued, noun.Kind)
	a.document = &d
	if len(noun.Accounts) == 1 {
		a.hang(noun.Accounts[0], noun.AccountRefs[0])
	}
	return a
}
