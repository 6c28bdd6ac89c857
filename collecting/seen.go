package collecting

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"github.com/fairlead-dev/fairlead"
)

// seen is what this collection has met: a set of the beginnings of digests, because
// there may be hundreds of thousands of ids. It is stored as it grows.
type seen struct {
	things [1 << seenBits][]uint64 // by their first bits, each in order: a map would take twice the memory
	n      int
	fresh  []byte // those that are not stored yet, 8 bytes each
	last   fairlead.RecordID
	named  uint64 // the thing that last is
}

// seenBits leaves a thousand things to a list where a million were met.
const seenBits = 10

func newSeen() *seen { return &seen{} }

func (s *seen) addRecord(id fairlead.RecordID)      { s.add(s.record(id)) }
func (s *seen) hasRecord(id fairlead.RecordID) bool { return s.has(s.record(id)) }

// record remembers the last one: most are looked up just before they are added.
func (s *seen) record(id fairlead.RecordID) uint64 {
	if id != s.last {
		s.last, s.named = id, digest("record", string(id))
	}
	return s.named
}

// addSuperseded notes the id that a posted transaction had while pending.
func (s *seen) addSuperseded(account fairlead.RecordID, ref string) {
	s.add(digest("superseded", string(account), ref))
}

func (s *seen) hasSuperseded(account fairlead.RecordID, ref string) bool {
	return s.has(digest("superseded", string(account), ref))
}

func (s *seen) has(thing uint64) bool {
	_, ok := slices.BinarySearch(s.things[thing>>(64-seenBits)], thing)
	return ok
}

func (s *seen) add(thing uint64) {
	if s.insert(thing) {
		s.fresh = binary.BigEndian.AppendUint64(s.fresh, thing)
	}
}

// insert reports whether the thing is new.
func (s *seen) insert(thing uint64) bool {
	list := &s.things[thing>>(64-seenBits)]
	at, ok := slices.BinarySearch(*list, thing)
	if ok {
		return false
	}
	if len(*list) == cap(*list) { // by a quarter: half of a list would else lie idle
		*list = slices.Grow(*list, 4+len(*list)/4)
	}
	*list = slices.Insert(*list, at, thing)
	s.n++
	return true
}

// restore adds what was stored.
func (s *seen) restore(stored []byte) {
	for ; len(stored) >= 8; stored = stored[8:] {
		s.insert(binary.BigEndian.Uint64(stored))
	}
}

// digest names a thing by 8 bytes that are the same in every process.
func digest(parts ...string) uint64 {
	text := make([]byte, 0, 160) // of most: on the stack
	for _, p := range parts {
		text = append(text, p...)
		text = append(text, 0)
	}
	sum := sha256.Sum256(text)
	return binary.BigEndian.Uint64(sum[:8])
}
