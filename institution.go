package fairlead

import (
	"slices"
	"time"
)

// LoginKind is how a person proves themselves to an institution.
type LoginKind string

const (
	LoginPassword LoginKind = "password" // a form, perhaps followed by a second factor
	LoginRedirect LoginKind = "redirect" // at the institution's own pages
	LoginFile     LoginKind = "file"     // no login: the person brings a file
	LoginToken    LoginKind = "token"    // the person brings a token that they make there
)

// Health is how an institution is doing.
type Health string

const (
	HealthGood     Health = "healthy"
	HealthDegraded Health = "degraded"
	HealthDown     Health = "down"
)

// Institution is a bank or broker as shown to people.
type Institution struct {
	ID           InstitutionID `json:"id"`
	Connector    string        `json:"connector"`
	ShortName    string        `json:"short_name,omitempty"` // "harbor": accepted wherever an id is
	Codes        []Code        `json:"codes,omitempty"`
	Name         string        `json:"name"`
	OtherNames   []string      `json:"other_names,omitempty"`
	Country      string        `json:"country"`           // ISO 3166 alpha-2; empty: everywhere
	Logo         string        `json:"logo,omitempty"`    // SVG text of our own drawing
	Colour       string        `json:"colour,omitempty"`  // #rrggbb
	Website      string        `json:"website,omitempty"` // home page
	Products     []Product     `json:"products"`
	Logins       []LoginKind   `json:"logins"`
	Persons      []PersonKind  `json:"persons,omitempty"`  // whom it serves; empty: both
	Popular      int           `json:"popular,omitempty"`  // higher comes first in a list; below 0: behind all that say nothing
	Environments []Environment `json:"environments"`       // where it may be linked
	Health       Health        `json:"health,omitempty"`   // empty: healthy
	Currency     string        `json:"currency,omitempty"` // usual ISO 4217 code
	// Of one that a provider reaches: by which, the service's own id of it, the digest of its
	// logo (served at /logos/), and since when the service lists it no more.
	Provider ProviderID `json:"provider,omitempty"`
	Ref      string     `json:"ref,omitempty"`
	LogoHash string     `json:"logo_hash,omitempty"` // SHA-256 in hex of the PNG
	Gone     time.Time  `json:"gone,omitzero"`
}

// PersonKind separates a natural person from a company.
type PersonKind string

const (
	PersonNatural PersonKind = "person"
	PersonCompany PersonKind = "company"
)

// Code is an institution's name in some public directory.
type Code struct {
	Scheme string `json:"scheme"` // compe, ispb, bic, fid, routing
	Value  string `json:"value"`
}

// HasCode reports whether the institution has the code under any scheme.
func (i Institution) HasCode(value string) bool {
	return slices.ContainsFunc(i.Codes, func(c Code) bool { return c.Value == value })
}

// Serves reports whether the institution exists in the environment.
func (i Institution) Serves(e Environment) bool { return slices.Contains(i.Environments, e) }

// OnlyFiles reports whether nothing but files is brought there.
func (i Institution) OnlyFiles() bool { return len(i.Logins) == 1 && i.Logins[0] == LoginFile }

// Offers reports whether the institution has the product.
func (i Institution) Offers(p Product) bool { return slices.Contains(i.Products, p) }
