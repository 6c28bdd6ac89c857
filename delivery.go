package fairlead

import (
	"encoding/json"
	"slices"
	"time"
)

// Endpoint is an address that an application wants events delivered to.
type Endpoint struct {
	ID          EndpointID    `json:"id"`
	Tenant      TenantID      `json:"tenant"`
	Application ApplicationID `json:"application"`
	Address     string        `json:"address"`
	Kinds       []EventKind   `json:"kinds,omitempty"` // empty: all that the native dialect delivers
	Secrets     []Sealed      `json:"secrets"`         // newest first; two while rotating
	Retiring    time.Time     `json:"retiring,omitzero"`
	Disabled    string        `json:"disabled,omitempty"` // why: "gone" after a 410, "asked"
	Failing     time.Time     `json:"failing,omitzero"`   // since when nothing succeeded
	Created     time.Time     `json:"created"`
	Version     int64         `json:"-"`
}

// SigningScheme says how deliveries are signed.
type SigningScheme string

const (
	SignStandard SigningScheme = "standard" // Standard Webhooks: webhook-id, -timestamp, -signature (v1)
	SignHMACHex  SigningScheme = "hmac-hex" // hex HMAC-SHA256 of the exact body under Header
	SignNone     SigningScheme = "none"
)

// Signing is how a destination wants its deliveries signed. It is data: notifying does it.
type Signing struct {
	Scheme          SigningScheme `json:"scheme"`
	Endpoint        EndpointID    `json:"endpoint,omitempty"` // whose secrets sign (SignStandard)
	ApplicationKey  bool          `json:"application_key,omitempty"`
	Header          string        `json:"header,omitempty"`           // of the signature (SignHMACHex)
	TimestampHeader string        `json:"timestamp_header,omitempty"` // unix seconds, real time
}

// Retry is a destination's retry policy. It is data: notifying follows it.
type Retry struct {
	Delays      []time.Duration `json:"delays"`       // before attempt 2, 3 …; the last one repeats until GiveUp
	GiveUp      time.Duration   `json:"give_up"`      // after the first attempt; 0: when Delays end
	Timeout     time.Duration   `json:"timeout"`      // of one attempt
	Redirects   int             `json:"redirects"`    // followed; more fail
	GoneDisable bool            `json:"gone_disable"` // a 410 disables the endpoint
}

// StandardRetry is the native policy: at once, 5 s, 5 min, 30 min, 2 h, 5 h,
// 10 h, then daily up to 3 days.
func StandardRetry() Retry {
	r := standardRetry
	r.Delays = slices.Clone(r.Delays)
	return r
}

var standardRetry = Retry{
	Delays: []time.Duration{
		5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour,
		5 * time.Hour, 10 * time.Hour, 24 * time.Hour,
	},
	GiveUp: 72 * time.Hour, Timeout: 10 * time.Second, GoneDisable: true,
}

// standardName is how the native policy is stored: every delivery carries its own.
const standardName = `"standard"`

func (r Retry) MarshalJSON() ([]byte, error) {
	if slices.Equal(r.Delays, standardRetry.Delays) && r.GiveUp == standardRetry.GiveUp && r.Timeout == standardRetry.Timeout &&
		r.Redirects == standardRetry.Redirects && r.GoneDisable == standardRetry.GoneDisable {
		return []byte(standardName), nil
	}
	type plain Retry
	return json.Marshal(plain(r))
}

func (r *Retry) UnmarshalJSON(text []byte) error {
	if string(text) == standardName {
		*r = StandardRetry()
		return nil
	}
	type plain Retry
	return json.Unmarshal(text, (*plain)(r))
}

// Destination is where an event is to be delivered, named by a dialect.
type Destination struct {
	Dialect       string            `json:"dialect"`
	Address       string            `json:"address"`
	Endpoint      EndpointID        `json:"endpoint,omitempty"` // empty: brought by a vendor's request
	Signing       Signing           `json:"signing"`
	Retry         Retry             `json:"retry"`
	Rerender      bool              `json:"rerender,omitempty"`      // the body is rendered for each attempt: it holds addresses that expire
	Deterministic bool              `json:"deterministic,omitempty"` // rendering gives the same body each time: stored only once an attempt has failed
	Headers       map[string]string `json:"headers,omitempty"`       // extra, not secret
	Part          string            `json:"part,omitempty"`          // which body, in the dialect's own words (a product's report)
}

// DeliveryState is how a delivery stands.
type DeliveryState string

const (
	DeliveryWaiting   DeliveryState = "waiting"
	DeliveryDelivered DeliveryState = "delivered"
	DeliveryFailed    DeliveryState = "failed"  // the policy's attempts are used up
	DeliveryDropped   DeliveryState = "dropped" // there was nothing to deliver after all, or the endpoint is gone
)

// Delivery is an event on its way to one destination.
type Delivery struct {
	ID          DeliveryID    `json:"id"`
	Tenant      TenantID      `json:"tenant"`
	Application ApplicationID `json:"application"`
	Event       EventID       `json:"event"`
	Connection  ConnectionID  `json:"connection,omitempty"` // first attempts are in order per connection,
	Link        LinkID        `json:"link,omitempty"`       // or per link, where there is no connection
	Destination Destination   `json:"destination"`
	Body        Sealed        `json:"body,omitempty"` // stored and sent byte-equal, unless Rerender
	State       DeliveryState `json:"state"`
	Attempts    []Attempt     `json:"attempts,omitempty"`
	Created     time.Time     `json:"created"`        // tenant time
	First       time.Time     `json:"first,omitzero"` // tenant time of the first attempt: GiveUp counts from it
	Next        time.Time     `json:"next,omitzero"`
	Queue       string        `json:"queue"`    // where it waits: one for each receiver
	Sequence    int64         `json:"sequence"` // in its queue: the sequence of its event, given at commit
	Version     int64         `json:"-"`
}

// Attempt is one try of a delivery.
type Attempt struct {
	At       time.Time     `json:"at"` // real time
	Status   int           `json:"status,omitempty"`
	Excerpt  string        `json:"excerpt,omitempty"` // of the answer, at most 512 bytes
	Error    string        `json:"error,omitempty"`
	Duration time.Duration `json:"duration"`
}
