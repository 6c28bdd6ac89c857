package collecting

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/fairlead-dev/fairlead"
)

// seen is what this collection has met: a set of the beginnings of digests, because
// there may be hundreds of thousands of ids. It is stored as it grows.
type seen struct {
	things map[uint64]struct{}
	fresh  []byte // those that are not stored yet, 8 bytes each
}

func newSeen() *seen { return &seen{things: map[uint64]struct{}{}} }

func (s *seen) addRecord(id fairlead.RecordID)      { s.add(digest("record", string(id))) }
func (s *seen) hasRecord(id fairlead.RecordID) bool { return s.has(digest("record", string(id))) }

// addSuperseded notes the id that a posted transaction had while pending.
func (s *seen) addSuperseded(account fairlead.RecordID, ref string) {
	s.add(digest("superseded", string(account), ref))
}

func (s *seen) hasSuperseded(account fairlead.RecordID, ref string) bool {
	return s.has(digest("superseded", string(account), ref))
}

func (s *seen) has(thing uint64) bool {
	_, ok := s.things[thing]
	return ok
}

func (s *seen) add(thing uint64) {
	if !s.has(thing) {
		s.things[thing] = struct{}{}
		s.fresh = binary.BigEndian.AppendUint64(s.fresh, thing)
	}
}

// restore adds what was stored.
func (s *seen) restore(stored []byte) {
	for ; len(stored) >= 8; stored = stored[8:] {
		s.things[binary.BigEndian.Uint64(stored)] = struct{}{}
	}
}

// digest names a thing by 8 bytes that are the same in every process.
func digest(parts ...string) uint64 {
	var text []byte
	for _, p := range parts {
		text = append(text, p...)
		text = append(text, 0)
	}
	sum := sha256.Sum256(text)
	return binary.BigEndian.Uint64(sum[:8])
}
