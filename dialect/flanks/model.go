package flanks

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
)

// view is what the records of one credential are described with.
type view struct {
	conn       fairlead.Connection
	bank       string
	external   *string // the credentials' external_id
	accounts   map[fairlead.RecordID]fairlead.Account
	order      []fairlead.RecordID        // of the accounts
	bare       map[fairlead.RecordID]bool // accounts that the bank never listed
	securities map[fairlead.RecordID]fairlead.Security
	holdings   map[position]fairlead.RecordID
	loans      map[fairlead.RecordID]bool // accounts that a loan is shown as
}

// position is a security in an account.
type position struct{ account, security fairlead.RecordID }

// common is what every product and transaction has.
type common struct {
	ID         string  `json:"_id"`
	Entity     string  `json:"entity"`
	ExternalID *string `json:"external_id"`
	Updated    *int64  `json:"updated_at_timestamp"` // unix seconds; null: never
}

// common describes a record. external_id is made of the credentials' external_id
// and the bank's own name of the thing, so that it outlives the credentials.
func (v view) common(id, ref string, p fairlead.Product) common {
	c := common{ID: id, Entity: v.bank}
	if at := v.conn.Products[p].LastGood; !at.IsZero() {
		seconds := at.Unix()
		c.Updated = &seconds
	}
	if v.external != nil {
		if ref == "" {
			ref = id // the bank has no name for it
		}
		sum := sha256.Sum256([]byte(strings.Join([]string{*v.external, string(v.conn.Institution), ref}, "\x00")))
		text := hex.EncodeToString(sum[:])
		c.ExternalID = &text
	}
	return c
}

// float is an amount as Flanks writes it. What the bank does not say is null.
func float(m *fairlead.Money) *float64 {
	if m == nil {
		return nil
	}
	f := m.Amount.Float64()
	return &f
}

// balance is what an account holds now.
func balance(a fairlead.Account) *float64 {
	if a.Balances.Current == nil {
		return float(a.Balances.Available)
	}
	return float(a.Balances.Current)
}

// owners are the names of those to whom an account belongs.
func owners(a fairlead.Account) []string {
	names := []string{}
	for _, h := range a.Holders {
		if h.Role != "authorised" {
			names = append(names, h.Name)
		}
	}
	return names
}

// owned reports whether the account is the person's own, not one that they may
// only dispose of.
func (v view) owned(a fairlead.Account) bool {
	for _, h := range a.Holders {
		if h.Name == v.conn.Holder && h.Role == "authorised" {
			return false
		}
	}
	return true
}

type wireAccount struct {
	common
	IBAN        *string  `json:"iban"`
	Alias       string   `json:"alias"`
	Description string   `json:"description"`
	Balance     *float64 `json:"balance"`
	Currency    string   `json:"currency"`
	Type        string   `json:"type"`
	IsOwner     bool     `json:"isOwner"`
	NumOwners   int      `json:"numOwners"`
	Owners      []string `json:"owners"`
}

func (v view) account(a fairlead.Account) []any {
	kind := "cashAccount"
	switch a.Kind {
	case fairlead.AccountDepository:
	case fairlead.AccountOther:
		kind = "other"
	default:
		return nil
	}
	names := owners(a)
	return []any{wireAccount{
		common: v.common(string(a.ID), a.Ref, fairlead.ProductAccounts), IBAN: orNull(a.Numbers.IBAN), Alias: a.Name, Description: official(a),
		Balance: balance(a), Currency: a.Currency, Type: kind, IsOwner: v.owned(a), NumOwners: len(names), Owners: names,
	}}
}

// official is the bank's own name of an account.
func official(a fairlead.Account) string {
	if a.Official != "" {
		return a.Official
	}
	return a.Name
}

type wireCard struct {
	common
	PAN         *string  `json:"pan"` // masked but for the last four
	Alias       string   `json:"alias"`
	Description string   `json:"description"`
	Balance     *float64 `json:"balance"` // negative is owed
	Currency    string   `json:"currency"`
	Type        string   `json:"type"` // credit, debit, prepaid
	Owners      []string `json:"owners"`
}

func (v view) card(a fairlead.Account) []any {
	if a.Kind != fairlead.AccountCard {
		return nil
	}
	return []any{wireCard{
		common: v.common(string(a.ID), a.Ref, fairlead.ProductAccounts), PAN: pan(a), Alias: a.Name, Description: official(a),
		Balance: balance(a), Currency: a.Currency, Type: a.Subtype, Owners: owners(a),
	}}
}

// pan is a card's number, masked whatever the bank sends.
func pan(a fairlead.Account) *string {
	last := a.Mask
	if digits := a.Numbers.PAN; last == "" && len(digits) >= 4 {
		last = digits[len(digits)-4:]
	}
	if last == "" {
		return nil
	}
	return orNull("************" + last)
}

type wirePortfolio struct {
	common
	Name        string   `json:"name"`
	Type        string   `json:"type"`
	TaxType     *string  `json:"tax_type"`
	Currency    string   `json:"currency"`
	RefValores  *string  `json:"refValores"`
	RefAccount  *string  `json:"refAccount"`
	RefAccounts []string `json:"refAccounts"`
	Owners      []string `json:"owners"`
	Balance     *float64 `json:"balance"`
}

func (v view) portfolio(a fairlead.Account) []any {
	if a.Kind != fairlead.AccountInvestment && a.Kind != fairlead.AccountPension {
		return nil
	}
	p := wirePortfolio{
		common: v.common(string(a.ID), a.Ref, fairlead.ProductAccounts), Name: a.Name, Type: portfolioType(a), TaxType: taxType(a), Currency: a.Currency,
		RefValores: orNull(a.Numbers.Number), Owners: owners(a), Balance: balance(a),
	}
	if iban := a.Numbers.IBAN; v.holdsCash(iban) {
		p.RefAccount, p.RefAccounts = &iban, []string{iban}
	}
	return []any{p}
}

// holdsCash reports whether an IBAN is that of an account in the list of accounts: a
// portfolio's own number, which has the form of one at some banks, leads nowhere.
func (v view) holdsCash(iban string) bool {
	return iban != "" && slices.ContainsFunc(v.order, func(id fairlead.RecordID) bool {
		a := v.accounts[id]
		return a.Numbers.IBAN == iban && !v.bare[id] && (a.Kind == fairlead.AccountDepository || a.Kind == fairlead.AccountOther)
	})
}

// taxType is how the state taxes a portfolio, where the bank says that it is one of a
// kind with rules of its own: in the words of its country.
func taxType(a fairlead.Account) *string {
	switch {
	case a.Subtype == "ira" || a.Subtype == "401k":
		return orNull(a.Subtype)
	case a.Kind == fairlead.AccountPension:
		return orNull("pension")
	}
	return nil
}

// portfolioType is Flanks' word for what a portfolio holds.
func portfolioType(a fairlead.Account) string {
	if a.Kind == fairlead.AccountPension {
		return "PP"
	}
	switch a.Subtype {
	case "ira", "401k":
		return "PP"
	case "funds":
		return "F"
	case "fixed_income", "treasury":
		return "FI"
	case "brokerage", "variable_income":
		return "S"
	}
	return "MIX"
}

// investmentTypes is Flanks' words for kinds of investments; O is everything else.
var investmentTypes = map[string]string{
	"fund": "F", "equity": "VI", "pension": "PP", "fixed_income": "FI", "treasury": "FI", "crypto": "C", "etf": "ETF",
	"cash": "L", "derivative": "DV",
}

func investmentType(kind string) string {
	if t, ok := investmentTypes[kind]; ok {
		return t
	}
	return "O"
}

type wireInvestment struct {
	common
	Name        string   `json:"name"`
	ISIN        *string  `json:"isin"`
	PortfolioID *string  `json:"portfolio_id"`
	Amount      float64  `json:"amount"`  // units
	Balance     float64  `json:"balance"` // their value
	Currency    string   `json:"currency"`
	Type        string   `json:"type"`
	Subtype     *string  `json:"subtype"`
	Cost        *float64 `json:"initial_balance"`
}

func (v view) investment(h fairlead.Holding) []any {
	s := v.securities[h.Security]
	kind := h.Kind
	if kind == "" {
		kind = s.Kind
	}
	return []any{wireInvestment{
		common: v.common(string(h.ID), h.AccountRef+"/"+h.Ref, fairlead.ProductHoldings), Name: cmp.Or(s.Name, v.accounts[h.Account].Name), ISIN: orNull(s.ISIN),
		PortfolioID: orNull(string(h.Account)), Amount: h.Quantity.Float64(), Balance: h.Value.Amount.Float64(), Currency: h.Value.Currency,
		Type: investmentType(kind), Cost: float(h.CostBasis),
	}}
}

// wireInvestmentDetail is a position with all that the bank says of it.
type wireInvestmentDetail struct {
	wireInvestment
	Price     *float64 `json:"price"`     // of a unit
	PriceDate *string  `json:"priceDate"` // YYYY-MM-DD
	Gross     *float64 `json:"grossBalance"`
	Net       *float64 `json:"netBalance"` // after the tax that selling would cost
	Acquired  *string  `json:"acquisitionDate"`
	Matures   *string  `json:"maturityDate"`
	Ticker    *string  `json:"ticker"`
	Issuer    *string  `json:"issuer"`
}

func (v view) investmentDetail(h fairlead.Holding) (out []any) {
	s := v.securities[h.Security]
	for _, item := range v.investment(h) {
		out = append(out, wireInvestmentDetail{
			wireInvestment: item.(wireInvestment), Price: float(h.UnitPrice), PriceDate: orNull(h.PriceDate.String()), Gross: float(h.Gross), Net: float(h.Net),
			Acquired: orNull(h.Acquired.String()), Matures: orNull(h.Matures.String()), Ticker: orNull(s.Ticker), Issuer: orNull(s.Issuer),
		})
	}
	return out
}

type wireHolder struct {
	ProductID string `json:"product_id"`
	Name      string `json:"name"`
	Rel       string `json:"rel"` // Titular, Autorizado
}

func (v view) holders() (out []any) {
	for _, id := range v.order {
		for _, h := range v.accounts[id].Holders { // of one that was never listed there is none
			rel := "Titular"
			if h.Role == "authorised" {
				rel = "Autorizado"
			}
			out = append(out, wireHolder{string(id), h.Name, rel})
		}
	}
	return out
}

type wireIdentity struct {
	common
	Name        string        `json:"name"`
	ContactInfo contactInfo   `json:"contactInfo"`
	Address     []wireAddress `json:"address"`
	Documents   []document    `json:"documents"`
	BirthDate   *string       `json:"birthDate"`
}

type contactInfo struct {
	Emails []string `json:"emails"`
	Phones []string `json:"phones"`
}

type wireAddress struct {
	Lines    []string `json:"lines"`
	City     string   `json:"city"`
	Region   string   `json:"region"`
	Postcode string   `json:"postalCode"`
	Country  string   `json:"country"`
}

type document struct {
	Type   string `json:"type"`
	Number string `json:"number"`
}

func (v view) identity(i fairlead.Identity) wireIdentity {
	out := wireIdentity{
		common:      v.common(string(i.ID), i.Ref, fairlead.ProductIdentity),
		ContactInfo: contactInfo{append([]string{}, i.Emails...), append([]string{}, i.Phones...)},
		Address:     []wireAddress{}, Documents: []document{}, BirthDate: orNull(i.Born.String()),
	}
	if len(i.Names) > 0 {
		out.Name = i.Names[0]
	}
	for _, a := range i.Addresses {
		out.Address = append(out.Address, wireAddress{append([]string{}, a.Lines...), a.City, a.Region, a.Postcode, a.Country})
	}
	for _, d := range i.Documents {
		out.Documents = append(out.Documents, document{d.Kind, d.Number})
	}
	return out
}
