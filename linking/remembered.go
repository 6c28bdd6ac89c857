package linking

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"sync"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// maxRemembered is how many people are remembered before all are forgotten.
const maxRemembered = 10_000

// remembered holds of whom an application has said lately what their sealed details have
// already: for the next link of theirs with the same hints nobody is looked for, and
// nothing opened, before its transaction. It holds a digest of the hints under a key
// of this process, and nothing that outlives it. The zero value is usable.
type remembered struct {
	mu     sync.Mutex
	key    [32]byte
	people map[personKey]rememberedPerson
}

// personKey is how a request names a person.
type personKey struct {
	tenant    fairlead.TenantID
	person    fairlead.PersonID
	reference string
}

// rememberedPerson is a person as they were then.
type rememberedPerson struct {
	person  fairlead.PersonID
	version int64
	hints   [sha256.Size]byte
}

// errNotKnown is that a person is not as they were remembered. A request that is one
// transaction with others runs again then.
var errNotKnown = fmt.Errorf("linking: not who was remembered: %w", store.ErrStale)

// recall is who is remembered for a request; nobody, where something else has to be
// known of them before the transaction.
func (r *remembered) recall(tenant fairlead.TenantID, request CreateRequest) rememberedPerson {
	if !rememberable(request) {
		return rememberedPerson{}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	p, ok := r.people[personKey{tenant, request.Person, request.Reference}]
	if !ok || p.hints != r.digest(request.Hints) {
		return rememberedPerson{}
	}
	return p
}

// remember comes when a link was written for a person whose details have the hints.
func (r *remembered) remember(tenant fairlead.TenantID, request CreateRequest, p fairlead.Person) {
	if !rememberable(request) || request.Person == "" && request.Reference == "" {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.people == nil {
		rand.Read(r.key[:])
	}
	if r.people == nil || len(r.people) >= maxRemembered {
		r.people = map[personKey]rememberedPerson{}
	}
	r.people[personKey{tenant, request.Person, request.Reference}] = rememberedPerson{p.ID, p.Version, r.digest(request.Hints)}
}

// forget forgets a person who is not as they were remembered.
func (r *remembered) forget(tenant fairlead.TenantID, request CreateRequest) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.people, personKey{tenant, request.Person, request.Reference})
}

// rememberable reports whether nothing is to be known of a person but their details.
func rememberable(request CreateRequest) bool {
	return request.Hints != fairlead.PersonDetails{} && !request.Spec.Returning && request.Spec.Connection == ""
}

// digest is of hints, in the order of their fields.
func (r *remembered) digest(d fairlead.PersonDetails) (sum [sha256.Size]byte) {
	mac := hmac.New(sha256.New, r.key[:])
	for _, text := range []string{d.PersonalTaxID, d.BusinessTaxID, d.Email, d.Phone} {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(text)))
		mac.Write(n[:])
		mac.Write([]byte(text))
	}
	mac.Sum(sum[:0])
	return sum
}

// find reads the person in the transaction that writes the link: whoever changed them
// since, or erased them, changed their version.
func (p rememberedPerson) find(tx *store.Tx, tenant fairlead.TenantID) (linkTarget, error) {
	person, err := tx.Persons.Get(tenant, string(p.person))
	if fairlead.Is(err, fairlead.NotFound) || err == nil && person.Version != p.version {
		err = errNotKnown
	}
	return linkTarget{person: person}, err
}
