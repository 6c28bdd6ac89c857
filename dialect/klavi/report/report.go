// Package report makes Klavi's product reports.
//
// It owns the table of products (product.go), what each report says in the words
// of Open Finance Brasil (cash.go, card.go, credit.go, investment.go), and
// whether a report can be made at all. Which reports are due, of which
// connections and where they go is the dialect's.
package report

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/format/ecmajson"
	"github.com/fairlead-dev/fairlead/reading"
)

// Codes of a report.
const (
	codeOK       = 200
	codePartial  = 204  // some of the bank's data is missing or not fresh
	codeNoIncome = 205  // there is no income to report
	CodeFailed   = 5000 // the first of the vendor's common errors
)

// Reports are those of one event: each product's is made of the same sources.
type Reports struct {
	Reading      *reading.Reading
	Tenant       fairlead.TenantID
	Event        fairlead.Event
	Person       fairlead.PersonDetails
	ExternalInfo json.RawMessage // an object
	Sources      []Source
	Rules        []string        // of the application's own, before the built-in ones
	Secret       fairlead.Secret // encrypts what names people; empty: nothing does
}

// Source is one connection that reports are made of.
type Source struct {
	Connection         fairlead.Connection
	Link               fairlead.LinkID // as outsiders know it
	Consent            fairlead.ConsentID
	ConsentStatus      string             // the vendor's
	Requested, Granted []fairlead.Product // of the consent
	Institution        fairlead.Institution
	Code               string // the institution's, the vendor's
}

// Verdict is what a product's report comes to.
type Verdict struct {
	Failed  bool
	Code    int
	Message string
}

// Why a product's report can't be made, the most hopeful first.
const (
	gaveNothing  = "the institution gave no data"
	notOffered   = "the institution does not have this data"
	notConsented = "the data is not part of the consent"
)

// Verdict judges by the state of the data that the product's report needs. It fails
// where no source has what nothing can be said without, or where none was let see a
// part of it; what is missing or stale besides makes it partial.
func (r *Reports) Verdict(name string) Verdict {
	p, _ := productOf(name)
	usable, partial, why := 0, false, notConsented
	for _, s := range r.Sources {
		fits := true
		for n, need := range p.needs {
			state := s.Connection.Products[need]
			reason := absence(s, need)
			switch {
			case state.Status == fairlead.ProductReady:
				continue
			case !state.LastGood.IsZero():
				partial = true
				continue
			case reason == notConsented || n == 0:
				fits = false
			}
			partial = true
			if rank(reason) < rank(why) {
				why = reason
			}
		}
		if fits {
			usable++
		}
	}
	switch {
	case usable == 0:
		return Verdict{true, CodeFailed, why}
	case partial:
		return Verdict{false, codePartial, "some of the institution's data is not available"}
	}
	return Verdict{false, codeOK, "ok"}
}

// absence is why a source has no data of a kind.
func absence(s Source, need fairlead.Product) string {
	switch status := s.Connection.Products[need].Status; {
	case status == fairlead.ProductUnavailable || status == "" && !s.Institution.Offers(need):
		return notOffered
	case status == "":
		return notConsented
	}
	return gaveNothing
}

func rank(reason string) int {
	return slices.Index([]string{gaveNothing, notOffered, notConsented}, reason)
}

// ID identifies a product's report: the same for the same event and product.
func (r *Reports) ID(name string) string {
	return UUID("report", string(r.Event.ID), name)
}

// builder makes one report.
type builder struct {
	*Reports
	ctx        context.Context
	product    string
	level      Level
	detail     int    // of a categorised one: 2 or 3
	most       int    // movements that it holds, of all sources together
	truncated  bool   // there is more than fits
	incomplete int    // a code of its own for what the product is about and lacks; 0: none
	rules      []rule // the application's own
	listed     map[fairlead.ConnectionID][]fairlead.Account
	people     map[fairlead.ConnectionID][]fairlead.Identity
	arrays     object
}

// Make makes the body of a product's report.
func (r *Reports) Make(ctx context.Context, name string) ([]byte, error) {
	p, ok := productOf(name)
	if !ok {
		return nil, fmt.Errorf("report: there is no product %q", name)
	}
	b := &builder{
		Reports: r, ctx: ctx, product: name, level: levelOf(name), detail: detail(name), most: maxTransactions,
		listed: map[fairlead.ConnectionID][]fairlead.Account{}, people: map[fairlead.ConnectionID][]fairlead.Identity{},
	}
	for _, text := range r.Rules {
		if one, err := parseRule(text); err == nil { // what was set is checked; an older version may have let more pass
			b.rules = append(b.rules, one)
		}
	}
	err := b.know()
	if err == nil {
		err = p.build(b)
	}
	if err != nil {
		return nil, fmt.Errorf("report: making %s: %w", name, err)
	}
	v := r.Verdict(name)
	switch {
	case b.truncated:
		v.Code, v.Message = codePartial, "there is more than fits in a report"
	case b.incomplete != 0 && v.Code == codeOK:
		v.Code, v.Message = b.incomplete, "no income was found"
	}
	taxID := field{"enquiryCpf", r.Person.PersonalTaxID}
	if b.level == Company {
		taxID = field{"enquiryCnpj", r.Person.BusinessTaxID}
	}
	out := object{
		{"code", v.Code},
		{"message", v.Message},
		{"requestId", fairlead.UUID(r.Event.ID)},
		{"productName", name},
		{"productVersion", "v1"},
		{"productReportId", r.ID(name)},
		{"productReportTime", r.Event.At.UTC().Format("2006-01-02T15:04:05")},
		taxID,
		{"reportTime", Instant(r.Event.At)},
		{"personalTaxId", r.Person.PersonalTaxID},
		{"businessTaxId", r.Person.BusinessTaxID},
		{"links", b.links()},
	}
	return ecmajson.Marshal(b.sealed(append(append(out, b.arrays...), field{"externalInfo", r.ExternalInfo})))
}

// know reads what every report says of its sources: their accounts and holders.
func (b *builder) know() error {
	for _, s := range b.Sources {
		if _, err := b.identities(s); err != nil {
			return err
		}
		for a, err := range dialect.All(b.ctx, b.Tenant, reading.Query{Connection: s.Connection.ID, Numbers: true}, b.Reading.Accounts) {
			if err != nil {
				return err
			}
			b.listed[s.Connection.ID] = append(b.listed[s.Connection.ID], a)
		}
	}
	return nil
}

// links names what the report is made of. The connectionKey updates a connection
// when a link is created with it.
func (b *builder) links() []object {
	out := []object{}
	for _, s := range b.Sources {
		out = append(out, object{
			{"linkId", fairlead.UUID(s.Link)},
			{"institutionCode", s.Code},
			{"connectionKey", s.Connection.ID},
			{"consents", []object{{
				{"consentId", fairlead.UUID(s.Consent)}, {"institutionCode", s.Code}, {"status", s.ConsentStatus}, {"permissions", b.permissions(s)},
			}}},
		})
	}
	return out
}

// Permissions are the vendor's names of what is requested and granted, in their order.
func Permissions() []Permission {
	is := func(kinds ...fairlead.AccountKind) func(fairlead.Account) bool {
		return func(a fairlead.Account) bool { return len(kinds) == 0 || slices.Contains(kinds, a.Kind) }
	}
	return []Permission{
		{"ACCOUNTS_ALL", fairlead.ProductAccounts, is(fairlead.AccountDepository)},
		{"CREDIT_CARDS_ALL", fairlead.ProductBills, is(fairlead.AccountCard)},
		{"CREDIT_OPERATIONS_ALL", fairlead.ProductLoans, is(fairlead.AccountLoan)},
		{"REGISTRATION_ALL", fairlead.ProductIdentity, is()},
		{"INVESTMENTS_ALL", fairlead.ProductHoldings, is(fairlead.AccountInvestment)},
	}
}

// Permission is one, with the data and the accounts that it is for.
type Permission struct {
	Name string
	Of   fairlead.Product
	Fits func(fairlead.Account) bool
}

// permissions are those that the consent was asked for: whether each was granted, and
// for which accounts.
func (b *builder) permissions(s Source) object {
	out := object{}
	for _, p := range Permissions() {
		if !slices.Contains(s.Requested, p.Of) {
			continue
		}
		granted, ids := slices.Contains(s.Granted, p.Of), []string{}
		for _, a := range b.listed[s.Connection.ID] {
			if granted && p.Fits(a) {
				ids = append(ids, a.Ref)
			}
		}
		out = append(out, field{p.Name, object{{"permissionsGranted", granted}, {"accountIds", ids}}})
	}
	return out
}
