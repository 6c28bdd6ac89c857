package engine

// Row names a row: Scope and ID are unique in its table.
type Row struct{ Table, Scope, ID string }

// Races remembers which versions a transaction has read. Where it then loses a
// compare-and-swap on one of them, another transaction was faster, and running this
// one again wins. A nil Races remembers nothing.
type Races struct {
	versions map[Row]int64   // 0: it was not there
	missed   map[string]bool // tables in which something was searched in vain
	lost     bool
}

// NewRaces is for an engine on which others write.
func NewRaces() *Races { return &Races{versions: map[Row]int64{}, missed: map[string]bool{}} }

// Saw says that a row was read, or written, at a version.
func (r *Races) Saw(row Row, version int64) {
	if r != nil {
		r.versions[row] = version
	}
}

// Missed says that something was searched in a table and not found.
func (r *Races) Missed(table string) {
	if r != nil {
		r.missed[table] = true
	}
}

// Refused says that a row was not written, because it is not at that version (0: it
// is there already).
func (r *Races) Refused(row Row, version int64) {
	if r == nil {
		return
	}
	seen, read := r.versions[row]
	r.lost = r.lost || read && seen == version || version == 0 && r.missed[row.Table]
}

// Lost reports whether the transaction lost against another one.
func (r *Races) Lost() bool { return r != nil && r.lost }
