package statementfile

import (
	"sync"

	"github.com/fairlead-dev/fairlead"
)

// place is where a file belongs: a blob is never served to another connection.
type place struct {
	tenant     fairlead.TenantID
	connection fairlead.ConnectionID
	blob       string
}

// maxRecent bounds how many files are kept at once.
const maxRecent = 2

// recent keeps files between the pages of one fetch, so that a file of a hundred
// pages is not read a hundred times. A blob never changes, so that what is kept
// gives the same pages as the file; a file is let go with its last page, or for a
// newer one. The zero value is empty.
type recent struct {
	mu    sync.Mutex
	files []kept // oldest first
}

type kept struct {
	place place
	file  imported
}

func (r *recent) get(p place) (imported, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, k := range r.files {
		if k.place == p {
			return k.file, true
		}
	}
	return imported{}, false
}

func (r *recent) put(p place, file imported) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.without(p)
	if len(r.files) >= maxRecent {
		r.without(r.files[0].place)
	}
	r.files = append(r.files, kept{p, file})
}

func (r *recent) drop(p place) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.without(p)
}

// without takes a file out; the lock is held.
func (r *recent) without(p place) {
	var rest []kept
	for _, k := range r.files {
		if k.place != p {
			rest = append(rest, k)
		}
	}
	r.files = rest
}
