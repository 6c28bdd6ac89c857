package reader

import (
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"slices"

	"github.com/fairlead-dev/fairlead"
)

// digest stands for texts: those of other texts are others, for all that can be made.
type digest [16]byte

func digestOf(texts ...string) digest {
	var b []byte
	for _, s := range texts {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	sum := sha256.Sum256(b)
	return digest(sum[:16])
}

// row is a transaction or a movement as merging sees it. Its letters are what it says, by
// which it is known again in another file of its account.
type row struct {
	named   bool   // it has an id
	ref     digest // the id
	day     fairlead.Date
	letters digest // of amount and text
}

func transactionRow(t *fairlead.Transaction) row {
	text := t.Description
	if text == "" {
		text = t.Original
	}
	return row{t.Ref != "", digestOf(t.Ref), t.Booked, digestOf(plain(t.Amount), text)}
}

func movementRow(m *fairlead.InvestmentTransaction) row {
	text := m.Kind + " " + m.SecurityRef + " " + m.Description
	if m.Quantity != nil {
		text += " " + m.Quantity.Round(12).String()
	}
	return row{m.Ref != "", digestOf(m.Ref), m.Traded, digestOf(plain(m.Amount), text)}
}

// plain is money with two decimals or as many as it has, so that 1 and 1.00 are one.
func plain(m fairlead.Money) string {
	a := m.Amount
	for a.Scale() > 2 && a.Round(a.Scale()-1).Equal(a) {
		a = a.Round(a.Scale() - 1)
	}
	if a.Scale() < 2 {
		a = a.Round(2)
	}
	return a.String() + m.Currency
}

// mergedTransactions are the rows of an account, each once, in the order of the files.
func mergedTransactions(g []*part) Rows[fairlead.Transaction] {
	if len(g) == 1 {
		return allOf(g[0].rows.transactions)
	}
	return withoutBooked(distinct(withoutOldPending(g), transactionRow))
}

func mergedMovements(g []*part) Rows[fairlead.InvestmentTransaction] {
	if len(g) == 1 {
		return allOf(g[0].rows.movements)
	}
	lists := make([]Rows[fairlead.InvestmentTransaction], len(g))
	for i, p := range g {
		lists[i] = allOf(p.rows.movements)
	}
	return distinct(lists, movementRow)
}

// distinct are the rows of several files of one account. Inside a file each row counts:
// twins stay two. Across files a row is the same where id and letters are; where one of
// the two has no id, or a file's ids were made anew, where the letters are, so many
// times as the file that has most of them has them.
func distinct[T any](lists []Rows[T], of func(*T) row) (all Rows[T]) {
	var files []*listed
	in := newInterned()
	for _, list := range lists {
		if list.Len() == 0 {
			continue
		}
		l := listOf(in, list, of)
		all.append(list.where(l.missingIn(files)))
		files = append(files, l)
	}
	return all
}

// interned numbers what rows say, so that many files are compared by numbers.
type interned struct {
	letters map[dated]int32
	rows    map[numberedRow]int32
	days    map[fairlead.Date]int32
}

// dated are letters of a day.
type dated struct {
	day     fairlead.Date
	letters digest
}

// numberedRow is an id with its letters.
type numberedRow struct {
	ref     digest
	letters int32
}

func newInterned() *interned {
	return &interned{map[dated]int32{}, map[numberedRow]int32{}, map[fairlead.Date]int32{}}
}

// numberOf is the number of a value, a new one where it has none.
func numberOf[K comparable](of map[K]int32, k K) int32 {
	n, known := of[k]
	if !known {
		n = int32(len(of))
		of[k] = n
	}
	return n
}

// entry is one row in numbers.
type entry struct {
	letters, row int32
	named        bool // it has an id
}

// listed are the rows of one file that are counted.
type listed struct {
	in        *interned
	rows      []entry
	byRow     map[int32]int32   // how often each id with its letters; those with an id alone
	byLetters map[int32]int32   // how often each
	nameless  map[int32]int32   // of those, without an id
	byDay     map[int32][]int32 // indexes of rows
}

func listOf[T any](in *interned, rows Rows[T], of func(*T) row) *listed {
	l := &listed{
		in: in, rows: make([]entry, 0, rows.Len()), byRow: map[int32]int32{}, byLetters: map[int32]int32{}, nameless: map[int32]int32{}, byDay: map[int32][]int32{},
	}
	for t := range rows.All() {
		l.add(of(t))
	}
	return l
}

func (l *listed) add(r row) {
	e := entry{letters: numberOf(l.in.letters, dated{r.day, r.letters}), named: r.named}
	if e.named {
		e.row = numberOf(l.in.rows, numberedRow{r.ref, e.letters})
		l.byRow[e.row]++
	} else {
		l.nameless[e.letters]++
	}
	day := numberOf(l.in.days, r.day)
	l.byDay[day] = append(l.byDay[day], int32(len(l.rows)))
	l.rows = append(l.rows, e)
	l.byLetters[e.letters]++
}

// missingIn says of each row whether none of the earlier files has it.
func (l *listed) missingIn(earlier []*listed) []bool {
	fresh := make([]bool, len(l.rows))
	for i := range fresh {
		fresh[i] = true
	}
	byRow, byLetters := make([]int32, len(l.in.rows)), make([]int32, len(l.in.letters)) // how many of this file an earlier one has
	for _, e := range earlier {
		anew := l.madeAnew(e)
		for i, r := range l.rows {
			if r.named && byRow[r.row] < e.byRow[r.row] { // the very same
				byRow[r.row]++
				byLetters[r.letters]++
				fresh[i] = false
			}
		}
		for i, r := range l.rows {
			n := e.byLetters[r.letters]
			if n == 0 || r.named && e.byRow[r.row] > 0 {
				continue
			}
			if r.named && !anew { // only rows without an id may be it
				n = min(n, byLetters[r.letters]+e.nameless[r.letters])
			}
			if byLetters[r.letters] < n {
				byLetters[r.letters]++
				fresh[i] = false
			}
		}
		for _, r := range l.rows {
			byLetters[r.letters] = 0
			if r.named {
				byRow[r.row] = 0
			}
		}
	}
	return fresh
}

// madeAnew reports whether two files give other ids to the same rows: they share days,
// on each of which one has all letters of the other, and no id with its letters.
func (l *listed) madeAnew(e *listed) bool {
	for _, r := range l.rows {
		if r.named && e.byRow[r.row] > 0 {
			return false
		}
	}
	shared := false
	for day, mine := range l.byDay {
		theirs := e.byDay[day]
		if len(theirs) == 0 {
			continue
		}
		shared = true
		if !within(l, mine, e) && !within(e, theirs, l) {
			return false
		}
	}
	return shared
}

// within reports whether rows of a file are in another, as often or more.
func within(a *listed, rows []int32, b *listed) bool {
	for _, i := range rows {
		if r := a.rows[i].letters; a.byLetters[r] > b.byLetters[r] {
			return false
		}
	}
	return true
}

// withoutOldPending are the transactions of each part, those pending only as the newest
// complete list has them: what an older file has besides has been booked or is gone.
func withoutOldPending(g []*part) []Rows[fairlead.Transaction] {
	var newest *part
	for _, p := range g {
		if p.account.Complete.Pending && (newest == nil || !p.newest.Before(newest.newest)) {
			newest = p
		}
	}
	lists := make([]Rows[fairlead.Transaction], len(g))
	for i, p := range g {
		lists[i] = allOf(p.rows.transactions)
		if newest != nil && p != newest && !p.newest.After(newest.newest) && p.rows.pending > 0 {
			lists[i] = lists[i].where(each(lists[i], func(t *fairlead.Transaction) bool { return !isPending(t) }))
		}
	}
	return lists
}

// each is what is said of every row.
func each[T any](rows Rows[T], is func(*T) bool) []bool {
	all := make([]bool, 0, rows.Len())
	for row := range rows.All() {
		all = append(all, is(row))
	}
	return all
}

func isPending(t *fairlead.Transaction) bool { return t.State == fairlead.TransactionPending }

// bookedWithin are the days within which a pending row is booked.
const bookedWithin = 10

// booked are the booked rows that pending ones may be.
type booked struct {
	refs    map[digest]bool   // of pending rows; true where a booked one has or had it
	letters map[digest]bool   // of pending rows
	byDay   map[dated][]int32 // indexes of booked rows with such letters
}

// withoutBooked leaves out pending rows that have been booked: by the id that a booked
// row has or had while pending, or where amount and text are the same and the day soon
// after.
func withoutBooked(all Rows[fairlead.Transaction]) Rows[fairlead.Transaction] {
	b := booked{map[digest]bool{}, map[digest]bool{}, map[dated][]int32{}}
	for t := range all.All() {
		if isPending(t) {
			r := transactionRow(t)
			b.letters[r.letters] = true
			if r.named {
				b.refs[r.ref] = false
			}
		}
	}
	if len(b.letters) == 0 {
		return all
	}
	n := int32(0)
	for t := range all.All() {
		if !isPending(t) {
			b.add(t, n)
		}
		n++
	}
	return all.where(each(all, func(t *fairlead.Transaction) bool { return !isPending(t) || !b.take(t) }))
}

func (b *booked) add(t *fairlead.Transaction, index int32) {
	for _, ref := range []string{t.Ref, t.PendingRef} {
		if d := digestOf(ref); ref != "" {
			if _, pending := b.refs[d]; pending {
				b.refs[d] = true
			}
		}
	}
	if r := transactionRow(t); b.letters[r.letters] {
		of := dated{r.day, r.letters}
		b.byDay[of] = append(b.byDay[of], index)
	}
}

// take reports whether a pending row has been booked. Each booked row is one pending row
// alone, where they have no id in common: the first that can be.
func (b *booked) take(t *fairlead.Transaction) bool {
	r := transactionRow(t)
	if r.named && b.refs[r.ref] {
		return true
	}
	var first dated
	for n := range bookedWithin + 1 {
		of := dated{r.day, r.letters}
		if n > 0 {
			of.day = r.day.AddDays(n)
		}
		if rows := b.byDay[of]; len(rows) > 0 && (first == dated{} || rows[0] < b.byDay[first][0]) {
			first = of
		}
	}
	if first == (dated{}) {
		return false
	}
	b.byDay[first] = b.byDay[first][1:]
	return true
}

// mergedHoldings are positions: where a file lists all of them, the newest such list;
// else the newest of each.
func mergedHoldings(g []*part) (all Rows[fairlead.Holding]) {
	order := slices.Clone(g)
	slices.SortStableFunc(order, func(a, b *part) int { return b.newest.Compare(a.newest) })
	seen := map[digest]bool{}
	for _, p := range order {
		own := map[digest]bool{}
		rows := allOf(p.rows.holdings)
		all.append(rows.where(each(rows, func(h *fairlead.Holding) bool {
			key := h.Ref
			if key == "" {
				key = "security " + h.SecurityRef
			}
			d := digestOf(key)
			own[d] = true
			return !seen[d]
		})))
		maps.Copy(seen, own)
		if p.account.Complete.Holdings {
			break
		}
	}
	return all
}
