package paper

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
)

// FDXVersion is the release of the Financial Data Exchange whose names are used.
const FDXVersion = "V6.0"

// SoftwareID says who wrote a paper. Registered ids are FDX's to give; this one
// stands for none.
const SoftwareID = "fairlead-sample"

// fdxParty is FDX's TaxParty.
type fdxParty struct {
	TIN        string         `json:"tin,omitempty"`
	PartyType  string         `json:"partyType"`
	Individual *fdxIndividual `json:"individualName,omitempty"`
	Business   *fdxBusiness   `json:"businessName,omitempty"`
	Address    *fdxAddress    `json:"address,omitempty"`
	Phone      *fdxPhone      `json:"phone,omitempty"`
}

type fdxIndividual struct {
	First string `json:"first,omitempty"`
	Last  string `json:"last"`
}

type fdxBusiness struct {
	Name1 string `json:"name1"`
}

type fdxAddress struct {
	Line1      string `json:"line1,omitempty"`
	Line2      string `json:"line2,omitempty"`
	City       string `json:"city,omitempty"`
	Region     string `json:"region,omitempty"`
	PostalCode string `json:"postalCode,omitempty"`
	Country    string `json:"country,omitempty"`
}

type fdxPhone struct {
	Number string `json:"number"`
}

// number is an exact decimal as a JSON number.
type number fairlead.Decimal

func (n number) MarshalJSON() ([]byte, error) { return []byte(fairlead.Decimal(n).String()), nil }

func newFDXParty(p Party, tin string) fdxParty {
	out := fdxParty{TIN: tin, PartyType: "INDIVIDUAL"}
	if p.Company {
		out.PartyType, out.Business = "BUSINESS", &fdxBusiness{p.Name}
	} else {
		first, last := p.Given, p.Family
		if last == "" {
			cut := strings.LastIndexByte(p.Name, ' ')
			first, last = strings.TrimSpace(p.Name[:max(cut, 0)]), p.Name[cut+1:]
		}
		out.Individual = &fdxIndividual{first, last}
	}
	if a := p.Address; len(a.Lines) > 0 || a.City != "" {
		out.Address = &fdxAddress{City: a.City, Region: a.Region, PostalCode: a.Postcode, Country: a.Country}
		if len(a.Lines) > 0 {
			out.Address.Line1 = a.Lines[0]
		}
		if len(a.Lines) > 1 {
			out.Address.Line2 = strings.Join(a.Lines[1:], ", ")
		}
	}
	if p.Phone != "" {
		out.Phone = &fdxPhone{p.Phone}
	}
	return out
}

// fdx gives the forms in the shape FDX uses where data travels with a paper:
// version and softwareId beside one member per form, named as in TaxData. The
// recipient's tax id is masked as on the face.
func (w taxPaper) fdx() ([]byte, error) {
	if err := w.check(); err != nil {
		return nil, err
	}
	out := map[string]any{"version": FDXVersion, "softwareId": SoftwareID}
	for _, f := range w.forms {
		out[f.fdx] = f.fdxForm()
	}
	if w.whole {
		out["tax1099ConsolidatedStatement"] = fdxHead(w.Head, "Tax1099ConsolidatedStatement", "accountNumber")
	}
	b, err := json.Marshal(out)
	if err != nil {
		return nil, fmt.Errorf("paper: writing FDX JSON: %w", err)
	}
	return b, nil
}

func fdxHead(h Head, kind, account string) map[string]any {
	payer := h.Payer
	payer.Company = true
	out := map[string]any{
		"taxYear": h.TaxYear, "taxFormType": kind, "taxFormDate": h.Issued, "corrected": h.Corrected,
		"issuer": newFDXParty(payer, ein(payer.TaxID)), "recipient": newFDXParty(h.Recipient, maskedTIN(h.Recipient)),
	}
	for name, value := range map[string]string{"taxFormId": h.Ref, account: h.Account} {
		if value != "" {
			out[name] = value
		}
	}
	return out
}

func (f form) fdxForm() map[string]any {
	account := f.account
	if account == "" {
		account = "accountNumber"
	}
	out := fdxHead(f.Head, strings.ToUpper(f.fdx[:1])+f.fdx[1:], account)
	for _, row := range slices.Concat(f.rows, f.left) {
		for _, b := range row {
			switch {
			case b.fdx == "":
			case b.kind == amountBox && b.amount != nil:
				out[b.fdx] = number(b.amount.Amount)
			case b.kind == textBox && b.text != "":
				out[b.fdx] = b.text
			case b.kind == codesBox && len(b.codes) > 0:
				out[b.fdx] = b.codes
			case b.kind == checkBox:
				out[b.fdx] = b.set
			case b.kind == dateBox && !b.day.IsZero():
				out[b.fdx] = b.day
			}
		}
	}
	for name, value := range f.more {
		out[name] = value
	}
	if f.state != nil {
		out["stateAndLocal"] = []any{f.state.fdx()}
	}
	if f.fdx == "tax1099B" {
		out["securityDetails"] = fdxSales(f.sales)
	}
	return out
}

func (s State) fdx() map[string]any {
	state := map[string]any{}
	if s.PayerID != "" {
		state["taxId"] = s.PayerID
	}
	if s.Withheld != nil {
		state["taxWithheld"] = number(s.Withheld.Amount)
	}
	if s.Income != nil {
		state["income"] = number(s.Income.Amount)
	}
	out := map[string]any{"stateCode": s.Code, "state": state}
	if l := s.Local; l != nil {
		local := map[string]any{"localityName": l.Name}
		if l.Withheld != nil {
			local["taxWithheld"] = number(l.Withheld.Amount)
		}
		if l.Income != nil {
			local["income"] = number(l.Income.Amount)
		}
		out["local"] = local
	}
	return out
}
