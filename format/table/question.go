package table

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/fairlead-dev/fairlead/format"
)

// guess says what the columns of an unknown table hold, and whether only that can be
// meant: one column of days and one of amounts (or one each for in and out) that are
// called so, and every other column of amounts known by name.
func guess(t *table, e *evidence) (roles []role, sure bool) {
	roles = make([]role, len(e.columns))
	ranks := make([]int, len(e.columns))
	for i := range e.columns {
		w := word{}
		if i < len(t.header) {
			w = wordOf(t.header[i]).among(t.header[i], &e.columns[i])
		}
		roles[i], ranks[i] = fitting(w, &e.columns[i]), w.rank
	}
	onlyBest(roles, ranks, roleDate, roleValueDate)
	onlyBest(roles, ranks, roleAmount, "")
	onlyBest(roles, ranks, roleBalance, "")
	onlyBest(roles, ranks, roleCurrency, "")
	onlyBest(roles, ranks, roleMoneyIn, "")
	onlyBest(roles, ranks, roleMoneyOut, "")
	emptyCurrency(roles, t, e)
	sure = complete(roles)
	for i := range e.columns {
		if roles[i] != roleAccount {
			continue
		}
		switch ofOthers(roles, i, e) {
		case certainly:
			roles[i], sure = roleIgnore, false
		case possibly:
			sure = false
		}
	}
	for i := range e.columns {
		c := &e.columns[i]
		if roles[i] == "" && c.mostly(c.amounts) && c.fractions > 0 && !c.mostly(c.days) {
			sure = false // some amount that nobody knows the meaning of
		}
	}
	if !sure {
		byContent(t, roles, e)
	}
	for i := range roles {
		if roles[i] == "" {
			roles[i] = roleIgnore
		}
	}
	return roles, sure
}

// among decides what a word of two languages means by what its column holds: "Valuta" is a
// day in German and a currency in Dutch and Swedish, as it is where there is nothing below it.
func (w word) among(header string, c *column) word {
	if w.role != "" || fold(plain(header)) != "valuta" {
		return w
	}
	w.role, w.rank = roleCurrency, 2
	if c.mostly(c.days) {
		w.role = roleValueDate
	}
	return w
}

// emptyCurrency gives an empty column that is called a currency its role, where no other
// one has it.
func emptyCurrency(roles []role, t *table, e *evidence) {
	if slices.Contains(roles, roleCurrency) {
		return
	}
	for i := range min(len(t.header), len(e.columns)) {
		c := &e.columns[i]
		if c.filled == 0 && wordOf(t.header[i]).among(t.header[i], c).role == roleCurrency {
			roles[i] = roleCurrency
			return
		}
	}
}

const (
	possibly  = "possibly"
	certainly = "certainly"
)

// ofOthers says whether a column that is called an account holds those of the payees: a
// file's own account is in every row, is not next to the payee's name, and is not another
// one in each of the first rows.
func ofOthers(roles []role, at int, e *evidence) string {
	c := &e.columns[at]
	for i := range e.columns {
		if roles[i] == roleDate && c.filled < e.columns[i].filled {
			return certainly
		}
	}
	if at > 0 && roles[at-1] == rolePayee {
		return certainly
	}
	for i, s := range c.samples {
		if slices.Contains(c.samples[:i], s) {
			return ""
		}
	}
	if len(c.samples) < 3 {
		return ""
	}
	return possibly
}

// fitting is the role that a column's header gives it, if its cells are of that kind.
func fitting(w word, c *column) role {
	switch {
	case c.filled == 0 && w.role != roleMoneyIn && w.role != roleMoneyOut && w.role != roleBalance:
		return ""
	case w.role == roleDate || w.role == roleValueDate:
		if !c.mostly(c.days) {
			return ""
		}
	case w.role == roleAmount || w.role == roleMoneyIn || w.role == roleMoneyOut || w.role == roleBalance:
		if c.filled > 0 && !c.mostly(c.amounts) {
			return ""
		}
	case w.role == roleCurrency:
		if !c.mostly(c.codes) {
			return ""
		}
	}
	return w.role
}

// onlyBest leaves a role to the column of the highest rank, if that is one alone; the
// others get another role.
func onlyBest(roles []role, ranks []int, of, otherwise role) {
	best, count := 0, 0
	for i, r := range roles {
		if r != of {
			continue
		}
		if ranks[i] > best {
			best, count = ranks[i], 0
		}
		if ranks[i] == best {
			count++
		}
	}
	for i, r := range roles {
		if r == of && (ranks[i] < best || count > 1) {
			roles[i] = otherwise
		}
	}
}

// complete reports whether the roles without which nothing can be read are there once.
func complete(roles []role) bool {
	n := map[role]int{}
	for _, r := range roles {
		n[r]++
	}
	amounts := n[roleAmount] == 1 && n[roleMoneyIn]+n[roleMoneyOut] == 0
	both := n[roleAmount] == 0 && n[roleMoneyIn] == 1 && n[roleMoneyOut] == 1
	return n[roleDate] == 1 && (amounts || both)
}

// byContent proposes the missing roles by what the cells are.
func byContent(t *table, roles []role, e *evidence) {
	first := func(of role, fits func(c *column) bool) {
		if slices.Contains(roles, of) {
			return
		}
		for i := range e.columns {
			if (roles[i] == "" || roles[i] == roleValueDate && of == roleDate) && e.columns[i].filled > 0 && fits(&e.columns[i]) {
				roles[i] = of
				return
			}
		}
	}
	first(roleDate, func(c *column) bool { return c.mostly(c.days) })
	alternating(t, roles, e)
	if !slices.Contains(roles, roleEither) && !slices.Contains(roles, roleMoneyIn) && !slices.Contains(roles, roleMoneyOut) {
		money := func(c *column) bool { return c.mostly(c.amounts) && !c.mostly(c.days) }
		first(roleAmount, func(c *column) bool { return money(c) && c.negative > 0 })
		first(roleAmount, func(c *column) bool { return money(c) && c.fractions > 0 })
		first(roleAmount, money)
	}
	first(roleCurrency, func(c *column) bool { return c.mostly(c.codes) })
	longest := 0
	for i := range e.columns {
		if c := &e.columns[i]; roles[i] == "" && !c.mostly(c.amounts) && !c.mostly(c.days) {
			longest = max(longest, c.length)
		}
	}
	first(roleDescription, func(c *column) bool { return c.length == longest && longest > 0 })
}

// openError is the error that returns the questions.
func (r *resolver) openError(reason string) *format.Error {
	e := &format.Error{Kind: format.Open, Reason: reason, Layout: r.name}
	if r.layout == nil || !r.readable() {
		e.Questions = r.columnQuestions()
	}
	names := make([]string, 0, len(r.open))
	for name := range r.open {
		names = append(names, name)
	}
	order := []string{format.AskDates, format.AskDecimal, askSign, format.AskCurrency}
	slices.SortFunc(names, func(a, b string) int { return cmp.Compare(slices.Index(order, a), slices.Index(order, b)) })
	for _, name := range names {
		e.Questions = append(e.Questions, r.open[name])
	}
	return e
}

// columnQuestions asks what each column holds.
func (r *resolver) columnQuestions() (all []format.Question) {
	guessed := make([]role, len(r.seen.columns))
	either := r.columns[roleEither]
	for of, list := range r.columns {
		for _, i := range list {
			if i < len(guessed) && slices.Contains(choices, string(of)) {
				guessed[i] = of
			}
		}
	}
	for i := range r.seen.columns {
		q := format.Question{Name: format.AskColumn + strconv.Itoa(i+1), Choices: choices, Value: string(cmp.Or(guessed[i], roleIgnore)), Sample: r.seen.columns[i].samples}
		if slices.Contains(either, i) {
			q.Value, q.Needed = "", true
		}
		if i < len(r.header) {
			q.Header = clip(plain(r.header[i]))
		}
		if q.Header == "" && r.seen.columns[i].filled == 0 {
			continue // a separator at the end of each row
		}
		all = append(all, q)
	}
	return all
}
