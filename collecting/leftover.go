package collecting

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/fairlead-dev/fairlead"
)

// matchedByFingerprint reports whether records of the kind may be recognised by
// their fingerprint although both sides have ids. The others are known by id only.
func matchedByFingerprint(kind fairlead.RecordKind) bool {
	switch kind {
	case fairlead.DocumentRecord, fairlead.SecurityRecord, fairlead.IdentityRecord:
		return false
	}
	return true
}

// pairLeftovers pairs by fingerprint what no id has paired, account by account.
func (m *matching) pairLeftovers(ctx context.Context, kind fairlead.RecordKind, l lookup) error {
	left := map[fairlead.RecordID][]int{}
	var accounts []fairlead.RecordID
	for i, a := range m.in {
		if !m.isOpen(i) {
			continue
		}
		if _, ok := left[a.record.Account]; !ok {
			accounts = append(accounts, a.record.Account)
		}
		left[a.record.Account] = append(left[a.record.Account], i)
	}
	for _, account := range accounts {
		empty, err := l.isEmpty(ctx, kind, account)
		if err != nil {
			return err
		}
		if empty {
			continue
		}
		candidates, err := m.candidates(ctx, kind, account, left[account], l)
		if err != nil {
			return err
		}
		m.dropSuperseded(left[account], candidates)
		m.pairSame(left[account], candidates)
		m.pairPosted(left[account], candidates)
		if kind == fairlead.TransactionRecord {
			m.pairAlikePosted(left[account], candidates)
		}
	}
	return nil
}

// candidates are the stored records of the account on the days of what is left over.
func (m *matching) candidates(ctx context.Context, kind fairlead.RecordKind, account fairlead.RecordID, left []int, l lookup) ([]*known, error) {
	var found []fairlead.Record
	for _, span := range m.spans(kind, left) {
		records, err := l.between(ctx, kind, account, span)
		if err != nil {
			return nil, err
		}
		found = append(found, records...)
	}
	if kind == fairlead.TransactionRecord {
		records, err := l.pending(ctx, account)
		if err != nil {
			return nil, err
		}
		found = append(found, records...)
	}
	var out []*known
	listed := map[fairlead.RecordID]bool{}
	for _, r := range found {
		if k := m.add(r); !listed[r.ID] {
			listed[r.ID] = true
			out = append(out, k)
		}
	}
	return out, nil
}

// spans are the days to query, days near each other in one query.
func (m *matching) spans(kind fairlead.RecordKind, left []int) []fairlead.Interval {
	if !kind.HasDate() {
		return []fairlead.Interval{{}}
	}
	var spans []fairlead.Interval
	for _, i := range left {
		a := m.in[i]
		to := a.record.Day
		if a.pending() {
			to = to.AddDays(pendingWindow)
		}
		spans = append(spans, fairlead.Interval{From: a.record.Day, To: to})
	}
	slices.SortFunc(spans, func(a, b fairlead.Interval) int { return a.From.Compare(b.From) })
	merged := spans[:1]
	for _, s := range spans[1:] {
		last := &merged[len(merged)-1]
		if s.From.After(last.To.AddDays(7)) {
			merged = append(merged, s)
		} else if s.To.After(last.To) {
			last.To = s.To
		}
	}
	return merged
}

// dropSuperseded drops pending copies of what is stored as posted already.
func (m *matching) dropSuperseded(left []int, candidates []*known) {
	was := map[string]bool{}
	for _, k := range candidates {
		if !k.pending() {
			var t struct {
				PendingRef string `json:"pending_ref"`
			}
			if json.Unmarshal(k.record.Body, &t) == nil && t.PendingRef != "" && t.PendingRef != k.record.Ref {
				was[t.PendingRef] = true
			}
		}
	}
	for _, i := range left {
		if a := m.in[i]; a.hasID && a.pending() && was[a.record.Ref] {
			m.out[i].drop = true
		}
	}
}

// pairSame pairs equal fingerprints as a multiset: each stored one is taken once. Two
// things that both have ids are the same only where ids were re-issued.
func (m *matching) pairSame(left []int, candidates []*known) {
	groups := map[fingerprint][]*known{}
	for _, k := range candidates {
		if !k.taken && !k.seen {
			groups[k.fingerprint()] = append(groups[k.fingerprint()], k)
		}
	}
	for _, i := range left {
		a := m.in[i]
		if !m.isOpen(i) || a.fingerprint() == (fingerprint{}) {
			continue
		}
		group := groups[a.fingerprint()]
		if !a.record.Kind.HasDate() && (len(group) != 1 || m.countSame(left, a) != 1) {
			continue
		}
		m.takeFirst(i, group, func(k *known) bool { return !(a.hasID && k.hasID()) || m.reissued(a) })
	}
}

// countSame counts the leftovers with the fingerprint of a.
func (m *matching) countSame(left []int, a *incoming) int {
	n := 0
	for _, j := range left {
		if m.in[j].fingerprint() == a.fingerprint() {
			n++
		}
	}
	return n
}

// reissued reports whether ids changed for the whole block that a lies in: it was
// shown completely, and none of the ids stored for it came again.
func (m *matching) reissued(a *incoming) bool {
	b := block{a.record.Account, a.record.Day}
	return m.covered(b.account, b.day) && (!a.record.Kind.HasDate() || !m.met[b])
}

// pairAlikePosted recognises pending transactions in posted ones of the same amount whose
// texts share most of their words: institutions write a shop's name otherwise once a payment
// is booked. Only a few days apart, and only where it is one to one.
func (m *matching) pairAlikePosted(left []int, candidates []*known) {
	fits := func(i int, k *known) bool {
		a := m.in[i]
		return m.isOpen(i) && !a.pending() && k.pending() && !k.taken && !k.seen && a.fingerprint().amount == k.fingerprint().amount &&
			!a.record.Day.Before(k.record.Day.AddDays(-alikeWindow)) && !a.record.Day.After(k.record.Day.AddDays(alikeWindow)) &&
			wordsAlike(a.fingerprint().text, k.fingerprint().text)
	}
	for _, i := range left {
		var only *known
		n := 0
		for _, k := range candidates {
			if fits(i, k) {
				only, n = k, n+1
			}
		}
		if n != 1 {
			continue
		}
		others := slices.ContainsFunc(left, func(j int) bool { return j != i && fits(j, only) })
		if !others {
			m.take(i, only)
		}
	}
}

// wordsAlike reports whether two normal texts share at least half of the words of the one
// with fewer. Words are of letters, three at least: numbers are those of a day or a terminal.
func wordsAlike(a, b string) bool {
	x, y := wordsOf(a), wordsOf(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	shared := 0
	for word := range x {
		if y[word] {
			shared++
		}
	}
	return shared > 0 && 2*shared >= len(x)
}

func wordsOf(text string) map[string]bool {
	words := map[string]bool{}
	for _, word := range strings.FieldsFunc(text, func(c rune) bool { return !unicode.IsLetter(c) }) {
		if utf8.RuneCountInString(word) >= 3 {
			words[word] = true
		}
	}
	return words
}

// pairPosted recognises pending transactions in posted ones of the same amount
// and text, only where it is one to one.
func (m *matching) pairPosted(left []int, candidates []*known) {
	type price struct{ amount, text string }
	stored, arrived := map[price][]*known{}, map[price][]int{}
	for _, k := range candidates {
		if k.pending() && !k.taken && !k.seen {
			p := price{k.fingerprint().amount, k.fingerprint().text}
			stored[p] = append(stored[p], k)
		}
	}
	for _, i := range left {
		if a := m.in[i]; m.isOpen(i) && len(stored) > 0 && !a.pending() {
			p := price{a.fingerprint().amount, a.fingerprint().text}
			arrived[p] = append(arrived[p], i)
		}
	}
	for p, at := range arrived {
		if len(at) != 1 || len(stored[p]) != 1 {
			continue
		}
		a, k := m.in[at[0]], stored[p][0]
		if !a.record.Day.Before(k.record.Day.AddDays(-1)) && !a.record.Day.After(k.record.Day.AddDays(pendingWindow)) {
			m.take(at[0], k)
		}
	}
}
