package fairlead

import "time"

// Step is what comes next in a login conversation: exactly one of its fields is set.
type Step struct {
	Form *Form `json:"form,omitempty"`
	Send *Send `json:"send,omitempty"`
	Wait *Wait `json:"wait,omitempty"`
	Done *Done `json:"done,omitempty"`
}

// Form wants something from the person.
type Form struct {
	Kind   string      `json:"kind"`             // login, code, questions, choice, coordinates, qr, image, reader, file: picks the page's words
	Title  string      `json:"title,omitempty"`  // message key, or plain text of the institution's
	Text   string      `json:"text,omitempty"`   // a sentence of explanation
	Fields []FormField `json:"fields"`           //
	Image  *Image      `json:"image,omitempty"`  // QR or picture to look at
	Again  bool        `json:"again,omitempty"`  // the previous answer was refused; Problem says why
	Device string      `json:"device,omitempty"` // where a code was sent: "•••• 1234"
	// Refresh asks for the same step anew after so many seconds (a QR code that changes).
	Refresh int `json:"refresh,omitempty"`
	// Expires is when an answer comes too late, in tenant time.
	Expires time.Time `json:"expires,omitzero"`
}

// FieldKind says how a FormField is answered.
type FieldKind string

const (
	FieldText     FieldKind = "text"
	FieldPassword FieldKind = "password"
	FieldCode     FieldKind = "code"     // one-time code
	FieldQuestion FieldKind = "question" // label is the institution's question
	FieldChoice   FieldKind = "choice"
	FieldFile     FieldKind = "file"
	FieldConfirm  FieldKind = "confirm" // a button: nothing to type
)

// FormField is one thing to fill in.
type FormField struct {
	Name     string    `json:"name"`
	Kind     FieldKind `json:"kind"`
	Label    string    `json:"label"` // message key, or plain text of the institution's
	Choices  []Choice  `json:"choices,omitempty"`
	Digits   bool      `json:"digits,omitempty"`   // numeric keypad
	Length   int       `json:"length,omitempty"`   // exact length, 0: any
	Optional bool      `json:"optional,omitempty"` //
	Login    bool      `json:"login,omitempty"`    // identifies the login: it makes the connection's identity
	Accept   string    `json:"accept,omitempty"`   // file endings: ".ofx,.qfx"
	MaxBytes int64     `json:"max_bytes,omitempty"`
}

// Choice is one of several to pick.
type Choice struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

// Image is a picture with its text alternative.
type Image struct {
	Type string `json:"type"` // image/svg+xml, image/png
	Data []byte `json:"data"`
	Alt  string `json:"alt"`
}

// Send is a visit to the institution's own pages.
type Send struct {
	URL string `json:"url"`
	// Opens is until when the address may be opened, Expires until when the visit may end (tenant time).
	Opens   time.Time `json:"opens,omitzero"`
	Expires time.Time `json:"expires,omitzero"`
}

// Wait asks again later.
type Wait struct {
	Seconds  int    `json:"seconds"`            // ask again after
	Sentence string `json:"sentence"`           // message key: "wait.push"
	Approval string `json:"approval,omitempty"` // name of what somebody approves elsewhere
	// Expires is when an approval comes too late, in tenant time; zero: unsaid.
	Expires time.Time `json:"expires,omitzero"`
}

// Done ends the conversation.
type Done struct {
	Secrets map[string]Secret `json:"-"` // to seal: what later fetches need
	Holder  string            `json:"holder,omitempty"`
	// Identity is what names this login at the institution: user name or holder
	// id. Only its HMAC is stored.
	Identity Secret         `json:"-"`
	Consent  *ConsentGrant  `json:"consent,omitempty"`
	Accounts []AccountOffer `json:"accounts,omitempty"` // to choose from, where the institution leaves it to us
}

// ConsentGrant is what the institution says it allowed.
type ConsentGrant struct {
	Ref      string    `json:"ref"` // the institution's consent id
	Expires  time.Time `json:"expires,omitzero"`
	Products []Product `json:"products,omitempty"`
}

// AccountOffer is an account that the person may leave out.
type AccountOffer struct {
	Ref  string `json:"ref"`
	Name string `json:"name"`
	Mask string `json:"mask"`
}

// Answer is what the person gave to a Step. An empty one asks again (after a
// Wait, a refresh, a return).
type Answer struct {
	Fields map[string]Secret `json:"-"`
	Files  map[string]File   `json:"files,omitempty"`
	Return map[string]string `json:"-"` // query of the return from a Send
}

// File is a handle to an uploaded file, sealed in the bucket.
type File struct {
	Blob string `json:"blob"`
	Name string `json:"name"`
	Size int64  `json:"size"`
}
