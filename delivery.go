package fairlead

import "time"

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
