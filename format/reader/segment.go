package reader

import (
	"iter"
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// Rows are rows of files in little memory: reading one makes a new value of it. They
// may be read by several at once. The zero value has none.
type Rows[T any] struct {
	segments []segment[T]
	n        int
}

// segment is some rows of one account of one file.
type segment[T any] struct {
	of    *format.Packed[T]
	picks []int32 // indexes of those that count, rising; nil: all
	ref   string  // of the account
}

func (s segment[T]) len() int {
	if s.picks != nil {
		return len(s.picks)
	}
	return s.of.Len()
}

// from gives the rows from an index among those that count on.
func (s segment[T]) from(first int) iter.Seq[*T] {
	return func(yield func(*T) bool) {
		picks := s.picks
		if picks == nil {
			for _, row := range s.of.From(first) {
				if refer(row, s.ref); !yield(row) {
					return
				}
			}
			return
		}
		if picks = picks[first:]; len(picks) == 0 {
			return
		}
		for n, row := range s.of.From(int(picks[0])) {
			if n != int(picks[0]) {
				continue
			}
			picks = picks[1:]
			if refer(row, s.ref); !yield(row) || len(picks) == 0 {
				return
			}
		}
	}
}

// refer gives a row its account.
func refer(row any, ref string) {
	switch row := row.(type) {
	case *fairlead.Transaction:
		row.AccountRef = ref
	case *fairlead.Holding:
		row.AccountRef = ref
	case *fairlead.InvestmentTransaction:
		row.AccountRef = ref
	}
}

// allOf are all rows of a list; nil has none.
func allOf[T any](p *format.Packed[T]) Rows[T] {
	if p == nil || p.Len() == 0 {
		return Rows[T]{}
	}
	return Rows[T]{[]segment[T]{{of: p}}, p.Len()}
}

// Len is how many rows there are.
func (r Rows[T]) Len() int { return r.n }

// All gives every row, each a value of its own.
func (r Rows[T]) All() iter.Seq[*T] { return r.from(0) }

// At are the rows from one index up to another, which is not among them.
func (r Rows[T]) At(from, to int) []*T {
	if to <= from {
		return nil
	}
	all := make([]*T, 0, to-from)
	for row := range r.from(from) {
		if all = append(all, row); len(all) == to-from {
			break
		}
	}
	return all
}

func (r Rows[T]) from(first int) iter.Seq[*T] {
	return func(yield func(*T) bool) {
		for _, s := range r.segments {
			if n := s.len(); first >= n {
				first -= n
				continue
			}
			for row := range s.from(first) {
				if !yield(row) {
					return
				}
			}
			first = 0
		}
	}
}

// WithRefs are the rows of those accounts that refs has, with the Ref that it gives for
// theirs.
func (r Rows[T]) WithRefs(refs map[string]string) Rows[T] {
	var out Rows[T]
	for _, s := range r.segments {
		if ref, known := refs[s.ref]; known {
			s.ref = ref
			out.segments = append(out.segments, s)
			out.n += s.len()
		}
	}
	return out
}

// of are the rows as those of an account.
func (r Rows[T]) of(ref string) Rows[T] {
	out := Rows[T]{slices.Clone(r.segments), r.n}
	for i := range out.segments {
		out.segments[i].ref = ref
	}
	return out
}

func (r *Rows[T]) append(more Rows[T]) {
	r.segments = append(r.segments, more.segments...)
	r.n += more.n
}

// where are the rows that count, by their indexes.
func (r Rows[T]) where(counts []bool) Rows[T] {
	var out Rows[T]
	for _, s := range r.segments {
		own := counts[:s.len()]
		counts = counts[len(own):]
		if n := count(own); n == 0 {
			continue
		} else if n < len(own) {
			s.picks = s.picked(own, n)
		}
		out.segments = append(out.segments, s)
		out.n += s.len()
	}
	return out
}

func (s segment[T]) picked(counts []bool, n int) []int32 {
	picks := make([]int32, 0, n)
	for i, is := range counts {
		switch {
		case !is:
		case s.picks != nil:
			picks = append(picks, s.picks[i])
		default:
			picks = append(picks, int32(i))
		}
	}
	return picks
}

func count(all []bool) (n int) {
	for _, is := range all {
		if is {
			n++
		}
	}
	return n
}
