package klavi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/notifying"
	"github.com/fairlead-dev/fairlead/reading"
)

// Report codes.
const (
	codeOK      = 200
	codePartial = 204  // some of the bank's data is missing or not fresh
	codeFailed  = 5000 // the first of the vendor's common errors
)

// maxTransactions bounds one report: some ten megabytes.
const maxTransactions = 15_000

// field is one of an object whose keys keep their order.
type field struct {
	key   string
	value any
}

// object is JSON whose keys keep their order.
type object []field

// MarshalJSON writes the keys in their order.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for n, f := range o {
		if n > 0 {
			b.WriteByte(',')
		}
		key, err := json.Marshal(f.key)
		if err != nil {
			return nil, err
		}
		v, err := json.Marshal(f.value)
		if err != nil {
			return nil, err
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(v)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// source is one connection that a report is made of.
type source struct {
	connection  fairlead.Connection
	link        fairlead.LinkID // as outsiders know it
	consent     fairlead.ConsentID
	status      string
	institution fairlead.Institution
}

// builder makes the reports of one event.
type builder struct {
	ctx     context.Context
	reading *reading.Reading
	tenant  fairlead.TenantID
	event   fairlead.Event
	person  fairlead.PersonDetails
	level   level
	info    json.RawMessage
	from    []source
}

// report is one that is being made.
type report struct {
	product string
	detail  int // of a categorised one: 2 or 3
	cut     bool
	arrays  object
}

// builder loads what the reports are made of: the connections that still stand.
func (k *Klavi) builder(ctx context.Context, h notifying.EventContext, a asked) (*builder, error) {
	b := &builder{ctx: ctx, reading: k.verbs.Reading, tenant: h.Tenant.ID, event: h.Event, level: a.Level, info: a.ExternalInfo}
	if len(b.info) == 0 {
		b.info = json.RawMessage("{}")
	}
	var who fairlead.PersonID
	for _, id := range a.Connections {
		conn, err := b.reading.Connection(ctx, b.tenant, id)
		if fairlead.Is(err, fairlead.NotFound) || conn.Status == fairlead.ConnectionDisconnected {
			continue
		}
		if err != nil {
			return nil, err
		}
		consent, err := b.reading.Consent(ctx, b.tenant, conn.Consent)
		if err != nil && !fairlead.Is(err, fairlead.NotFound) {
			return nil, err
		}
		i, err := k.verbs.Linking.Institution(ctx, b.tenant, string(conn.Institution))
		if err != nil {
			i = fairlead.Institution{ID: conn.Institution, Name: string(conn.Institution)}
		}
		link := linkOf(consent)
		if consent.ID == "" {
			link = conn.Link
		}
		b.from = append(b.from, source{conn, link, consent.ID, consentStatus(consent), i})
		who = conn.Person
	}
	var err error
	b.person, err = k.details(ctx, b.tenant, who)
	return b, err
}

// outcome is what a product's report comes to.
type outcome struct {
	failed  bool
	code    int
	message string
}

// outcome judges by how the products that the report needs stand.
func (b *builder) outcome(product string) outcome {
	p, _ := productOf(product)
	good, stale, missing := 0, 0, 0
	for _, f := range b.from {
		for _, need := range p.needs {
			switch state := f.connection.Products[need]; {
			case state.Status == fairlead.ProductReady:
				good++
			case !state.LastGood.IsZero():
				stale++
			default:
				missing++
			}
		}
	}
	switch {
	case good+stale == 0:
		return outcome{true, codeFailed, "the institution gave no data"}
	case stale+missing > 0:
		return outcome{false, codePartial, "some of the institution's data is not available"}
	}
	return outcome{false, codeOK, "ok"}
}

// reportID names a report: the same for the same event and product.
func (b *builder) reportID(product string) string {
	return uuidOf("report", string(b.event.ID), product)
}

// report makes the body of a product's report.
func (b *builder) report(product string) (object, error) {
	p, ok := productOf(product)
	if !ok {
		return nil, fmt.Errorf("there is no product %q", product)
	}
	o := b.outcome(product)
	r := &report{product: product, detail: detail(product)}
	if err := p.build(b, r); err != nil {
		return nil, err
	}
	if r.cut {
		o.code, o.message = codePartial, "there is more than fits in a report"
	}
	out := object{
		{"productName", product},
		{"productReportId", b.reportID(product)},
		{"code", o.code},
		{"message", o.message},
		{"reportTime", instant(b.event.At)},
		{"personalTaxId", b.person.PersonalTaxID},
		{"businessTaxId", b.person.BusinessTaxID},
		{"links", b.links()},
	}
	return append(append(out, r.arrays...), field{"externalInfo", b.info}), nil
}

// links names what the report is made of. The connectionKey updates a connection
// when a link is created with it.
func (b *builder) links() []object {
	out := []object{}
	for _, f := range b.from {
		out = append(out, object{
			{"linkId", fairlead.UUID(f.link)},
			{"institutionCode", code(f.institution)},
			{"connectionKey", f.connection.ID},
			{"consents", []object{{{"consentId", fairlead.UUID(f.consent)}, {"institutionCode", code(f.institution)}, {"status", f.status}}}},
		})
	}
	return out
}

// pages reads a list to its end, or until more is not wanted.
func pages[T any](ask reading.Query, list func(reading.Query) (reading.Page[T], error), take func(T) bool) error {
	for ask.Limit = 500; ; {
		page, err := list(ask)
		if err != nil {
			return err
		}
		for _, item := range page.Data {
			if !take(item) {
				return nil
			}
		}
		if ask.After = page.Next; page.Next == "" {
			return nil
		}
	}
}

// held is an account and where it is held.
type held struct {
	source
	fairlead.Account
}

// accounts reads the accounts that fit, with their numbers.
func (b *builder) accounts(fit func(fairlead.Account) bool) (out []held, err error) {
	for _, f := range b.from {
		ask := reading.Query{Connection: f.connection.ID, Numbers: true}
		err := pages(ask, func(a reading.Query) (reading.Page[fairlead.Account], error) {
			return b.reading.Accounts(b.ctx, b.tenant, a)
		}, func(a fairlead.Account) bool {
			if fit(a) {
				out = append(out, held{f, a})
			}
			return true
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// share is how many movements each of some accounts may tell.
func share(accounts []held) int { return maxTransactions / max(1, len(accounts)) }

// transactions reads an account's movements, newest first, as many as there is
// room for.
func (b *builder) transactions(r *report, account fairlead.RecordID, room int) (out []fairlead.Transaction, err error) {
	err = pages(reading.Query{Account: account}, func(a reading.Query) (reading.Page[fairlead.Transaction], error) {
		return b.reading.Transactions(b.ctx, b.tenant, a)
	}, func(t fairlead.Transaction) bool {
		if t.State == fairlead.TransactionRemoved || t.State == fairlead.TransactionReversed {
			return true
		}
		if r.cut = r.cut || len(out) >= room; len(out) >= room {
			return false
		}
		out = append(out, t)
		return true
	})
	return out, err
}

// extra is a field of the definitions of Open Finance Brasil as the source gave it.
func extra(e fairlead.Extra, name string) any { return e["ofb."+name] }

// first is the first of some values that is not empty.
func first(values ...any) any {
	for _, v := range values {
		switch v {
		case nil, "":
		default:
			return v
		}
	}
	return nil
}

// either is the source's own field, else what the nouns say.
func either(e fairlead.Extra, name string, otherwise any) field {
	return field{name, first(extra(e, name), otherwise)}
}

// amount is money with four decimals; nil for what is not known.
func amount(m *fairlead.Money) any {
	if m == nil {
		return nil
	}
	return object{{"amount", m.Amount.Round(4).String()}, {"currency", m.Currency}}
}

func day(d fairlead.Date) any {
	if d.IsZero() {
		return nil
	}
	return d.String()
}
