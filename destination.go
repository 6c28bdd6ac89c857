package fairlead

import (
	"encoding/json"
	"slices"
	"time"
)

// SigningScheme says how deliveries are signed.
type SigningScheme string

const (
	SignStandard SigningScheme = "standard"  // Standard Webhooks: webhook-id (the event's), -timestamp, -signature (v1)
	SignHMACHex  SigningScheme = "hmac-hex"  // hex HMAC-SHA256 of the exact body under Header
	SignJWT      SigningScheme = "jwt-es256" // a JWT of the server's own key under Header, over iat (real time) and the hash of the exact body
	SignNone     SigningScheme = "none"
)

// Signing is how a destination wants its deliveries signed. It is data: notifying does it.
type Signing struct {
	Scheme          SigningScheme `json:"scheme"`
	Endpoint        EndpointID    `json:"endpoint,omitempty"` // whose secrets sign (SignStandard)
	ApplicationKey  bool          `json:"application_key,omitempty"`
	Header          string        `json:"header,omitempty"`           // of the signature (SignHMACHex, SignJWT)
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
