package format

import (
	"bytes"
	"compress/flate"
	"io"
	"iter"
	"reflect"
	"slices"
	"strings"
)

// How much of a list is packed together, and has to be unpacked for one row of it.
const (
	chunkRows  = 256
	chunkBytes = 16 << 10
)

// Packed is a list of values as compressed bytes, a small part of the memory that they
// take. It grows by Add and is read after Pack; several may read it at once. What is read
// are values of their own, equal to what was added. The zero value is empty.
type Packed[T any] struct {
	chunks []chunk
	n      int
	apart  apart
	raw    []byte // of rows that are in no chunk yet
	rawN   int
}

// chunk is some values, compressed.
type chunk struct {
	first int // index of its first row
	size  int // bytes, uncompressed
	data  []byte
}

// Add appends a copy of a value.
func (p *Packed[T]) Add(value *T) {
	e := encoder{p.raw, &p.apart}
	e.value(reflect.ValueOf(value).Elem())
	p.raw = e.b
	p.n++
	if p.rawN++; p.rawN >= chunkRows || len(p.raw) >= chunkBytes {
		p.flush()
	}
}

// Pack ends a list.
func (p *Packed[T]) Pack() {
	if p.rawN > 0 {
		p.flush()
	}
	p.raw = nil
	p.chunks = slices.Clip(p.chunks)
}

// deflated is a compressor with what it writes to.
type deflated struct {
	to bytes.Buffer
	w  *flate.Writer
}

// spares are values for another use. Unlike those of a sync.Pool they stay when garbage is
// collected, so that what a small file costs never depends on who was before it: a
// compressor takes a megabyte.
type spares[T any] struct {
	free  chan T
	fresh func() T
}

func newSpares[T any](fresh func() T) spares[T] { return spares[T]{make(chan T, 4), fresh} }

func (s spares[T]) get() T {
	select {
	case v := <-s.free:
		return v
	default:
		return s.fresh()
	}
}

func (s spares[T]) put(v T) {
	select {
	case s.free <- v:
	default:
	}
}

var compressors = newSpares(func() *deflated {
	d := &deflated{}
	d.w, _ = flate.NewWriter(&d.to, flate.BestSpeed) // fails for an unknown level alone
	return d
})

func (p *Packed[T]) flush() {
	d := compressors.get()
	d.to.Reset()
	d.w.Reset(&d.to)
	d.w.Write(p.raw) //nolint:errcheck // into memory
	d.w.Close()      //nolint:errcheck // into memory
	p.chunks = append(p.chunks, chunk{p.n - p.rawN, len(p.raw), bytes.Clone(d.to.Bytes())})
	compressors.put(d)
	p.rawN = 0
	if cap(p.raw) > 2*chunkBytes { // of a long row
		p.raw = nil
	}
	p.raw = p.raw[:0]
}

var decompressors = newSpares(func() io.ReadCloser { return flate.NewReader(strings.NewReader("")) })

// text is a chunk uncompressed.
func (c chunk) text() string {
	r := decompressors.get()
	defer decompressors.put(r)
	err := r.(flate.Resetter).Reset(bytes.NewReader(c.data), nil)
	var s strings.Builder
	s.Grow(c.size)
	if err == nil {
		_, err = io.CopyN(&s, r, int64(c.size))
	}
	if err != nil {
		panic("format: what was packed can't be unpacked: " + err.Error())
	}
	return s.String()
}

// Len is how many values there are.
func (p *Packed[T]) Len() int { return p.n }

// From gives the values from an index on, with their indexes.
func (p *Packed[T]) From(first int) iter.Seq2[int, *T] {
	return func(yield func(int, *T) bool) {
		at, found := slices.BinarySearchFunc(p.chunks, first, func(c chunk, n int) int { return c.first - n })
		if !found {
			at = max(at-1, 0)
		}
		for ; at < len(p.chunks); at++ {
			end := p.n
			if at+1 < len(p.chunks) {
				end = p.chunks[at+1].first
			}
			d := decoder{p.chunks[at].text(), &p.apart}
			for n := p.chunks[at].first; n < end; n++ {
				value := new(T)
				d.value(reflect.ValueOf(value).Elem())
				if n >= first && !yield(n, value) {
					return
				}
			}
		}
	}
}
