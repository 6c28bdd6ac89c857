package taiki

import (
	"cmp"
	"fmt"
	"mime"
	"path"
	"strings"

	"github.com/fairlead-dev/fairlead"
)

// nameAll names files as the vendor's example does: the newest 1099-INT is
// 1099_INT.pdf, an older one 1099_INT_2023.pdf, a correction …_CORRECTED.pdf, a
// statement BANK_STATEMENT_2026_03.pdf. A name that is taken gets a number. The
// names are plain ASCII, so that they can be used as they are.
func nameAll(documents []fairlead.Document) []string {
	newest := map[string]int{}
	for _, d := range documents {
		newest[d.Form] = max(newest[d.Form], d.TaxYear)
	}
	taken, names := map[string]bool{}, make([]string, len(documents))
	for i, d := range documents {
		base, end := nameOf(d, newest[d.Form]), ending(d)
		for n := 1; names[i] == "" || taken[names[i]]; n++ {
			names[i] = base + end
			if n > 1 {
				names[i] = fmt.Sprintf("%s_%d%s", base, n, end)
			}
		}
		taken[names[i]] = true
	}
	return names
}

func nameOf(d fairlead.Document, newest int) string {
	if d.Kind == "statement" {
		day := d.Period.To
		if day.IsZero() {
			day = d.Issued
		}
		return fmt.Sprintf("BANK_STATEMENT_%04d_%02d", day.Year, day.Month)
	}
	base := cmp.Or(strings.ToUpper(plain(d.Form, "_")), "TAX_FORM")
	if d.TaxYear != newest {
		base = fmt.Sprintf("%s_%d", base, d.TaxYear)
	}
	if d.Revision > 0 {
		base += "_CORRECTED"
	}
	return base
}

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
