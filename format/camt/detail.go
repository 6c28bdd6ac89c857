package camt

import (
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// detail is one TxDtls of an entry.
type detail struct {
	amount     fairlead.Money // without a direction, in the entry's currency
	has        bool           // amount is known
	direction  string         // "": the entry's
	ref        string         // AcctSvcrRef
	id         string         // TxId
	text       string         // remittance
	info       string         // AddtlTxInf
	debtor     *party
	creditor   *party
	exchange   *exchange
	transacted time.Time
	check      string
	mask       string
	code       code
	more       fairlead.Extra // the rest, for the row's Extra
}

// detail reads a TxDtls that has just been opened.
func (f *file) detail(e event) error {
	if f.parts++; f.parts > format.MaxRows {
		return f.scan.fail(format.TooLarge, "TxDtls", "is one of more rows than can be read")
	}
	t := &f.details
	t.start(e)
	if err := f.scan.fill(t, 0); err != nil {
		return err
	}
	currency := ""
	if i := f.part.at(0, "Amt"); i != 0 {
		currency = f.part.nodes[i].ccy
	}
	d := readDetail(t, currency)
	if len(d.text) > format.MaxText {
		return f.scan.fail(format.TooLarge, "RmtInf", "is longer than 16 KiB").OfShape()
	}
	f.txs = append(f.txs, d)
	return nil
}

func readDetail(t *tree, currency string) *detail {
	d := &detail{
		ref: t.get(0, "Refs/AcctSvcrRef"), id: t.get(0, "Refs/TxId"), text: remittance(t, t.at(0, "RmtInf")),
		info: t.get(0, "AddtlTxInf"), check: t.get(0, "Refs/ChqNb"), code: readCode(t, t.at(0, "BkTxCd")),
		mask: cardMask(t, t.at(0, "CardTx/Card")),
	}
	if generic(d.ref) || counter(d.ref) {
		d.ref = ""
	}
	for _, path := range []string{"Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/CntrValAmt/Amt", "AmtDtls/InstdAmt/Amt"} {
		if m, ok := t.money(0, path); ok && m.Currency == currency {
			d.amount, d.has = m, true
			break
		}
	}
	d.direction = t.get(0, "CdtDbtInd")
	d.exchange = readExchange(t, t.at(0, "AmtDtls"), currency)
	if m, ok := t.money(0, "Amt"); ok && d.exchange == nil && m.Currency != currency {
		d.exchange = &exchange{foreign: m}
	}
	if pties := t.at(0, "RltdPties"); pties != 0 {
		agents := t.at(0, "RltdAgts")
		d.debtor = readParty(t, pties, agents, "Dbtr")
		d.creditor = readParty(t, pties, agents, "Cdtr")
	}
	if at, ok := instant(t.get(0, "RltdDts/TxDtTm", "RltdDts/AccptncDtTm")); ok {
		d.transacted = at
	}
	d.more = rest(t)
	return d
}

// rest is what a TxDtls says beyond the fields of a row.
func rest(t *tree) fairlead.Extra {
	var x fairlead.Extra
	for _, p := range [...]struct{ name, path string }{
		{"EndToEndId", "Refs/EndToEndId"},
		{"MndtId", "Refs/MndtId"},
		{"InstrId", "Refs/InstrId"},
		{"PmtInfId", "Refs/PmtInfId"},
		{"MsgId", "Refs/MsgId"},
		{"TxId", "Refs/TxId"},
		{"UETR", "Refs/UETR"},
		{"ClrSysRef", "Refs/ClrSysRef"},
		{"Purp", "Purp/Cd"},
		{"Purp", "Purp/Prtry"},
		{"RtrRsn", "RtrInf/Rsn/Cd"},
		{"RtrRsn", "RtrInf/Rsn/Prtry"},
		{"RtrInf", "RtrInf/AddtlInf"},
		{"UltmtDbtr", "RltdPties/UltmtDbtr/Nm"},
		{"UltmtDbtr", "RltdPties/UltmtDbtr/Pty/Nm"},
		{"UltmtCdtr", "RltdPties/UltmtCdtr/Nm"},
		{"UltmtCdtr", "RltdPties/UltmtCdtr/Pty/Nm"},
		{"CdtrSchmeId", "RltdPties/Cdtr/Id/PrvtId/Othr/Id"},
		{"CdtrSchmeId", "RltdPties/Cdtr/Pty/Id/PrvtId/Othr/Id"},
	} {
		if v := t.get(0, p.path); v != "" && !generic(v) {
			put(&x, p.name, v)
		}
	}
	for _, path := range [...]string{"Chrgs/TtlChrgsAndTaxAmt", "Chrgs/Amt", "Chrgs/Rcrd/Amt"} {
		if m, ok := t.money(0, path); ok {
			put(&x, "Chrgs", m.String())
			break
		}
	}
	return x
}

// signed is the amount with its direction: its own, or else that of the entry.
func (d *detail) signed(n entry) (fairlead.Money, bool) {
	if !d.has {
		return fairlead.Money{}, false
	}
	if d.direction == "" {
		return signed(d.amount, n.direction)
	}
	return signed(d.amount, d.direction)
}

// describe writes what a transaction says into its row.
func (d *detail) describe(r *row, n entry, a *account) {
	for k, v := range d.more {
		if r.Extra == nil {
			r.Extra = make(fairlead.Extra, len(d.more))
		}
		r.Extra[k] = v
	}
	if k := d.code.kind(); k != "" {
		r.Kind = k
	}
	if s := d.code.String(); s != "" {
		put(&r.Extra, "BkTxCd", s)
	}
	r.Description = d.text
	if r.Description == "" {
		r.Description = d.info
	} else {
		put(&r.Extra, "AddtlTxInf", d.info)
	}
	r.Counterparty = d.other(r.Amount.Amount.Sign() < 0, n.reversal, a)
	r.Transacted, r.Check = d.transacted, d.check
	if d.mask != "" {
		r.CardMask = d.mask
	}
	if d.exchange != nil {
		d.exchange.put(r)
	}
}

// other is the party that is not the owner of the account. Of money in it is the debtor;
// a reversal says who was what in the payment that is reversed.
func (d *detail) other(out, reversal bool, a *account) *fairlead.Counterparty {
	other, own := d.debtor, d.creditor
	if out != reversal {
		other, own = own, other
	}
	if other.owns(a) {
		// A returned payment may be written as the payment was, without RvslInd.
		if own.owns(a) || own.empty() {
			return nil
		}
		other = own
	}
	if other.empty() {
		return nil
	}
	c := other.Counterparty
	return &c
}

// extra is the transaction as part of a batch.
func (d *detail) extra(n entry) fairlead.Extra {
	x := make(fairlead.Extra, 6)
	set := func(name, value string) {
		if value != "" {
			x[name] = value
		}
	}
	if m, ok := d.signed(n); ok {
		set("amount", m.Amount.String())
		set("currency", m.Currency)
	}
	set("AcctSvcrRef", d.ref)
	set("text", d.text)
	set("AddtlTxInf", d.info)
	p := d.debtor
	if (n.direction == "DBIT") != n.reversal {
		p = d.creditor
	}
	if p != nil {
		set("name", p.Name)
		set("account", p.IBAN+p.Account)
	}
	for k, v := range d.more {
		x[strings.TrimPrefix(k, "camt.")] = v
	}
	return x
}

// remittance is what the payer wrote: unstructured texts, or else references, and what is
// said besides.
func remittance(t *tree, at int) string {
	if at == 0 {
		return ""
	}
	var texts []string
	add := func(s string) {
		if s != "" && (len(texts) == 0 || texts[len(texts)-1] != s) {
			texts = append(texts, s)
		}
	}
	t.each(at, "Ustrd", func(i int) { add(t.nodes[i].text) })
	t.each(at, "Strd", func(i int) {
		add(t.get(i, "CdtrRefInf/Ref", "CdtrRefInf/CdtrRef"))
		t.each(i, "RfrdDocInf", func(j int) { add(t.get(j, "Nb", "RfrdDocNb")) })
		t.each(i, "AddtlRmtInf", func(j int) { add(t.nodes[j].text) })
	})
	return strings.Join(texts, " ")
}

// cardMask is the end of a card's number.
func cardMask(t *tree, card int) string {
	if card == 0 {
		return ""
	}
	n := t.get(card, "PlainCardData/PAN", "MskdPAN")
	if len(n) < 4 || strings.Trim(n[len(n)-4:], "0123456789") != "" {
		return ""
	}
	return n[len(n)-4:]
}
