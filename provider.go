package fairlead

import (
	"slices"
	"time"
)

// Provider is an account that the operator has at an outside service through which a
// connector reaches institutions (an aggregator of banks). A tenant has one
// per connector at most; its institutions are the tenant's to choose from.
type Provider struct {
	ID          ProviderID        `json:"id"`
	Tenant      TenantID          `json:"tenant"`
	Connector   string            `json:"connector"`          // unique in the tenant
	Environment Environment       `json:"environment"`        // the tenant's: keys of a sandbox serve a sandbox tenant only
	Settings    map[string]string `json:"settings,omitempty"` // declared fields that are not secret
	Keys        Sealed            `json:"keys,omitempty"`     // JSON object of the secret fields, sealed under the keyset
	Base        string            `json:"base,omitempty"`     // of the service, where it is not the usual one
	Priority    int               `json:"priority,omitempty"` // where several reach one bank the lowest is used; 0 is first
	Tried       time.Time         `json:"tried,omitzero"`     // when the keys were last tried; real time
	Problem     *Problem          `json:"problem,omitempty"`  // what the last call with the keys met; Detail says it in words
	Redirect    string            `json:"redirect,omitempty"` // "registered", "missing": whether the service knows our return address; "": not known
	KeysExpire  time.Time         `json:"keys_expire,omitzero"`
	Slots       Slots             `json:"slots,omitzero"`
	ResetsAt    time.Time         `json:"resets_at,omitzero"` // until then the service takes no more calls with these keys
	Directory   DirectoryState    `json:"directory,omitzero"`
	Created     time.Time         `json:"created"` // real time
	Version     int64             `json:"-"`
}

// Slots are things of which a provider gives only so many, for ever: connections under a
// trial plan. Ending a connection gives none back.
type Slots struct {
	Limit int      `json:"limit,omitempty"` // 0: no limit is known
	Used  []string `json:"used,omitempty"`  // the service's names of what was used up, each once
}

// Left is how many there still are; -1: no limit is known.
func (s Slots) Left() int {
	if s.Limit == 0 {
		return -1
	}
	return max(0, s.Limit-len(s.Used))
}

// Spend counts things by the service's names of them, each once; it reports whether any is new.
func (s *Slots) Spend(names ...string) (changed bool) {
	for _, name := range names {
		if name == "" || slices.Contains(s.Used, name) {
			continue
		}
		s.Used = append(slices.Clip(s.Used), name)
		changed = true
	}
	return changed
}

// DirectoryState is how far the list of a provider's institutions was read.
type DirectoryState struct {
	Refreshed    time.Time `json:"refreshed,omitzero"` // end of the last complete reading; real time
	Revision     int64     `json:"revision,omitempty"` // counts up whenever anything in it changed
	Institutions int       `json:"institutions,omitempty"`
	Cursor       string    `json:"cursor,omitempty"`   // of the page to read next, while it is being read
	Started      time.Time `json:"started,omitzero"`   // of the reading under way
	Pages        int       `json:"pages,omitempty"`    // of the reading under way
	Restarts     int       `json:"restarts,omitempty"` // in a row, because the service forgot a cursor
	Problem      *Problem  `json:"problem,omitempty"`  // why the last reading failed; what was there stays
}

// Begin begins a reading of it, from the first page on.
func (d *DirectoryState) Begin(at time.Time) { d.Started, d.Cursor, d.Pages = at, "", 0 }

// End ends the reading under way.
func (d *DirectoryState) End() { d.Started, d.Cursor, d.Pages, d.Restarts = time.Time{}, "", 0, 0 }

// Row is where it is stored, as with every noun.
func (p *Provider) Row() (TenantID, string, *int64) { return p.Tenant, string(p.ID), &p.Version }
