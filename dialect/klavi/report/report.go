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
	"github.com/fairlead-dev/fairlead/format/ecmajson"
	"github.com/fairlead-dev/fairlead/reading"
)

// Codes of a report.
const (
	codeOK      = 200
	codePartial = 204  // some of the bank's data is missing or not fresh
	CodeFailed  = 5000 // the first of the vendor's common errors
)

// Reports are those of one event: each product's is made of the same sources.
type Reports struct {
	Reading      *reading.Reading
	Tenant       fairlead.TenantID
	Event        fairlead.Event
	Person       fairlead.PersonDetails
	ExternalInfo json.RawMessage // an object
	Sources      []Source
}

// Source is one connection that reports are made of.
type Source struct {
	Connection    fairlead.Connection
	Link          fairlead.LinkID // as outsiders know it
	Consent       fairlead.ConsentID
	ConsentStatus string // the vendor's
	Institution   fairlead.Institution
	Code          string // the institution's, the vendor's
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
	ctx       context.Context
	product   string
	detail    int  // of a categorised one: 2 or 3
	truncated bool // there is more than fits
	arrays    object
}

// Make makes the body of a product's report.
func (r *Reports) Make(ctx context.Context, name string) ([]byte, error) {
	p, ok := productOf(name)
	if !ok {
		return nil, fmt.Errorf("report: there is no product %q", name)
	}
	b := &builder{Reports: r, ctx: ctx, product: name, detail: detail(name)}
	if err := p.build(b); err != nil {
		return nil, fmt.Errorf("report: making %s: %w", name, err)
	}
	v := r.Verdict(name)
	if b.truncated {
		v.Code, v.Message = codePartial, "there is more than fits in a report"
	}
	out := object{
		{"productName", name},
		{"productReportId", r.ID(name)},
		{"code", v.Code},
		{"message", v.Message},
		{"reportTime", Instant(r.Event.At)},
		{"personalTaxId", r.Person.PersonalTaxID},
		{"businessTaxId", r.Person.BusinessTaxID},
		{"links", r.links()},
	}
	return ecmajson.Marshal(append(append(out, b.arrays...), field{"externalInfo", r.ExternalInfo}))
}

// links names what the report is made of. The connectionKey updates a connection
// when a link is created with it.
func (r *Reports) links() []object {
	out := []object{}
	for _, s := range r.Sources {
		out = append(out, object{
			{"linkId", fairlead.UUID(s.Link)},
			{"institutionCode", s.Code},
			{"connectionKey", s.Connection.ID},
			{"consents", []object{{{"consentId", fairlead.UUID(s.Consent)}, {"institutionCode", s.Code}, {"status", s.ConsentStatus}}}},
		})
	}
	return out
}
