package sealing

// Field says what of a row is sealed. It is bound to the sealed value together with
// the row's id: a value that is moved to another field or row does not open.
type Field string

// Fields, with the rows that have them.
const (
	PersonDetails  Field = "details" // per_…
	Secrets        Field = "secrets" // con_…; of an endpoint each secret
	RecordPart     Field = "record"  // acc_…, txn_… of a connection
	RecordDigests  Field = "digests" // con_…: what the digests of its records are made with
	UploadPart     Field = "upload"  // a page of an upload to a connection
	Hints          Field = "hints"   // lnk_…, and the fields after it
	ConnectorState Field = "state"
	Shown          Field = "shown"
	Logins         Field = "logins"
	Pending        Field = "pending"
	Result         Field = "result"
	File           Field = "blob"        // by its name in the bucket
	Signing        Field = "signing"     // key_…
	Code           Field = "code"        // by the hash of a code
	Answer         Field = "answer"      // by the id of a stored response
	Body           Field = "body"        // ntf_…: of a delivery
	Address        Field = "address"     // of a document: not stored
	Memory         Field = "memory"      // of the sandbox, by the key
	ProviderKeys   Field = "keys"        // prv_…
	RequestKey     Field = "request-key" // that requests are encrypted for, by its id
	TOTP           Field = "totp"        // ope_…
	Enrolment      Field = "enrolment"   // ope_…: in a form, not stored
	Challenge      Field = "challenge"   // by the hash of a token
)
