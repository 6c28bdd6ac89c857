package collecting

import (
	"hash/maphash"

	"github.com/fairlead-dev/fairlead"
)

// seen is what this run has met: sets of hashes, because there may be hundreds
// of thousands of ids.
type seen struct {
	seed       maphash.Seed
	records    map[uint64]struct{} // ids of records
	superseded map[uint64]struct{} // ids that posted transactions had while pending
}

func newSeen() *seen {
	return &seen{seed: maphash.MakeSeed(), records: map[uint64]struct{}{}, superseded: map[uint64]struct{}{}}
}

func (s *seen) addRecord(id fairlead.RecordID) { s.records[s.hash(string(id))] = struct{}{} }

func (s *seen) hasRecord(id fairlead.RecordID) bool {
	_, ok := s.records[s.hash(string(id))]
	return ok
}

func (s *seen) addSuperseded(account fairlead.RecordID, ref string) {
	s.superseded[s.hash(string(account), ref)] = struct{}{}
}

func (s *seen) hasSuperseded(account fairlead.RecordID, ref string) bool {
	_, ok := s.superseded[s.hash(string(account), ref)]
	return ok
}

func (s *seen) hash(parts ...string) uint64 {
	var h maphash.Hash
	h.SetSeed(s.seed)
	for _, p := range parts {
		h.WriteString(p)
		h.WriteByte(0)
	}
	return h.Sum64()
}
