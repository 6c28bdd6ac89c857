package camt

import (
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// entry is an Ntry as far as all rows of it share it.
type entry struct {
	line      int
	amount    fairlead.Money // signed
	direction string
	reversal  bool
	state     fairlead.TransactionState
	booked    fairlead.Date
	value     fairlead.Date
	ref       string // AcctSvcrRef
	shared    string // AcctSvcrRef that names nothing
	number    string // NtryRef
	info      string // AddtlNtryInf
	code      code
}

// entry reads an Ntry that has just been opened, and makes rows of it.
func (f *file) entry(e event) error {
	if f.now.head.number == "" || f.now.copied {
		return f.scan.pass()
	}
	t := &f.part
	t.start(e)
	f.txs = f.txs[:0]
	for depth := 0; ; {
		c, err := f.scan.next()
		switch {
		case err != nil:
			return err
		case c.kind == eventClose && depth == 0:
			return f.entryRows()
		case c.kind == eventClose:
			depth--
		case c.name == "NtryDtls" && depth == 0:
			depth++
		case c.name == "TxDtls":
			err = f.detail(c)
		case len(t.nodes) >= maxNodes:
			return f.scan.fail(format.TooLarge, c.name, "is one of too many elements of an entry").OfShape()
		default:
			err = f.scan.fill(t, t.add(0, c))
		}
		if err != nil {
			return err
		}
	}
}

// entryRows makes rows of the entry that has been read.
func (f *file) entryRows() error {
	s := f.now
	n, field, reason := f.readEntry()
	switch {
	case reason != "" && field == "Ntry/Sts" && n.state == fairlead.TransactionRemoved:
		return f.warn(n.line, field, format.Empty, reason)
	case reason != "":
		s.bad = true
		return f.warn(n.line, field, format.BadValue, reason)
	}
	a, err := f.account(s.head, n.amount.Currency)
	if err != nil {
		return err
	}
	if s.account == nil {
		s.account = a
	}
	if n.state == fairlead.TransactionPosted {
		sum, ok := s.sums[a.currency]
		if !ok {
			sum = fairlead.NewDecimal(0, n.amount.Amount.Scale())
		}
		s.sums[a.currency] = sum.Add(n.amount.Amount)
		s.outside = s.outside || !s.period.Contains(n.booked)
	} else {
		s.hasPending = true
	}
	if (n.ref == "" || f.divide) && f.adds(n) {
		for i := range f.txs {
			if err := f.add(f.partRow(n, a, f.txs[i])); err != nil {
				return err
			}
		}
		return nil
	}
	return f.add(f.wholeRow(n, a))
}

// readEntry takes the fields of the entry out of its tree. A reason says what is wrong.
func (f *file) readEntry() (n entry, field, reason string) {
	t := &f.part
	n = entry{
		line: t.nodes[0].line, direction: t.get(0, "CdtDbtInd"), value: t.day(0, "ValDt"), booked: t.day(0, "BookgDt"),
		ref: t.get(0, "AcctSvcrRef"), number: t.get(0, "NtryRef"), info: t.get(0, "AddtlNtryInf"), code: readCode(t, t.at(0, "BkTxCd")),
	}
	if v := t.get(0, "RvslInd"); v == "true" || v == "1" {
		n.reversal = true
	}
	if generic(n.ref) || counter(n.ref) {
		n.shared, n.ref = n.ref, ""
	}
	status := t.get(0, "Sts/Cd", "Sts/Prtry", "Sts")
	if status == "" && f.kind != report {
		status = "BOOK" // statements and notifications of the first versions leave it out
	}
	switch status {
	case "BOOK":
		n.state = fairlead.TransactionPosted
	case "PDNG", "FUTR":
		n.state = fairlead.TransactionPending
	case "INFO":
		n.state = fairlead.TransactionRemoved
		return n, "Ntry/Sts", "says that the entry is for information only: it was left out"
	default:
		return n, "Ntry/Sts", "must be BOOK, PDNG, FUTR or INFO"
	}
	amount, ok := t.money(0, "Amt")
	if !ok {
		return n, "Ntry/Amt", "must be a number without a sign, with a currency"
	}
	if n.amount, ok = signed(amount, n.direction); !ok {
		return n, "Ntry/CdtDbtInd", "must be CRDT or DBIT"
	}
	if n.booked.IsZero() {
		n.booked = n.value
	}
	if n.booked.IsZero() {
		return n, "Ntry/BookgDt", "must be a day"
	}
	return n, "", ""
}

// adds reports whether several transactions are listed and their amounts give the entry's.
func (f *file) adds(n entry) bool {
	if len(f.txs) < 2 {
		return false
	}
	sum := fairlead.NewDecimal(0, 0)
	for i := range f.txs {
		m, ok := f.txs[i].signed(n)
		if !ok {
			return false
		}
		sum = sum.Add(m.Amount)
	}
	return sum.Equal(n.amount.Amount)
}

// newRow is what all rows of an entry share.
func (n entry) newRow(a *account) *row {
	r := &row{account: a, Transaction: &fairlead.Transaction{
		AccountRef: a.String(), State: n.state, Amount: n.amount, Booked: n.booked, Value: n.value, Kind: n.code.kind(),
	}}
	put(&r.Extra, "BkTxCd", n.code.String())
	put(&r.Extra, "Prtry", n.code.proprietary)
	if n.reversal {
		put(&r.Extra, "RvslInd", "true")
	}
	if !generic(n.shared) {
		put(&r.Extra, "AcctSvcrRef", n.shared)
	}
	return r
}

// wholeRow is the one row of an entry.
func (f *file) wholeRow(n entry, a *account) *row {
	r := n.newRow(a)
	t := &f.part
	if mask := cardMask(t, t.at(0, "CardTx/Card")); mask != "" {
		r.CardMask = mask
	}
	put(&r.Extra, "PmtInfId", t.get(0, "Btch/PmtInfId"))
	put(&r.Extra, "MsgId", t.get(0, "Btch/MsgId"))
	put(&r.Extra, "NbOfTxs", t.get(0, "Btch/NbOfTxs"))
	r.ref, r.field = n.ref, "AcctSvcrRef"
	if len(f.txs) == 1 {
		d := f.txs[0]
		d.describe(r, n, a)
		if r.ref == "" {
			r.ref = d.ref
		}
	} else {
		f.describeBatch(r, n)
	}
	if r.ref == "" && !generic(n.number) && !counter(n.number) && !likeIBAN(n.number) {
		r.ref, r.field = n.number, "NtryRef"
	} else {
		put(&r.Extra, "NtryRef", n.number)
	}
	if r.ref == "" && len(f.txs) == 1 && !generic(f.txs[0].id) && !counter(f.txs[0].id) {
		r.ref, r.field = f.txs[0].id, "TxId"
		delete(r.Extra, "camt.TxId")
	}
	if r.Foreign == nil {
		if x := readExchange(t, t.at(0, "AmtDtls"), a.currency); x != nil {
			x.put(r)
		}
	}
	if r.Description == "" {
		r.Description = n.info
	} else if r.Description != n.info {
		put(&r.Extra, "AddtlNtryInf", n.info)
	}
	if r.Description == "" && r.Counterparty != nil {
		r.Description = r.Counterparty.Name
	}
	return r
}

// partRow is the row of one transaction of an entry.
func (f *file) partRow(n entry, a *account, d *detail) *row {
	r := n.newRow(a)
	r.Amount, _ = d.signed(n)
	d.describe(r, n, a)
	r.ref, r.field = d.ref, "AcctSvcrRef"
	if r.ref == n.ref {
		r.ref = ""
	}
	if r.ref == "" && !generic(d.id) && !counter(d.id) {
		r.ref, r.field = d.id, "TxId"
		delete(r.Extra, "camt.TxId")
	}
	put(&r.Extra, "NtryRef", n.number)
	if n.ref != "" {
		put(&r.Extra, "NtryRef", n.ref)
	}
	if r.Description == "" {
		r.Description = n.info
	} else if r.Description != n.info {
		put(&r.Extra, "AddtlNtryInf", n.info)
	}
	if r.Description == "" && r.Counterparty != nil {
		r.Description = r.Counterparty.Name
	}
	return r
}

// maxJoined bounds a description that is put together from those of a batch, in bytes. They
// are in Extra in any case.
const maxJoined = 1024

// describeBatch says what a batch is made of.
func (f *file) describeBatch(r *row, n entry) {
	if len(f.txs) == 0 {
		return
	}
	list := make([]fairlead.Extra, len(f.txs))
	var texts []string
	size := 0
	for i := range f.txs {
		d := f.txs[i]
		list[i] = d.extra(n)
		if d.text != "" && size <= maxJoined && (len(texts) == 0 || texts[len(texts)-1] != d.text) {
			texts = append(texts, d.text)
			size += len(d.text) + 2
		}
	}
	if r.Extra == nil {
		r.Extra = make(fairlead.Extra)
	}
	r.Extra["camt.TxDtls"] = list
	if n.info == "" && size <= maxJoined {
		r.Description = strings.Join(texts, "; ")
	}
}

// likeIBAN reports whether a reference is rather the number of an account, as the NtryRef
// of a Swiss batch.
func likeIBAN(s string) bool {
	return len(s) >= 15 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z' && s[2] >= '0' && s[2] <= '9' && s[3] >= '0' && s[3] <= '9'
}
