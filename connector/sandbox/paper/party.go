package paper

import (
	"strconv"
	"strings"

	"github.com/fairlead-dev/fairlead"
)

// Bank is whose paper it is: the face at its head.
type Bank struct {
	Name     string // as customers know it
	Official string // its company's name
	TaxID    string // EIN, CNPJ or NIF, with or without punctuation
	Colour   string // #rrggbb; anything else: grey
	Logo     string // SVG text, paths and circles only; empty: its initial
	Address  fairlead.Address
	Phone    string
	Website  string
}

// Party is who pays or who is paid.
type Party struct {
	Name    string
	Given   string // of a natural person, where it is known apart
	Family  string
	Company bool
	TaxID   string // with or without punctuation; a recipient's is masked on the face
	Address fairlead.Address
	Phone   string
}

// lines are a name and an address as an envelope has them.
func (p Party) lines() []string { return append([]string{p.Name}, envelope(p.Address)...) }

// envelope writes an address the way its country does.
func envelope(a fairlead.Address) []string {
	out := append([]string(nil), a.Lines...)
	town := ""
	switch a.Country {
	case "US", "":
		town = join(", ", a.City, join(" ", a.Region, a.Postcode))
	case "BR":
		town = join(" - ", a.City, a.Region)
		if a.Postcode != "" {
			town = join("  ", town, "CEP "+cep(a.Postcode))
		}
	default:
		town = join(" ", a.Postcode, a.City)
		if a.Region != "" && a.Region != a.City {
			town += " (" + a.Region + ")"
		}
	}
	if town != "" {
		out = append(out, town)
	}
	return out
}

// cep punctuates a Brazilian postcode.
func cep(code string) string {
	if code = bare(code); len(code) == 8 {
		return code[:5] + "-" + code[5:]
	}
	return code
}

func join(between string, parts ...string) string {
	present := parts[:0:0]
	for _, p := range parts {
		if p != "" {
			present = append(present, p)
		}
	}
	return strings.Join(present, between)
}

// bare drops the punctuation of a tax id.
func bare(id string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, id)
}

// ein punctuates an American company's tax id.
func ein(id string) string {
	if id = bare(id); len(id) == 9 {
		return id[:2] + "-" + id[2:]
	}
	return id
}

// maskedTIN shows an American recipient's last four digits, as recipient copies do.
func maskedTIN(p Party) string {
	id := bare(p.TaxID)
	if len(id) < 4 {
		return ""
	}
	if p.Company {
		return "XX-XXX" + id[len(id)-4:]
	}
	return "XXX-XX-" + id[len(id)-4:]
}

// cnpj punctuates a Brazilian company's tax id.
func cnpj(id string) string {
	if id = bare(id); len(id) == 14 {
		return id[:2] + "." + id[2:5] + "." + id[5:8] + "/" + id[8:12] + "-" + id[12:]
	}
	return id
}

// maskedCPF shows the middle six digits, as Brazilian papers do; a company's
// CNPJ is public and shown whole.
func maskedCPF(id string) string {
	if id = bare(id); len(id) == 11 {
		return "***." + id[3:6] + "." + id[6:9] + "-**"
	}
	return cnpj(id)
}

// maskedNIF shows the four digits from the fourth on, as the Spanish data
// protection authority advises; a company's is public and shown whole.
func maskedNIF(p Party) string {
	id := bare(p.TaxID)
	if p.Company || len(id) != 9 {
		return id
	}
	return "***" + id[3:7] + "**"
}

// colour reads #rrggbb.
func colour(s string) rgb {
	if len(s) == 7 && s[0] == '#' {
		if n, err := strconv.ParseUint(s[1:], 16, 32); err == nil {
			return rgb{int(n >> 16), int(n >> 8 & 255), int(n & 255)}
		}
	}
	return rgb{73, 80, 87}
}
