package collecting

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
)

// likeness is what a thing looks like when no id tells which it is: for a
// movement the day, the amount and the text.
type likeness struct {
	day    fairlead.Date
	amount string // value and currency, without the scale it came with
	text   string // capitals, single spaces
}

// likenessMark begins a Ref that is a likeness, not an id of the institution's.
const likenessMark = "~"

// ref is the Ref of a record whose institution gives no ids.
func (l likeness) ref() string {
	sum := sha256.Sum256([]byte(l.day.String() + "\x00" + l.amount + "\x00" + l.text))
	return likenessMark + hex.EncodeToString(sum[:12])
}

func isLikeness(ref string) bool { return strings.HasPrefix(ref, likenessMark) }

// plain brings an amount to one form: 12.30 and 12.3 are alike.
func plain(d fairlead.Decimal) string {
	s := d.String()
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

func worth(m fairlead.Money) string { return plain(m.Amount) + m.Currency }

// wording brings texts to one form: institutions change case and spacing.
func wording(parts ...string) string {
	return strings.Join(strings.Fields(strings.ToUpper(strings.Join(parts, " "))), " ")
}

func likeTransaction(t fairlead.Transaction) likeness {
	text := t.Original
	if text == "" {
		text = t.Description
	}
	return likeness{bookingDay(t), worth(t.Amount), wording(text)}
}

func likeInvestment(t fairlead.InvestmentTransaction) likeness {
	quantity := ""
	if t.Quantity != nil {
		quantity = plain(*t.Quantity)
	}
	return likeness{t.Traded, worth(t.Amount), wording(t.Kind, t.SecurityRef, quantity, t.Description)}
}

// likeAccount is empty for an account that nothing tells apart from another.
func likeAccount(a fairlead.Account) likeness {
	if a.Mask == "" {
		return likeness{}
	}
	return likeness{text: wording(string(a.Kind), a.Subtype, a.Currency, a.Mask, a.Name)}
}

func likeBill(b fairlead.CardBill) likeness { return likeness{day: b.Closes, text: "BILL"} }

func likeLoan(l fairlead.Loan) likeness {
	return likeness{day: l.Contracted, amount: worth(l.Amount), text: wording(l.Kind, l.Contract, l.Name)}
}

func likeSecurity(s fairlead.Security) likeness {
	return likeness{text: wording(s.ISIN, s.CUSIP, s.Ticker, s.Name)}
}

func likeHolding(h fairlead.Holding) likeness {
	return likeness{day: h.Acquired, text: wording(h.SecurityRef, h.Kind, h.Subtype)}
}

func likeDocument(d fairlead.Document) likeness {
	return likeness{d.Issued, "", wording(d.Kind, d.Form, d.Period.From.String(), d.Period.To.String(), d.FileName, strings.Join(d.AccountRefs, " "))}
}

func likeIdentity(i fairlead.Identity) likeness { return likeness{text: wording(string(i.Kind))} }

// likenessOf looks at a held record. What cannot be read looks like nothing.
func likenessOf(r fairlead.Record) likeness {
	switch r.Kind {
	case fairlead.TransactionRecord:
		return look(r, likeTransaction)
	case fairlead.InvestmentTransactionRecord:
		return look(r, likeInvestment)
	case fairlead.AccountRecord:
		return look(r, likeAccount)
	case fairlead.BillRecord:
		return look(r, likeBill)
	case fairlead.LoanRecord:
		return look(r, likeLoan)
	case fairlead.HoldingRecord:
		return look(r, likeHolding)
	case fairlead.SecurityRecord:
		return look(r, likeSecurity)
	}
	return likeness{}
}

func look[T any](r fairlead.Record, like func(T) likeness) likeness {
	var noun T
	if json.Unmarshal(r.Body, &noun) != nil {
		return likeness{}
	}
	return like(noun)
}

// dayed tells whether records of the kind are told by days, so that ids can be
// re-issued for a block of them.
func dayed(kind fairlead.RecordKind) bool {
	switch kind {
	case fairlead.TransactionRecord, fairlead.InvestmentTransactionRecord, fairlead.BillRecord:
		return true
	}
	return false
}

// alikeKind tells whether records of the kind may be recognised by their likeness
// although both sides have ids. Documents and securities are known by id only.
func alikeKind(kind fairlead.RecordKind) bool {
	switch kind {
	case fairlead.DocumentRecord, fairlead.SecurityRecord, fairlead.IdentityRecord:
		return false
	}
	return true
}

// pairLeftovers looks for the likeness of what no id has paired.
func (m *matching) pairLeftovers(kind fairlead.RecordKind, s shelf) error {
	if !alikeKind(kind) {
		return nil
	}
	left := map[fairlead.RecordID][]int{}
	var accounts []fairlead.RecordID
	for i, a := range m.in {
		if !m.open(i) {
			continue
		}
		if _, ok := left[a.record.Account]; !ok {
			accounts = append(accounts, a.record.Account)
		}
		left[a.record.Account] = append(left[a.record.Account], i)
	}
	for _, account := range accounts {
		if fresh, err := m.rules.fresh(kind, account); err != nil || fresh {
			if err != nil {
				return err
			}
			continue
		}
		candidates, err := m.candidates(kind, account, left[account], s)
		if err != nil {
			return err
		}
		m.dropSuperseded(left[account], candidates)
		m.pairAlike(left[account], candidates)
		m.pairPosted(left[account], candidates)
	}
	return nil
}

// candidates are the held records of the account that no id has paired, on the
// days of what is left over.
func (m *matching) candidates(kind fairlead.RecordKind, account fairlead.RecordID, left []int, s shelf) ([]*known, error) {
	var found []fairlead.Record
	for _, span := range m.spans(kind, left) {
		records, err := s.between(kind, account, span)
		if err != nil {
			return nil, err
		}
		found = append(found, records...)
	}
	if kind == fairlead.TransactionRecord {
		records, err := s.pending(account)
		if err != nil {
			return nil, err
		}
		found = append(found, records...)
	}
	var out []*known
	in := map[fairlead.RecordID]bool{}
	for _, r := range found {
		if k := m.add(r); !in[r.ID] {
			in[r.ID] = true
			out = append(out, k)
		}
	}
	return out, nil
}

// spans are the days to look at, days near each other in one query.
func (m *matching) spans(kind fairlead.RecordKind, left []int) []fairlead.Interval {
	if !dayed(kind) {
		return []fairlead.Interval{{}}
	}
	var spans []fairlead.Interval
	for _, i := range left {
		a := m.in[i]
		to := a.record.Day
		if a.pending() {
			to = to.AddDays(pendingWindow)
		}
		spans = append(spans, fairlead.Interval{From: a.record.Day, To: to})
	}
	slices.SortFunc(spans, func(a, b fairlead.Interval) int { return a.From.Compare(b.From) })
	merged := spans[:1]
	for _, s := range spans[1:] {
		last := &merged[len(merged)-1]
		if s.From.After(last.To.AddDays(7)) {
			merged = append(merged, s)
		} else if s.To.After(last.To) {
			last.To = s.To
		}
	}
	return merged
}

// dropSuperseded drops pending copies of what is held as posted already.
func (m *matching) dropSuperseded(left []int, candidates []*known) {
	was := map[string]bool{}
	for _, k := range candidates {
		if !k.pending() {
			var t struct {
				PendingRef string `json:"pending_ref"`
			}
			if json.Unmarshal(k.record.Body, &t) == nil && t.PendingRef != "" && t.PendingRef != k.record.Ref {
				was[t.PendingRef] = true
			}
		}
	}
	for _, i := range left {
		if a := m.in[i]; a.own && a.pending() && was[a.record.Ref] {
			m.out[i].drop = true
		}
	}
}

// pairAlike pairs equal looks as a multiset: every held one is taken once. Two
// things that both have ids are the same only where ids were re-issued.
func (m *matching) pairAlike(left []int, candidates []*known) {
	groups := map[likeness][]*known{}
	for _, k := range candidates {
		if !k.taken && !k.seen {
			groups[k.like()] = append(groups[k.like()], k)
		}
	}
	for _, i := range left {
		a := m.in[i]
		if !m.open(i) || a.like() == (likeness{}) {
			continue
		}
		group := groups[a.like()]
		if !dayed(a.record.Kind) && (len(group) != 1 || m.alike(left, a) != 1) {
			continue
		}
		m.takeFirst(i, group, func(k *known) bool { return !(a.own && k.own()) || m.reissued(a) })
	}
}

// alike counts the leftovers that look like a.
func (m *matching) alike(left []int, a *arrival) int {
	n := 0
	for _, j := range left {
		if m.in[j].like() == a.like() {
			n++
		}
	}
	return n
}

// reissued tells whether ids changed for the whole block that a lies in: it is
// told completely, and none of the ids held for it came again.
func (m *matching) reissued(a *arrival) bool {
	b := block{a.record.Account, a.record.Day}
	return m.rules.covered(b.account, b.day) && (!dayed(a.record.Kind) || !m.met[b])
}

// pairPosted recognises pending transactions in posted ones of the same amount
// and text, only where it is one to one.
func (m *matching) pairPosted(left []int, candidates []*known) {
	type price struct{ amount, text string }
	held, come := map[price][]*known{}, map[price][]int{}
	for _, k := range candidates {
		if k.pending() && !k.taken && !k.seen {
			p := price{k.like().amount, k.like().text}
			held[p] = append(held[p], k)
		}
	}
	for _, i := range left {
		if a := m.in[i]; m.open(i) && len(held) > 0 && !a.pending() {
			p := price{a.like().amount, a.like().text}
			come[p] = append(come[p], i)
		}
	}
	for p, arrivals := range come {
		if len(arrivals) != 1 || len(held[p]) != 1 {
			continue
		}
		a, k := m.in[arrivals[0]], held[p][0]
		if !a.record.Day.Before(k.record.Day.AddDays(-1)) && !a.record.Day.After(k.record.Day.AddDays(pendingWindow)) {
			m.take(arrivals[0], k)
		}
	}
}
