package collecting

import (
	"errors"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/sealing"
)

// Partial success is a result: rows that came stay, and what is missing is said with the
// product. An account that is named there was not shown, so that nothing of it is complete
// and nothing of it is removed.

const (
	maxDetail  = 300 // bytes of an institution's sentence
	maxPartial = 50  // problems of one product: beyond them nobody reads on
)

// unclearAccounts is the Problem.Code of accounts that could be any of several.
const unclearAccounts = "accounts_unclear"

// partial are the problems of a page, as far as they concern accounts that the person chose.
func (r *run) partial(page connector.Page, product fairlead.Product) (out []fairlead.Problem) {
	for _, said := range page.Partial {
		refs := slices.DeleteFunc(slices.Clone(said.AccountRefs), func(ref string) bool { return !r.convert.selected(ref) })
		if len(refs) == 0 && len(said.AccountRefs) > 0 {
			continue // of what is not ours to read
		}
		p := r.problem(said.Err, product)
		p.Accounts, p.Detail = refs, ""
		if e, ok := errors.AsType[*fairlead.Error](said.Err); ok {
			p.Detail = shownDetail(e.Detail)
		}
		p.Since = sinceBefore(r.conn.Products[product].Partial, p)
		out = addProblem(out, p)
	}
	return out
}

// sinceBefore is since when the same problem of the same accounts is there.
func sinceBefore(before []fairlead.Problem, p fairlead.Problem) time.Time {
	for _, was := range before {
		if was.Kind == p.Kind && was.Code == p.Code && slices.Equal(was.Accounts, p.Accounts) {
			return was.Since
		}
	}
	return p.Since
}

// addProblem adds a problem that is not there yet.
func addProblem(all []fairlead.Problem, more ...fairlead.Problem) []fairlead.Problem {
	all = slices.Clone(all)
	for _, p := range more {
		if len(all) < maxPartial && !slices.ContainsFunc(all, func(q fairlead.Problem) bool { return reflect.DeepEqual(p, q) }) {
			all = append(all, p)
		}
	}
	return all
}

// digits are a number as people write it, in groups too.
var digits = regexp.MustCompile(`[0-9]+(?:[ -][0-9]{3,})*`)

// shownDetail is an institution's sentence as it may lie open and be shown: without control
// characters, of at most 300 bytes, and of long numbers only the last four digits.
func shownDetail(text string) string {
	text = strings.Map(func(c rune) rune {
		switch {
		case unicode.IsSpace(c):
			return ' '
		case c == utf8.RuneError || unicode.IsControl(c) || unicode.Is(unicode.Cf, c):
			return -1
		}
		return c
	}, text)
	text = digits.ReplaceAllStringFunc(strings.Join(strings.Fields(text), " "), func(number string) string {
		left := 0
		for _, c := range number {
			if unicode.IsDigit(c) {
				left++
			}
		}
		if left < 5 {
			return number
		}
		return strings.Map(func(c rune) rune {
			if unicode.IsDigit(c) {
				if left--; left >= 4 {
					return '•'
				}
			}
			return c
		}, number)
	})
	text = sealing.Masked(text)
	if len(text) <= maxDetail {
		return text
	}
	cut := maxDetail - len("…")
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return strings.TrimSpace(text[:cut]) + "…"
}

// absent is what of a product was not shown, by what its pages said until now.
type absent struct {
	some bool // of which accounts is not known
	refs map[string]bool
}

// absentIn is what some problems say.
func absentIn(problems []fairlead.Problem) absent {
	out := absent{refs: map[string]bool{}}
	for _, p := range problems {
		out.some = out.some || len(p.Accounts) == 0
		for _, ref := range p.Accounts {
			out.refs[ref] = true
		}
	}
	return out
}

// absentOf is that of a product, with the problems of the page that is being read.
func (r *run) absentOf(product fairlead.Product, page []fairlead.Problem) absent {
	said := slices.Concat(r.col.Products[product].Partial, page)
	for _, p := range r.unsaved {
		if p.product == product {
			said = append(said, p.partial...)
		}
	}
	return absentIn(said)
}

// shown is what of the coverage that a page declares stands: not that of an account that is
// named as missing, nor of all accounts together while any of them may be.
func (a absent) shown(covers []connector.Coverage) []connector.Coverage {
	return slices.DeleteFunc(slices.Clone(covers), func(c connector.Coverage) bool {
		return c.AccountRef == "" && a.some || c.AccountRef != "" && a.refs[c.AccountRef]
	})
}

// recovered are the accounts that were missing before and are not any more.
func (a absent) recovered(before []fairlead.Problem) bool {
	if a.some {
		return false
	}
	return slices.ContainsFunc(before, func(p fairlead.Problem) bool {
		return len(p.Accounts) == 0 || slices.ContainsFunc(p.Accounts, func(ref string) bool { return !a.refs[ref] })
	})
}
