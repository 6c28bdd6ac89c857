package fairlead

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"strings"
	"time"
)

// Identifiers are text with a prefix that says what they name, so that one
// pasted into the wrong place is recognised by a person and refused by the
// compiler. Random ones begin with their time of birth and sort by it.
type (
	TenantID      string // ten_
	ApplicationID string // app_
	KeyID         string // key_
	PersonID      string // per_
	TemplateID    string // lkt_
	LinkID        string // lnk_
	ConnectionID  string // con_
	ConsentID     string // cns_
	InstitutionID string // ins_, assigned by the connector that serves it
	CollectionID  string // col_
	RecordID      string // acc_, txn_, bil_, lon_, hld_, itx_, sec_, idn_
	DocumentID    string // doc_
	EventID       string // evt_
	EndpointID    string // whe_
	DeliveryID    string // dlv_
	AuditID       string // aud_
	ProviderID    string // prv_
	SetupTokenID  string // stk_
	OperatorID    string // ope_
)

// crockford is lower-case base 32 without the letters that are misread.
var crockford = base32.NewEncoding(crockfordDigits).WithPadding(base32.NoPadding)

const crockfordDigits = "0123456789abcdefghjkmnpqrstvwxyz"

// NewID mints a random identifier: prefix and the bits of a UUID of version 7,
// which are 48 bits of milliseconds, 74 random bits and the version's own.
func NewID(prefix string, now time.Time) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(now.UnixMilli())<<16)
	rand.Read(b[6:])
	b[6], b[8] = b[6]&0x0f|0x70, b[8]&0x3f|0x80
	return prefix + "_" + crockford.EncodeToString(b[:])
}

// DerivedID computes the identifier that a sandbox gives to the thing named by
// parts: HMAC(seed, prefix, parts). The same seed and parts always give the same id.
func DerivedID(prefix, seed string, parts ...string) string {
	mac := hmac.New(sha256.New, []byte(seed))
	writePart(mac, prefix)
	for _, p := range parts {
		writePart(mac, p)
	}
	return prefix + "_" + crockford.EncodeToString(mac.Sum(nil)[:16])
}

// writePart length-prefixes a part, so that ("ab","c") and ("a","bc") differ.
func writePart(w interface{ Write([]byte) (int, error) }, part string) {
	var n [4]byte
	binary.BigEndian.PutUint32(n[:], uint32(len(part)))
	w.Write(n[:])
	w.Write([]byte(part))
}

// HasPrefix reports whether id is of the kind that prefix names ("lnk").
func HasPrefix[T ~string](id T, prefix string) bool {
	return strings.HasPrefix(string(id), prefix+"_")
}
