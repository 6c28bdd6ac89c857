package taiki

import (
	"cmp"
	"fmt"
	"mime"
	"path"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
)

// nameAll names files as the vendor's example does, and so that a name stays with its
// document whatever comes later: 1099_INT_2025_HARBOR.pdf, its correction
// 1099_INT_2025_CORRECTED_HARBOR.pdf, a statement BANK_STATEMENT_2026_03_HARBOR_4711.pdf
// with the last digits of its account. Where that names two, the one that was issued
// later has the end of its id, too. The names are plain ASCII, so that they can be used
// as they are.
func nameAll(papers []paper) []string {
	order := make([]int, len(papers))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(papers[a].Issued.Compare(papers[b].Issued), cmp.Compare(papers[a].ID, papers[b].ID))
	})
	taken, names := map[string]bool{}, make([]string, len(papers))
	for _, i := range order {
		base, end := nameOf(papers[i]), ending(papers[i].Document)
		if taken[base+end] {
			base += suffix(lastOf(plain(string(papers[i].ID), ""), 8))
		}
		names[i] = base + end
		taken[names[i]] = true
	}
	return names
}

func nameOf(p paper) string {
	var base string
	if p.Kind == "statement" {
		base = "BANK_STATEMENT" + suffix(dayOf(p.Document))
	} else {
		base = cmp.Or(strings.ToUpper(plain(p.Form, "_")), "TAX_FORM")
		if year := cmp.Or(p.TaxYear, p.Issued.Year); year != 0 {
			base = fmt.Sprintf("%s_%d", base, year)
		}
		switch {
		case p.Revision > 1:
			base = fmt.Sprintf("%s_CORRECTED_%d", base, p.Revision)
		case p.Revision == 1:
			base += "_CORRECTED"
		}
	}
	base += suffix(nameOfInstitution(p.institution))
	if len(p.accounts) == 1 {
		base += suffix(cmp.Or(plain(p.accounts[0].Mask, ""), strings.ToUpper(plain(p.accounts[0].Name, "_"))))
	}
	return base
}

// dayOf is the month of a statement that ends with it, and the last day of any other.
func dayOf(d fairlead.Document) string {
	day := d.Period.To
	switch {
	case day.IsZero() && d.Issued.IsZero():
		return ""
	case day.IsZero():
		day = d.Issued
	case day.AddDays(1).Day == 1:
		return fmt.Sprintf("%04d_%02d", day.Year, day.Month)
	}
	return fmt.Sprintf("%04d_%02d_%02d", day.Year, day.Month, day.Day)
}

func nameOfInstitution(i fairlead.Institution) string {
	return strings.ToUpper(plain(cmp.Or(i.ShortName, i.Name), "_"))
}

// suffix is a part of a name, with what divides it from the one before.
func suffix(text string) string {
	if text == "" {
		return ""
	}
	return "_" + text
}

func lastOf(text string, n int) string { return strings.ToUpper(text[max(0, len(text)-n):]) }

// ending is a file name's: the institution's own, or that of the media type.
func ending(d fairlead.Document) string {
	if own := plain(path.Ext(d.FileName), ""); own != "" && len(own) <= 5 {
		return "." + strings.ToLower(own)
	}
	if usual, err := mime.ExtensionsByType(d.MediaType); err == nil && len(usual) > 0 {
		return usual[0]
	}
	return ""
}

// plain leaves letters and digits of ASCII; whatever lies between becomes gap.
func plain(text, gap string) string {
	words := strings.FieldsFunc(text, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9')
	})
	return strings.Join(words, gap)
}
