package world

import (
	"crypto/sha256"
	"encoding/binary"
)

// Key is what a thing of the world derives from.
type Key uint64

// NewKey derives a key from texts, length-prefixed so that ("ab","c") and
// ("a","bc") differ.
func NewKey(parts ...string) Key {
	h := sha256.New()
	var n [4]byte
	for _, p := range parts {
		binary.BigEndian.PutUint32(n[:], uint32(len(p)))
		h.Write(n[:])
		h.Write([]byte(p))
	}
	return Key(binary.BigEndian.Uint64(h.Sum(nil)))
}

// Sub is the key of a numbered part of a thing.
func (k Key) Sub(parts ...int) Key {
	for _, p := range parts {
		k = Key(mix(uint64(k) ^ mix(uint64(p)+0x9e3779b97f4a7c15)))
	}
	return k
}

// Named is the key of a named part of a thing.
func (k Key) Named(name string) Key {
	h := uint64(k) ^ 14695981039346656037
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * 1099511628211
	}
	return Key(mix(h))
}

// RNG starts a sequence of rolls.
func (k Key) RNG() *RNG { return &RNG{uint64(k)} }

// RNG is SplitMix64: its sequence is fixed by its definition, not by the
// version of a library, because people's golden files hang on it.
type RNG struct{ state uint64 }

func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Next is 64 random bits.
func (d *RNG) Next() uint64 {
	d.state += 0x9e3779b97f4a7c15
	return mix(d.state)
}

// Int is 0 to n-1; 0 for n below 2.
func (d *RNG) Int(n int) int {
	if n < 2 {
		return 0
	}
	return int(d.Next() % uint64(n))
}

// Between is lo to hi, both possible.
func (d *RNG) Between(lo, hi int64) int64 {
	if hi <= lo {
		return lo
	}
	return lo + int64(d.Next()%uint64(hi-lo+1))
}

// Chance is true so many times in a hundred.
func (d *RNG) Chance(percent int) bool { return d.Int(100) < percent }

// Digits is n random decimal digits.
func (d *RNG) Digits(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('0' + d.Int(10))
	}
	return string(b)
}

// Pick takes one of a list, which must not be empty.
func Pick[T any](d *RNG, list []T) T { return list[d.Int(len(list))] }
