package report

import (
	"slices"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
)

// The reports of this file have the shapes of the vendor's older generation (one list
// with a node for each account, names in snake case): those of the present one are not
// public. What they are about is said by the rules of the taxonomy.

// spans are the days that sums look back.
var spans = []struct {
	days int
	name string
}{{30, "30"}, {60, "60"}, {90, "90"}, {180, "180"}}

// analysed is an account with its booked movements, newest first.
type analysed struct {
	sourcedAccount
	rows []classified
}

// classified is a movement with what the taxonomy says of it; nothing where no rule fits.
type classified struct {
	fairlead.Transaction
	says levels
}

func (b *builder) analysed(fit func(fairlead.Account) bool) (out []analysed, err error) {
	accounts := b.accounts(fit)
	for _, a := range accounts {
		rows, err := b.transactions(a.ID, b.perAccount(accounts))
		if err != nil {
			return nil, err
		}
		one := analysed{sourcedAccount: a}
		for _, t := range rows {
			if t.State == fairlead.TransactionPosted {
				says, _ := b.classify(a, t)
				one.rows = append(one.rows, classified{t, says})
			}
		}
		out = append(out, one)
	}
	return out, nil
}

// owner is what the nodes of older reports say of the account.
func (b *builder) owner(a analysed) object {
	return object{
		{"bank_name", a.source.Institution.Name},
		{"bacen_name", a.source.Institution.Name},
		{"bacen_id", first(codeIn(a.source.Institution, "compe"), a.source.Code)},
		{"agency_number", first(a.Numbers.Branch)},
		{"account_number", first(a.Numbers.Number+a.Numbers.CheckDigit, a.Mask)},
		{"account_holder", b.holderOf(a.sourcedAccount)},
		{"cpf_verified", b.verified(a)},
	}
}

// verified reports whether the institution knows the account's holder by the tax id
// that the partner gave; null where it says none.
func (b *builder) verified(a analysed) any {
	var known []string
	for _, i := range b.people[a.source.Connection.ID] {
		for _, d := range i.Documents {
			known = append(known, d.Number)
		}
	}
	if len(known) == 0 {
		return nil
	}
	want := b.Person.PersonalTaxID
	if b.level == Company {
		want = b.Person.BusinessTaxID
	}
	return slices.Contains(known, want)
}

// stream is what of one kind came or went.
type stream struct {
	kind string
	rows []classified
}

// streams groups the movements of a category by their third level, most money first.
func streams(a analysed, fit func(levels) bool) (out []stream) {
	for _, t := range a.rows {
		if !fit(t.says) {
			continue
		}
		n := slices.IndexFunc(out, func(s stream) bool { return s.kind == t.says[2] })
		if n < 0 {
			n, out = len(out), append(out, stream{kind: t.says[2]})
		}
		out[n].rows = append(out[n].rows, t)
	}
	slices.SortStableFunc(out, func(x, y stream) int { return y.total().Cmp(x.total()) })
	return out
}

func (s stream) total() (sum fairlead.Decimal) {
	for _, t := range s.rows {
		sum = sum.Add(t.Amount.Amount.Abs())
	}
	return sum
}

// days are the two days of the month on which most of a stream comes; null without.
func (s stream) days() (most [2]any) {
	count := map[int]int{}
	for _, t := range s.rows {
		count[t.Booked.Day]++
	}
	var days []int
	for d := range count {
		days = append(days, d)
	}
	slices.SortFunc(days, func(x, y int) int {
		if count[x] != count[y] {
			return count[y] - count[x]
		}
		return x - y
	})
	for n := range min(len(days), 2) {
		most[n] = days[n]
	}
	return most
}

func (s stream) list() []object {
	out := []object{}
	for _, t := range s.rows {
		out = append(out, object{
			{"trans_amount", t.Amount.Amount.Round(2).String()}, {"trans_date", day(t.Booked)}, {"trans_description", first(t.Original, t.Description)},
		})
	}
	return out
}

// sums are the totals of the last days under a name.
func (b *builder) sums(name string, rows []classified, counts func(classified) bool) (out object) {
	for _, span := range spans {
		from, sum := b.Event.At.AddDate(0, 0, -span.days), fairlead.Decimal{}
		for _, t := range rows {
			if !t.Booked.Time().Before(from.Truncate(24*time.Hour)) && counts(t) {
				sum = sum.Add(t.Amount.Amount.Abs())
			}
		}
		out = append(out, field{name + "_last_" + span.name + "_days", sum.Round(2).String()})
	}
	return out
}

// covered is how many days the movements of an account reach back.
func (b *builder) covered(a analysed) int {
	if len(a.rows) == 0 {
		return 0
	}
	return int(b.Event.At.Sub(a.rows[len(a.rows)-1].Booked.Time()).Hours()/24) + 1
}

func all(classified) bool { return true }

func isIncome(says levels) bool {
	return strings.HasPrefix(says[0], "Renda") || strings.HasPrefix(says[0], "Receitas")
}

func isLiability(says levels) bool { return says[0] == "Crédito" && says[1] != "Contratação" }

// income reports where money comes from.
func (b *builder) income() error {
	found, err := b.flows("Income", "income", "income", isIncome, func(s stream) object {
		days := s.days()
		return object{
			{"income_stream_type", s.kind}, {"incomeDay", object{{"1st_income_day", days[0]}, {"2nd_income_day", days[1]}}}, {"incomeTransactions", s.list()},
		}
	})
	if !found {
		b.incomplete = codeNoIncome
	}
	return err
}

// liabilities reports what is paid for credit.
func (b *builder) liabilities() error {
	_, err := b.flows("Liabilities", "liability", "liabilities", isLiability, func(s stream) object {
		return object{{"liability_stream_type", s.kind}, {"liabilityTransactions", s.list()}}
	})
	return err
}

// flows reports under a key what of one kind comes to each account, or goes, stream by
// stream. found tells whether anything does.
func (b *builder) flows(key, one, many string, fit func(levels) bool, show func(stream) object) (found bool, err error) {
	accounts, err := b.analysed(func(a fairlead.Account) bool { return a.Kind == fairlead.AccountDepository })
	if err != nil {
		return false, err
	}
	list := []object{}
	for _, a := range accounts {
		streams, shown, rows := streams(a, fit), []object{}, []classified{}
		for _, s := range streams {
			shown, rows = append(shown, show(s)), append(rows, s.rows...)
		}
		found = found || len(rows) > 0
		node := append(b.owner(a), field{"days_covered", b.covered(a)}, field{"number_of_" + one + "_streams", len(streams)})
		node = append(append(node, b.sums("total_"+many, rows, all)...), field{one + "Stream", shown})
		list = append(list, node)
	}
	b.arrays = append(b.arrays, field{key, list})
	return found, nil
}

// insight reports cash flow, balances and habits of each account.
func (b *builder) insight() error {
	accounts, err := b.analysed(func(a fairlead.Account) bool { return a.Kind == fairlead.AccountDepository })
	if err != nil {
		return err
	}
	cards, err := b.cardSpending()
	if err != nil {
		return err
	}
	list := []object{}
	for _, a := range accounts {
		balance := func(fit func(fairlead.Account) bool) any {
			if !fit(a.Account) || a.Balances.Current == nil {
				return nil
			}
			return a.Balances.Current.Amount.Round(2).String()
		}
		outside := func(sign int) func(classified) bool { // of the person's hands
			return func(t classified) bool {
				own := t.says[1] == "Entre Contas Próprias" || t.says[0] == "Investimentos"
				return !own && t.Amount.Amount.Sign() == sign
			}
		}
		flow := slices.Concat(b.sums("inflow", a.rows, outside(1)), b.sums("outflow", a.rows, outside(-1)), object{
			{"saving_account_balance", balance(isSavings)}, {"checking_account_balance", balance(isChecking)},
		}, b.averages(a))
		var limit any
		if m := a.Balances.OverdraftContracted; m != nil {
			limit = m.Amount.Round(2).String()
		}
		list = append(list, append(b.owner(a), object{
			{"creditAnalysis", []object{{{"overdraft_limit", limit}, {"preapproved_loan", nil}}}},
			{"cashflowAnalysis", []object{flow}},
			{"financialProfile", []object{b.profile(a)}},
			{"creditcardSpending", cards[a.source.Connection.ID]},
		}...))
	}
	b.arrays = append(b.arrays, field{"financial_insight", list})
	return nil
}

// averages are the mean balances at the end of the last days; null where the balance
// after movements is not known so far back.
func (b *builder) averages(a analysed) (out object) {
	today := fairlead.DateOf(b.Event.At)
	for _, span := range spans {
		var average any
		if sum, ok := endOfDaySum(a.rows, today, span.days); ok {
			average = sum.Mul(fairlead.NewDecimal(1_000_000_000/int64(span.days), 9)).Round(2).String()
		}
		out = append(out, field{"avg_daily_balance_last_" + span.name + "_days", average})
	}
	return out
}

// endOfDaySum adds up what the account held at the end of each of the last days. The
// rows are newest first.
func endOfDaySum(rows []classified, today fairlead.Date, days int) (sum fairlead.Decimal, ok bool) {
	at := 0
	for n := range days {
		for at < len(rows) && rows[at].Booked.After(today.AddDays(-n)) {
			at++
		}
		if at == len(rows) || rows[at].BalanceAfter == nil {
			return sum, false
		}
		sum = sum.Add(rows[at].BalanceAfter.Amount)
	}
	return sum, true
}

// profile says by the taxonomy and by words what of an account lenders look for.
func (b *builder) profile(a analysed) object {
	signs := map[string]bool{}
	for _, t := range a.rows {
		m, out, says := b.factsOf(a.sourcedAccount, t.Transaction), t.Amount.Amount.Sign() < 0, t.says
		for sign, shows := range map[string]bool{
			"iof": out && strings.Contains(m.words, " iof "), "has_inss": !out && strings.Contains(m.words, " inss "),
			"has_severance":       !out && (strings.Contains(m.words, " rescisao ") || strings.Contains(m.words, " verbas rescisorias ")),
			"atm_withdrawal":      says[1] == "Saques",
			"has_iptu_payment":    says[2] == "IPTU",
			"has_ipva_payment":    says[2] == "IPVA",
			"overdraft_interest":  says[2] == "Juros de cheque especial",
			"has_returned_cheque": strings.Contains(m.words, " cheque devolvido "), "additional_overdraft_interest": strings.Contains(m.words, " adiantamento a depositante"),
		} {
			signs[sign] = signs[sign] || shows
		}
	}
	out := object{}
	for _, sign := range []string{
		"iof", "has_inss", "has_severance", "atm_withdrawal", "has_iptu_payment", "has_ipva_payment", "overdraft_interest", "has_returned_cheque",
		"additional_overdraft_interest",
	} {
		out = append(out, field{sign, signs[sign]})
	}
	return out
}
