package fairlead

import (
	"strconv"
	"time"
)

// Step is what comes next in a login conversation: exactly one of its fields is set.
type Step struct {
	Form *Form `json:"form,omitempty"`
	Send *Send `json:"send,omitempty"`
	Wait *Wait `json:"wait,omitempty"`
	Done *Done `json:"done,omitempty"`
}

// Form wants something from the person.
type Form struct {
	Kind   string      `json:"kind"`            // login, token, code, questions, choice, coordinates, qr, image, reader, file: picks the page's words
	Title  string      `json:"title,omitempty"` // message key, or plain text of the institution's
	Text   string      `json:"text,omitempty"`  // a sentence of explanation
	Site   string      `json:"site,omitempty"`  // https address where the person finds what is wanted
	Fields []FormField `json:"fields"`          //
	Image  *Image      `json:"image,omitempty"` // QR or picture to look at
	Again  bool        `json:"again,omitempty"` // the previous answer was refused; Problem says why
	// Refused is why files were refused that the answer before brought. Text says it in
	// English. It names no file: a form may lie open.
	Refused *FileWarning `json:"refused,omitempty"`
	Device  string       `json:"device,omitempty"` // where a code was sent: "•••• 1234"
	// Preview is what was understood of the files that were brought, before anything of it
	// is saved. Of a form that can be read anew (its answer has "try"), it is of the
	// values that the fields have.
	Preview *Preview `json:"preview,omitempty"`
	// Link is an address that does on this device what the image is for on another: it opens
	// the institution's app. https, or an app's own scheme.
	Link string `json:"link,omitempty"`
	// Resend says that the connector has the code sent anew when it is answered with
	// WantResend; nil: it can't.
	Resend *Resend `json:"resend,omitempty"`
	// Other says that the connector, answered with WantOther, goes back to the choice among
	// the ways in which the institution lets the person prove who they are.
	Other bool `json:"other,omitempty"`
	// Refresh asks for the same step anew after so many seconds (a QR code that changes).
	Refresh int `json:"refresh,omitempty"`
	// Expires is when an answer comes too late, in tenant time.
	Expires time.Time `json:"expires,omitzero"`
}

// Resend says when a code can be sent anew.
type Resend struct {
	After time.Time `json:"after,omitzero"` // not before, in tenant time; zero: at any time
}

// Want is what a person wants of a form instead of answering it. Only what the form
// offers reaches its connector.
type Want string

const (
	WantResend Want = "resend" // the code is sent anew
	WantOther  Want = "other"  // another way to prove who they are
)

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
	Optional bool      `json:"optional,omitempty"` // of a confirm: whoever presses it need not fill in the others
	Login    bool      `json:"login,omitempty"`    // identifies the login: it makes the connection's identity
	Accept   string    `json:"accept,omitempty"`   // file endings: ".ofx,.qfx"
	MaxBytes int64     `json:"max_bytes,omitempty"`
	MaxFiles int       `json:"max_files,omitempty"` // of a file field; 0: one
	Value    string    `json:"value,omitempty"`     // what it is filled in with; never a secret
	Sample   []string  `json:"sample,omitempty"`    // what it is about: the first values of a column of the person's file
}

// Choice is one of several to pick.
type Choice struct {
	Value   string  `json:"value"`
	Label   string  `json:"label"`
	Channel Channel `json:"channel,omitempty"`
}

// Channel is how an institution reaches the person, where a choice is one of such ways.
type Channel string

const (
	ChannelMessage Channel = "message" // a text message
	ChannelCall    Channel = "call"    // a telephone call
	ChannelMail    Channel = "mail"
	ChannelApp     Channel = "app"    // the institution's app
	ChannelDevice  Channel = "device" // a card reader, a key
)

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
	// Visit is the service's name of the visit, by which its webhooks find it (a ProviderUpdate's
	// Visit); "": it sends no webhooks. Only its hash is stored.
	Visit string `json:"-"`
	// Poll has the engine ask the connector (an empty answer) every so many seconds while
	// the person is away, whether a page is open or not; 0: only a return ends the visit.
	// Without an open page it is asked less often as time goes by. A failure that passes
	// does not end the visit: the connector is asked again, with an empty answer after a
	// return too.
	Poll int `json:"poll,omitempty"`
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
	// Connection is the known one that the login goes on with, where its connector found
	// out which; "": the one of Identity, or a new one. Joined are then the accounts that
	// it has or gets whatever is chosen among Accounts.
	Connection ConnectionID `json:"connection,omitempty"`
	Joined     []string     `json:"joined,omitempty"`
	// Files are those of the answers that the connection is fed with, in this order; nil:
	// all that the answers brought.
	Files []File `json:"files,omitempty"`
	// Institution is where the login turned out to be, where the person chose on the service's
	// own pages: one of the same connector; "": that which was chosen here.
	Institution InstitutionID `json:"institution,omitempty"`
	// Upstream is the service's name of the connection, by which its webhooks find it (a
	// ProviderUpdate's Upstream). Only its HMAC is stored.
	Upstream string `json:"-"`
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
	// LeftOut is set by the engine: the person left it out of the connection that is gone
	// on with, or it is new there. It is offered, and not selected yet.
	LeftOut bool `json:"left_out,omitempty"`
}

// Preview is what was understood of files, for a person to look at before it is saved.
type Preview struct {
	Files        []PreviewFile    `json:"files"`
	Accounts     []PreviewAccount `json:"accounts"`
	Warnings     []FileWarning    `json:"warnings,omitempty"`
	MoreWarnings int              `json:"more_warnings,omitempty"` // that are not listed
	Rows         []PreviewRow     `json:"rows,omitempty"`          // the first few
}

// PreviewFile is one file that was brought, or one in an archive.
type PreviewFile struct {
	Name    string `json:"name"`
	Format  string `json:"format,omitempty"`  // what people call it: "CAMT.053"
	Refused string `json:"refused,omitempty"` // a sentence: why it could not be read
	// Error is the same in its parts.
	Error *FileWarning `json:"error,omitempty"`
}

// PreviewAccount is what files say of one account.
type PreviewAccount struct {
	Ref          string      `json:"ref"`
	Name         string      `json:"name"`
	Mask         string      `json:"mask,omitempty"`
	Kind         AccountKind `json:"kind"`
	Currency     string      `json:"currency"`
	Known        bool        `json:"known,omitempty"` // the connection has it already
	From         Date        `json:"from,omitzero"`   // of the first row
	To           Date        `json:"to,omitzero"`
	Transactions int         `json:"transactions"`
	Holdings     int         `json:"holdings,omitempty"`
	Movements    int         `json:"movements,omitempty"` // in investments
	Documents    int         `json:"documents,omitempty"`
	In           *Money      `json:"in,omitempty"`  // sum of what came in
	Out          *Money      `json:"out,omitempty"` // sum of what went out, negative
	Balance      *Money      `json:"balance,omitempty"`
	BalanceAsOf  Date        `json:"balance_as_of,omitzero"`
}

// PreviewRow is one row, as it was understood.
type PreviewRow struct {
	AccountRef  string `json:"account_ref"`
	Day         Date   `json:"day"`
	Amount      Money  `json:"amount"`
	Description string `json:"description"`
}

// FileWarning says what of an uploaded file was left out or is in doubt, and where. It
// repeats nothing of what the file holds.
type FileWarning struct {
	Kind    string `json:"kind,omitempty"` // a format.Kind, or one of FileWarningKinds: picks words in every language
	File    string `json:"file,omitempty"` // its name, where several were brought
	Line    int    `json:"line,omitempty"`
	Field   string `json:"field,omitempty"`   // as the format calls it: "DTPOSTED"
	Account string `json:"account,omitempty"` // mask of the account that is meant
	Count   int    `json:"count,omitempty"`   // of FileMore and FileMoreAccounts
	Reason  string `json:"reason"`            // an English clause: "must be a date of the form YYYYMMDD"
}

// Kinds of FileWarning that are not about one file as a format reads it.
const (
	FileElsewhere     = "elsewhere"      // it is of another connection of the person's
	FileUncertain     = "uncertain"      // which account it is has to be said
	FileOtherAccounts = "other_accounts" // it holds nothing of the connection's accounts
	FileTooOpen       = "too_open"       // more has to be answered than can be remembered
	FileMore          = "more"           // warnings that are not listed
	FileMoreAccounts  = "more_accounts"  // accounts that are not listed
)

// FileWarningKinds is the closed list of those that are no format.Kind, for tables of words.
func FileWarningKinds() []string {
	return []string{FileElsewhere, FileUncertain, FileOtherAccounts, FileTooOpen, FileMore, FileMoreAccounts}
}

// Answer is what the person gave to a Step. An empty one asks again (after a
// Wait, a refresh, a return).
type Answer struct {
	Fields map[string]Secret `json:"-"`
	Files  map[string]File   `json:"files,omitempty"` // by field; further ones of the same field are "name.2", "name.3" …
	Return map[string]string `json:"-"`               // query of the return from a Send
	Want   Want              `json:"-"`               // instead of an answer; "": none
}

// FileName names the nth file, from 1, of a field in Answer.Files.
func FileName(field string, n int) string {
	if n <= 1 {
		return field
	}
	return field + "." + strconv.Itoa(n)
}

// File is a handle to an uploaded file, sealed in the bucket.
type File struct {
	Blob string `json:"blob"`
	Name string `json:"name"`
	Size int64  `json:"size"`
	// Of a file that came by API: the account of the connection that it is of ("" it
	// says so itself), whether accounts that the connection does not hold are added, and
	// answers to what the file leaves open (format.Question).
	Account     string            `json:"account,omitempty"`
	AddAccounts bool              `json:"add_accounts,omitempty"`
	Answers     map[string]string `json:"answers,omitempty"`
}
