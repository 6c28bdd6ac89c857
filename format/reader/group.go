package reader

import (
	"cmp"
	"slices"

	"github.com/fairlead-dev/fairlead/format"
)

// grouped are the parts by account, in the order in which accounts are first met. Parts
// are one account where that is certain, directly or by others between them; never
// where two of them are different, and not where a part may be either of two.
func grouped(parts []*part) [][]*part {
	l := likenessOf(parts)
	members := make([]bits, len(parts)) // of the group that a part is the first of
	group := make([]int, len(parts))
	for i := range parts {
		group[i], members[i] = i, newBits(len(parts))
		members[i].add(i)
	}
	for i := range parts {
		if l.torn(i) {
			continue
		}
		for j := range i {
			from, to := max(group[i], group[j]), min(group[i], group[j])
			if from == to || !l.certain[i].has(j) || l.torn(j) || l.different(members[from], members[to]) {
				continue
			}
			members[to].addAll(members[from])
			for k := range parts {
				if members[from].has(k) {
					group[k] = to
				}
			}
		}
	}
	index := make([]int, len(parts)) // of the result, plus one
	var groups [][]*part
	for i, p := range parts {
		if index[group[i]] == 0 {
			groups = append(groups, nil)
			index[group[i]] = len(groups)
		}
		at := index[group[i]] - 1
		groups[at] = append(groups[at], p)
	}
	return groups
}

// likeness is how every two parts are alike, as sets of indexes.
type likeness struct {
	certain, differs []bits
	isTorn           []bool
}

func likenessOf(parts []*part) likeness {
	n := len(parts)
	l := likeness{make([]bits, n), make([]bits, n), make([]bool, n)}
	names := make([]format.Prepared, n)
	for i, p := range parts {
		names[i] = namesOf(p).Prepare()
		l.certain[i], l.differs[i] = newBits(n), newBits(n)
	}
	rows := nameless{parts: parts}
	for i := range parts {
		for j := range i {
			switch of := names[i].Same(names[j]); {
			case of == format.Certain, of == format.Possible && rows.same(i, j):
				l.certain[i].add(j)
				l.certain[j].add(i)
			case of == format.Different:
				l.differs[i].add(j)
				l.differs[j].add(i)
			}
		}
	}
	for i := range parts {
		l.isTorn[i] = l.different(l.certain[i], l.certain[i])
	}
	return l
}

// torn reports whether a part certainly is one with two that are different.
func (l likeness) torn(i int) bool { return l.isTorn[i] }

// different reports whether one of some is another account than one of others.
func (l likeness) different(some, others bits) bool {
	for i := range l.differs {
		if some.has(i) && l.differs[i].meets(others) {
			return true
		}
	}
	return false
}

// bits is a set of small numbers.
type bits []uint64

func newBits(n int) bits      { return make(bits, (n+63)/64) }
func (b bits) add(i int)      { b[i/64] |= 1 << (i % 64) }
func (b bits) has(i int) bool { return b[i/64]&(1<<(i%64)) != 0 }
func (b bits) addAll(others bits) {
	for i := range b {
		b[i] |= others[i]
	}
}

func (b bits) meets(others bits) bool {
	for i := range b {
		if b[i]&others[i] != 0 {
			return true
		}
	}
	return false
}

// namesOf are the names of a part with what else it says of them.
func namesOf(p *part) format.Names {
	n := p.account.Names
	n.Currency = cmp.Or(n.Currency, p.account.Currency)
	return n
}

// fullest are the names of the part that says most, the same whatever the order of the
// files.
func fullest(g []*part) format.Names {
	best := namesOf(g[0])
	for _, p := range g[1:] {
		if n := namesOf(p); compareNames(n, best) > 0 {
			best = n
		}
	}
	return best
}

func compareNames(a, b format.Names) int {
	x, y := fields(a), fields(b)
	return cmp.Or(cmp.Compare(said(x), said(y)), cmp.Compare(len(a.Number), len(b.Number)), slices.Compare(x, y))
}

func fields(n format.Names) []string {
	return []string{n.Scheme, n.Bank, n.Branch, n.Number, n.Type, n.Key, n.Currency}
}

// said counts what is not empty.
func said(all []string) (n int) {
	for _, s := range all {
		if s != "" {
			n++
		}
	}
	return n
}
