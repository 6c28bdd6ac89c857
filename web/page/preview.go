package page

import (
	"cmp"
	"strings"

	"github.com/fairlead-dev/fairlead"
)

// fewWarnings are shown at once; more are behind their count.
const fewWarnings = 3

// accountPrefix begins the name of a field that says which account one of the files is.
const accountPrefix = "account."

// newAccount is the choice of such a field for one that is not connected yet.
const newAccount = "new"

// accountName is what an account is called.
func (f form) accountName(a fairlead.PreviewAccount) string {
	return cmp.Or(strings.TrimSpace(a.Name), f.text("preview.account"))
}

// contents counts what the files hold of an account. That it has no transactions is said
// only where it has nothing else either.
func (f form) contents(a fairlead.PreviewAccount) string {
	var out []string
	for _, c := range []struct {
		key string
		n   int
	}{
		{"preview.transactions", a.Transactions},
		{"preview.holdings", a.Holdings},
		{"preview.movements", a.Movements},
		{"preview.documents", a.Documents},
	} {
		if c.n > 0 {
			out = append(out, f.count(c.key, c.n))
		}
	}
	if len(out) == 0 {
		return f.count("preview.transactions", 0)
	}
	return strings.Join(out, ", ")
}

// accountField is the question which account one of the files is; nil: that is certain.
func (f form) accountField(a fairlead.PreviewAccount) *fairlead.FormField {
	for n, field := range f.Fields {
		if field.Kind == fairlead.FieldChoice && field.Name == accountPrefix+a.Ref {
			return &f.Fields[n]
		}
	}
	return nil
}

// otherFields are those that belong to no account that is shown, and are no buttons.
func (f form) otherFields() []fairlead.FormField {
	shown := map[string]bool{}
	if f.Preview != nil {
		for _, a := range f.Preview.Accounts {
			shown[accountPrefix+a.Ref] = true
		}
	}
	var out []fairlead.FormField
	for _, field := range f.Fields {
		if field.Kind != fairlead.FieldConfirm && !(field.Kind == fairlead.FieldChoice && shown[field.Name]) {
			out = append(out, field)
		}
	}
	return out
}

func (f form) accountQuestion(field fairlead.FormField) string {
	return cmp.Or(f.known(field.Label), f.text("preview.question"))
}

// named is what an account to choose is called: its name, or the currency that is all that
// is known of one without name and number.
func (v *view) named(name string) string {
	name = strings.TrimSpace(name)
	if fairlead.ValidCurrency(name) {
		return v.text("preview.account") + " " + name
	}
	return cmp.Or(name, v.text("preview.account"))
}

// candidate is what one of the accounts to choose from is called.
func (f form) candidate(c fairlead.Choice) string {
	if fairlead.ValidCurrency(c.Label) {
		return f.named(c.Label)
	}
	if label := f.known(c.Label); label != "" && c.Label != c.Value {
		return label
	}
	if c.Value == newAccount || c.Value == "" {
		return f.text("preview.new")
	}
	return cmp.Or(c.Label, c.Value)
}

// rowsOf are the first rows of an account.
func (f form) rowsOf(a fairlead.PreviewAccount) []fairlead.PreviewRow {
	return f.rows(func(ref string) bool { return ref == a.Ref })
}

// looseRows are rows of no account that is shown.
func (f form) looseRows() []fairlead.PreviewRow {
	return f.rows(func(ref string) bool {
		for _, a := range f.Preview.Accounts {
			if a.Ref == ref {
				return false
			}
		}
		return true
	})
}

func (f form) rows(of func(ref string) bool) []fairlead.PreviewRow {
	var out []fairlead.PreviewRow
	for _, row := range f.Preview.Rows {
		if of(row.AccountRef) {
			out = append(out, row)
		}
	}
	return out
}

func (f form) rowDay(row fairlead.PreviewRow) string {
	if row.Day.IsZero() {
		return ""
	}
	return f.day(row.Day)
}

// previewCount says in a few words how much can be read: what is announced when it changes.
func (f form) previewCount() string {
	if f.Preview == nil {
		return ""
	}
	var out []string
	for _, a := range f.Preview.Accounts {
		text := f.contents(a)
		if days := f.days(a.From, a.To); days != "" {
			text += ", " + days
		}
		if a.Currency != "" && len(f.Preview.Accounts) > 1 {
			text += " (" + a.Currency + ")"
		}
		out = append(out, text)
	}
	return strings.Join(out, " · ")
}

func (f form) warningCount() int { return len(f.Preview.Warnings) + f.Preview.MoreWarnings }
