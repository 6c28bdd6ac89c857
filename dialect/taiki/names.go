package taiki

import (
	"cmp"
	"fmt"
	"path"
	"strings"

	"github.com/fairlead-dev/fairlead"
)

// maxPart is how many letters of a name say one thing: what an institution says is as
// long as it likes.
const maxPart = 40

// nameOf begins as the vendor's example and goes on with what tells one file from
// another: 1099_INT_2025_HARBOR_4711_7M2K9Q.pdf, BANK_STATEMENT_2026_03_HARBOR_4711_7M2K9Q.pdf,
// with the last digits of the account where it is of one, and the end of the document's
// id. It is made of what stays as it is for good, and of nothing that other files have to
// do with: whatever comes later, or is listed beside it, a file is called the same. Names
// are plain ASCII, so that they can be used as they are.
func nameOf(p paper) string {
	kind := "BANK_STATEMENT" + suffix(dayOf(p.Document))
	if p.Kind == "tax_form" {
		kind = cmp.Or(upper(p.Form), "TAX_FORM")
		if year := cmp.Or(p.TaxYear, p.Issued.Year); year != 0 {
			kind = fmt.Sprintf("%s_%d", kind, year)
		}
		switch {
		case p.Revision > 1:
			kind = fmt.Sprintf("%s_CORRECTED_%d", kind, p.Revision)
		case p.Revision == 1:
			kind += "_CORRECTED"
		}
	}
	mask := ""
	if len(p.AccountRefs) == 1 && len(p.accounts) == 1 {
		mask = upper(p.accounts[0].Mask)
	}
	id := upper(string(p.ID))
	return kind + suffix(nameOfInstitution(p.institution.ID)) + suffix(mask) + suffix(id[max(0, len(id)-6):]) + ending(p.Document)
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

// nameOfInstitution is made of its id, which unlike its names is never another.
func nameOfInstitution(id fairlead.InstitutionID) string {
	return upper(strings.TrimPrefix(string(id), "ins_"))
}

// suffix is a part of a name, with what divides it from the one before.
func suffix(text string) string {
	if text == "" {
		return ""
	}
	return "_" + text
}

// ending is a file name's: the institution's own, or what its media type is called.
func ending(d fairlead.Document) string {
	_, subtype, _ := strings.Cut(d.MediaType, "/")
	for _, end := range []string{strings.TrimPrefix(path.Ext(d.FileName), "."), subtype} {
		if plain := strings.ToLower(upper(end)); plain != "" && plain == strings.ToLower(end) && len(plain) <= 4 {
			return "." + plain
		}
	}
	return ""
}

// upper leaves letters and digits of ASCII, all of them capitals; whatever lies between
// becomes one underscore.
func upper(text string) string {
	words := strings.FieldsFunc(text, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9')
	})
	joined := strings.ToUpper(strings.Join(words, "_"))
	return joined[:min(len(joined), maxPart)]
}
