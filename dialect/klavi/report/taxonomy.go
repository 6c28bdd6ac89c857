package report

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/fairlead-dev/fairlead"
)

// taxonomyText are the rules that every application has; the file says how they are
// written.
//
//go:embed taxonomy.txt
var taxonomyText string

// builtIn are the rules of the file.
var builtIn = sync.OnceValue(func() []rule {
	var rules []rule
	for n, text := range strings.Split(taxonomyText, "\n") {
		if text = strings.TrimSpace(text); text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		r, err := parseRule(text)
		if err != nil {
			panic(fmt.Sprintf("report: taxonomy.txt, line %d: %v", n+1, err))
		}
		rules = append(rules, r)
	}
	return rules
})

// levels are what a rule says: category, subCategory, thirdCategory.
type levels [3]string

// rule says what the movements are that all its conditions hold for.
type rule struct {
	conditions []condition
	says       levels
}

// condition is one of a rule: a fact and the values that it may have.
type condition struct {
	fact   string
	values []string
	codes  [][2]int // of mcc: from, to
}

// facts are what conditions ask of a movement, and what each may be; nil: any text.
var facts = map[string][]string{
	"in": {}, "out": {}, "card": {}, "account": {}, "holder": {"person", "company"}, "party": {"person", "company"},
	"type": nil, "kind": nil, "mcc": nil, "text": nil,
}

// CheckRule reports whether a text is a rule.
func CheckRule(text string) error {
	_, err := parseRule(text)
	return err
}

func parseRule(text string) (r rule, err error) {
	left, right, ok := strings.Cut(text, "=>")
	if !ok {
		return r, invalidRule("must have => between its conditions and what they mean")
	}
	said := strings.Split(right, "/")
	if len(said) != len(r.says) {
		return r, invalidRule("must say three levels, with / between them")
	}
	for n, level := range said {
		if r.says[n] = strings.TrimSpace(level); r.says[n] == "" {
			return r, invalidRule("must say three levels, with / between them")
		}
	}
	for part := range strings.SplitSeq(left, ",") {
		c, err := parseCondition(strings.TrimSpace(part))
		if err != nil {
			return r, err
		}
		r.conditions = append(r.conditions, c)
	}
	return r, nil
}

func parseCondition(text string) (c condition, err error) {
	fact, values, _ := strings.Cut(text, " ")
	allowed, known := facts[fact]
	if !known {
		return c, invalidRule("has a condition that is none of in, out, card, account, holder, party, type, kind, mcc, text")
	}
	c.fact = fact
	for v := range strings.SplitSeq(values, "|") {
		if v = strings.TrimSpace(v); v == "" {
			continue
		}
		if allowed != nil && !slices.Contains(allowed, v) {
			return c, invalidRule("has a condition whose value does not exist")
		}
		switch fact {
		case "mcc":
			from, to, span := strings.Cut(v, "-")
			if !span {
				to = from
			}
			low, err1 := strconv.Atoi(from)
			high, err2 := strconv.Atoi(to)
			if err1 != nil || err2 != nil || low > high {
				return c, invalidRule("has a merchant code that is no number, nor from-to")
			}
			c.codes = append(c.codes, [2]int{low, high})
		case "text":
			star := strings.HasSuffix(v, "*")
			if v = " " + plainWords(strings.TrimSuffix(v, "*")); !star {
				v += " "
			}
		}
		c.values = append(c.values, v)
	}
	if (len(allowed) > 0 || allowed == nil) != (len(c.values) > 0) {
		return c, invalidRule("has a condition that lacks its value, or has one too many")
	}
	return c, nil
}

func invalidRule(why string) error { return fairlead.Errorf(fairlead.Invalid, "A rule %s.", why) }

// plainWords are the words of a text: without accents, in lower case, one space between.
func plainWords(text string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(text) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(unicode.ToLower(r))
		default:
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// movementFacts are a movement as rules see it.
type movementFacts struct {
	fairlead.Transaction
	card, company bool
	ofbType       string
	words         string // with a space before and after
}

func (b *builder) factsOf(a sourcedAccount, t fairlead.Transaction) movementFacts {
	party := ""
	if t.Counterparty != nil {
		party = t.Counterparty.Name
	}
	return movementFacts{
		Transaction: t, card: a.Kind == fairlead.AccountCard, company: b.level == Company,
		ofbType: typeOf(t), words: " " + plainWords(t.Description+" "+t.Original+" "+party) + " ",
	}
}

func (c condition) holds(m movementFacts) bool {
	switch c.fact {
	case "in":
		return m.Amount.Amount.Sign() >= 0
	case "out":
		return m.Amount.Amount.Sign() < 0
	case "card":
		return m.card
	case "account":
		return !m.card
	case "holder":
		return slices.Contains(c.values, personOrCompany(m.company))
	case "party":
		return m.Counterparty != nil && m.Counterparty.Kind != "" && slices.Contains(c.values, personOrCompany(m.Counterparty.Kind == fairlead.PersonCompany))
	case "type":
		return slices.Contains(c.values, m.ofbType)
	case "kind":
		return slices.Contains(c.values, m.Kind)
	case "mcc":
		code, err := strconv.Atoi(m.MCC)
		return err == nil && slices.ContainsFunc(c.codes, func(span [2]int) bool { return span[0] <= code && code <= span[1] })
	case "text":
		return slices.ContainsFunc(c.values, func(v string) bool { return strings.Contains(m.words, v) })
	}
	return false
}

func personOrCompany(company bool) string {
	if company {
		return "company"
	}
	return "person"
}

// classify is what the first rule that fits says of a movement.
func (b *builder) classify(a sourcedAccount, t fairlead.Transaction) (levels, bool) {
	m := b.factsOf(a, t)
	for _, rules := range [][]rule{b.rules, builtIn()} {
		for _, r := range rules {
			if !slices.ContainsFunc(r.conditions, func(c condition) bool { return !c.holds(m) }) {
				return r.says, true
			}
		}
	}
	return levels{}, false
}

// ownMoney are the categories of what is neither income nor spending.
var ownMoney = []string{"Transferências", "Investimentos", "Ajustes"}

// categories are there in categorised reports only: what the rules say, else null. The
// three flags are 1 or 0: fall, the movement counts as income or spending (it does not
// merely move between the person's own hands); fallMonth, it does, in the month of the
// report; fallCMonth, it does, in a month that is over.
func (b *builder) categories(a sourcedAccount, t fairlead.Transaction) object {
	if b.detail == 0 {
		return nil
	}
	says, known := b.classify(a, t)
	out := object{{"category", first(says[0])}, {"subCategory", first(says[1])}, {"subcategory", first(says[1])}}
	if b.detail == 3 {
		out = append(out, field{"thirdCategory", first(says[2])})
	}
	counts := known && !slices.Contains(ownMoney, says[0])
	now, then := b.Event.At.UTC(), moment(t)
	present := then.Year() == now.Year() && then.Month() == now.Month()
	return append(out, field{"fall", flag(counts)}, field{"fallMonth", flag(counts && present)}, field{"fallCMonth", flag(counts && !present)},
		field{"settlementType", settlement(a, t)})
}

func flag(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// settlements are the types of Open Finance Brasil that say how money was moved.
var settlements = []string{
	"TED", "DOC", "PIX", "TRANSFERENCIA_MESMA_INSTITUICAO", "BOLETO", "CONVENIO_ARRECADACAO", "DEPOSITO", "SAQUE", "CARTAO", "PORTABILIDADE_SALARIO", "FOLHA_PAGAMENTO",
}

// settlement is how a movement was settled; null where its type does not say.
func settlement(a sourcedAccount, t fairlead.Transaction) any {
	if a.Kind == fairlead.AccountCard {
		return "CARTAO"
	}
	if s := typeOf(t); slices.Contains(settlements, s) {
		return s
	}
	return nil
}
