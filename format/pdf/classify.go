package pdf

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// printed is how certain a value is that the paper prints beside its name: a person
// reads it so, too.
const printed = 90

// titleLines are the lines among which a paper has its title.
const titleLines = 15

// classify sets what the text of a paper says for certain. What may mean several things
// is left out.
func classify(lines []string, d *format.Document) {
	title := lines[:min(len(lines), titleLines)]
	if form := taxFormOf(title, lines); form != "" {
		d.Kind, d.Form = kindTaxForm, form
		d.TaxYear = only(years, lines)
	} else if isStatement(title) {
		d.Kind = kindStatement
		d.Period = periodOf(lines)
	}
	if d.Kind == kindOther {
		return
	}
	d.Fields = map[string]fairlead.Parsed{}
	if s := ending(lines); s != "" {
		d.Fields["accountEnding"] = fairlead.Parsed{Value: s, Certainty: printed}
	}
	if payer := payerOf(lines); payer != "" {
		d.Fields["payer"] = fairlead.Parsed{Value: payer, Certainty: printed}
	}
	if len(d.Fields) == 0 {
		d.Fields = nil
	}
}

// numbersOfOMB are the control numbers that American forms must print.
var numbersOfOMB = map[string]string{
	"1545-0112": "1099-INT", "1545-0110": "1099-DIV", "1545-0715": "1099-B", "1545-0119": "1099-R", "1545-0115": "1099-MISC",
	"1545-0116": "1099-NEC", "1545-0120": "1099-G", "1545-2205": "1099-K", "1545-0117": "1099-OID", "1545-1760": "1099-Q",
	"1545-1517": "1099-SA", "1545-1380": "1098", "1545-1576": "1098-E", "1545-1574": "1098-T", "1545-0747": "5498",
	"1545-1518": "5498-SA", "1545-0008": "W-2", "1545-0029": "W-2",
}

var (
	controlNumber = regexp.MustCompile(`(?i)OMB\s+No\.?\s*(1545-\d{4})`)
	americanForm  = regexp.MustCompile(`\b(1099-(?:INT|DIV|B|R|MISC|NEC|G|K|OID|Q|SA|S|C|A)|1098(?:-[ET])?|5498(?:-SA)?|W-2)\b`)
)

// titlesOfForms are titles that tax forms of other countries have at the beginning of a
// line.
var titlesOfForms = []struct{ prefix, form string }{
	{"informe de rendimentos", "informe-de-rendimentos"},
	{"comprovante de rendimentos", "informe-de-rendimentos"},
	{"informação de rendimentos", "informe-de-rendimentos"},
	{"certificado de retenciones", "certificado-de-retenciones"},
	{"certificado de retención", "certificado-de-retenciones"},
	{"certificado tributario", "certificado-de-retenciones"},
	{"información fiscal", "informe-fiscal"},
	{"informe fiscal", "informe-fiscal"},
	{"jahressteuerbescheinigung", "jahressteuerbescheinigung"},
	{"steuerbescheinigung", "jahressteuerbescheinigung"},
	{"imprimé fiscal unique", "imprime-fiscal-unique"},
}

// maxTitle is how long a line may be that is a title and no sentence.
const maxTitle = 90

// taxFormOf is the form that a paper is: an American one prints its number and the
// control number that belongs to it, others their title.
func taxFormOf(title, lines []string) string {
	for _, l := range title {
		if len(l) > maxTitle {
			continue
		}
		for _, t := range titlesOfForms {
			if strings.HasPrefix(strings.ToLower(l), t.prefix) && !strings.HasSuffix(l, ".") {
				return t.form
			}
		}
	}
	forms := map[string]bool{}
	text := strings.Join(lines, "\n")
	for _, m := range controlNumber.FindAllStringSubmatch(text, 20) {
		if form := numbersOfOMB[m[1]]; form != "" {
			forms[form] = true
		}
	}
	named := map[string]bool{}
	for _, m := range americanForm.FindAllString(text, 500) {
		named[m] = true
	}
	found, number := "", ""
	for form := range forms {
		if !named[form] {
			continue
		}
		n, _, _ := strings.Cut(form, "-")
		switch {
		case found == "":
			found, number = form, n
		case n != number:
			return ""
		default:
			found = number // several: a consolidated one
		}
	}
	return found
}

// titlesOfStatements are titles of statements, in small letters.
var titlesOfStatements = []string{
	"account statement", "statement of account", "card statement", "credit card statement", "bank statement", "investment statement",
	"brokerage statement", "statement period", "extrato de conta", "extrato mensal", "extrato consolidado", "extrato da conta", "extrato bancário",
	"fatura do cartão", "fatura de cartão", "extracto de cuenta", "extracto bancario", "extracto mensual", "estado de cuenta", "kontoauszug", "depotauszug",
	"relevé de compte", "estratto conto", "rekeningafschrift",
}

// isStatement reports whether one of the first lines is, begins or ends with such a
// title. A sentence that has the words in it is none.
func isStatement(title []string) bool {
	for _, l := range title {
		l = strings.ToLower(strings.TrimSpace(l))
		if len(l) > maxTitle || strings.HasSuffix(l, ".") {
			continue
		}
		for _, t := range titlesOfStatements {
			if strings.HasPrefix(l, t) || strings.HasSuffix(l, " "+t) {
				return true
			}
		}
	}
	return false
}

// years are the ways in which papers print the year they are of.
var years = []*regexp.Regexp{
	regexp.MustCompile(`\bForm (?:1099-[A-Z]+|1098(?:-[ET])?|5498(?:-SA)?|W-2) (20\d\d)\b`),
	regexp.MustCompile(`\b(20\d\d) Form (?:1099|1098|5498|W-2)\b`),
	regexp.MustCompile(`(?i)\b(?:calendar|tax) year:? (20 ?\d\d)\b`),
	regexp.MustCompile(`(?i)\bano[- ]calend[áa]rio (?:de |:? ?)(20\d\d)\b`),
	regexp.MustCompile(`(?i)\bejercicio(?: fiscal)?:? (20\d\d)\b`),
	regexp.MustCompile(`(?i)\baño gravable:? (20\d\d)\b`),
	regexp.MustCompile(`(?i)\bkalenderjahr (20\d\d)\b`),
}

// only is the number that the patterns find where it is one and the same; else 0.
func only(patterns []*regexp.Regexp, lines []string) int {
	found := 0
	for _, l := range lines {
		for _, p := range patterns {
			for _, m := range p.FindAllStringSubmatch(l, 5) {
				n, err := strconv.Atoi(strings.ReplaceAll(m[1], " ", ""))
				if err != nil || found != 0 && found != n {
					return 0
				}
				found = n
			}
		}
	}
	return found
}

var endings = []*regexp.Regexp{
	regexp.MustCompile(`(?i)\b(?:account|card)(?: number)? ending (?:in|with):? (\d{4})\b`),
	regexp.MustCompile(`(?i)\b(?:account|card) (?:number|no\.?|#):? (?:[X*•x]{2,}[ -]?)+(\d{4})\b`),
	regexp.MustCompile(`(?i)\bcart[ãa]o (?:com )?final:? (\d{4})\b`),
	regexp.MustCompile(`(?i)\b(?:cuenta|tarjeta) terminada en:? (\d{4})\b`),
}

// ending is the last four digits of the account where a paper names one account only.
func ending(lines []string) string {
	found := ""
	for _, l := range lines {
		for _, p := range endings {
			for _, m := range p.FindAllStringSubmatch(l, 5) {
				if found != "" && found != m[1] {
					return ""
				}
				found = m[1]
			}
		}
	}
	return found
}

var cnpj = regexp.MustCompile(`^(\S.*?) (\d{2}\.\d{3}\.\d{3}/\d{4}-\d{2})$`)

// payerOf is the name that stands beside its tax number below the heading of the two
// (Brazil, by the model of the Receita Federal).
func payerOf(lines []string) string {
	for i := 1; i < len(lines); i++ {
		heading := strings.ToLower(lines[i-1])
		if !strings.Contains(heading, "cnpj") || !strings.Contains(heading, "nome empresarial") {
			continue
		}
		if m := cnpj.FindStringSubmatch(lines[i]); m != nil {
			return m[1]
		}
	}
	return ""
}

var periods = regexp.MustCompile(`(?i)\b(?:statement period|period|período|periodo|zeitraum|période)\b:? (\d{1,4}[./-]\d{1,2}[./-]\d{1,4}) ?(?:–|-|to|through|a|al|bis|au) ?(\d{1,4}[./-]\d{1,2}[./-]\d{1,4})\b`)

// periodOf is what a statement covers, where its days can be read in one way only.
func periodOf(lines []string) fairlead.Interval {
	var found fairlead.Interval
	for _, l := range lines {
		m := periods.FindStringSubmatch(l)
		if m == nil {
			continue
		}
		i := interval(m[1], m[2])
		if found != (fairlead.Interval{}) && i != found {
			return fairlead.Interval{}
		}
		found = i
	}
	return found
}

// interval reads two days in the one order of day, month and year that fits both.
func interval(from, to string) fairlead.Interval {
	var fits []fairlead.Interval
	for _, order := range []string{"dmy", "mdy", "ymd"} {
		i := fairlead.Interval{From: inOrder(from, order), To: inOrder(to, order)}
		if i.From.IsZero() || i.To.IsZero() || i.To.Before(i.From) {
			continue
		}
		if len(fits) > 0 && fits[0] != i {
			return fairlead.Interval{}
		}
		fits = append(fits, i)
	}
	if len(fits) == 0 {
		return fairlead.Interval{}
	}
	return fits[0]
}

func inOrder(s, order string) fairlead.Date {
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == '.' || r == '/' || r == '-' })
	if len(parts) != 3 {
		return fairlead.Date{}
	}
	of := func(c string) string {
		p := parts[strings.Index(order, c)]
		if len(p) == 1 {
			p = "0" + p
		}
		return p
	}
	if len(of("y")) != 4 {
		return fairlead.Date{}
	}
	d, err := fairlead.ParseDate(of("y") + "-" + of("m") + "-" + of("d"))
	if err != nil {
		return fairlead.Date{}
	}
	return d
}
