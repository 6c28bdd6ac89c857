package measuring

import (
	"math"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// Counts is what happened in a span.
type Counts struct {
	Opened   int64 `json:"opened,omitempty"` // links, by a person
	Finished int64 `json:"finished,omitempty"`
	Failed   int64 `json:"failed,omitempty"`
	Exited   int64 `json:"exited,omitempty"`  // the person left, or the application cancelled
	Expired  int64 `json:"expired,omitempty"` // counted where they had been opened
	// Left is where the links that were opened and not finished stood at their end.
	Left map[fairlead.Stage]int64 `json:"left,omitempty"`
	// Collections by how they ended: complete, partial, failed.
	Collections map[string]int64 `json:"collections,omitempty"`
	// Why is what stood in the way of links and collections.
	Why  map[fairlead.ErrorKind]int64 `json:"why,omitempty"`
	Took map[Phase]Histogram          `json:"took,omitempty"`

	Linked       int64 `json:"linked,omitempty"` // connections
	NeedsAction  int64 `json:"needs_action,omitempty"`
	Recovered    int64 `json:"recovered,omitempty"`
	Disconnected int64 `json:"disconnected,omitempty"`
}

// Phase is something whose duration is measured.
type Phase string

const (
	PhaseLink    Phase = "link"    // from the first visit to the end of a link that finished
	PhaseCollect Phase = "collect" // one collection
)

// count adds an event to each of several counts.
func count(tx *store.Tx, e fairlead.Event, into []*Counts) error {
	switch e.Kind {
	case fairlead.EventLinkOpened:
		each(into, func(c *Counts) { c.Opened++ })
	case fairlead.EventLinkFinished, fairlead.EventLinkFailed, fairlead.EventLinkExited, fairlead.EventLinkExpired:
		return countLink(tx, e, into)
	case fairlead.EventCollectionFinished:
		return countCollection(tx, e, into)
	case fairlead.EventConnectionLinked:
		each(into, func(c *Counts) { c.Linked++ })
	case fairlead.EventConnectionNeedsAction:
		each(into, func(c *Counts) { c.NeedsAction++ })
	case fairlead.EventConnectionRecovered:
		each(into, func(c *Counts) { c.Recovered++ })
	case fairlead.EventConnectionDisconnected:
		each(into, func(c *Counts) { c.Disconnected++ })
	}
	return nil
}

// countLink counts the end of a link. One that nobody opened does not count.
func countLink(tx *store.Tx, e fairlead.Event, into []*Counts) error {
	link, err := tx.Links.Get(e.Tenant, string(e.Link))
	if fairlead.Is(err, fairlead.NotFound) || err == nil && link.Opened.IsZero() {
		return nil
	}
	if err != nil {
		return err
	}
	each(into, func(c *Counts) {
		switch e.Kind {
		case fairlead.EventLinkFinished:
			c.Finished++
			c.took(PhaseLink, e.At.Sub(link.Opened))
			return
		case fairlead.EventLinkFailed:
			c.Failed++
		case fairlead.EventLinkExited:
			c.Exited++
		case fairlead.EventLinkExpired:
			c.Expired++
		}
		add(&c.Left, link.Stage, 1)
		if e.Why != "" {
			add(&c.Why, e.Why, 1)
		}
	})
	return nil
}

func countCollection(tx *store.Tx, e fairlead.Event, into []*Counts) error {
	collection, err := tx.Collections.Get(e.Tenant, string(e.Collection))
	if err != nil && !fairlead.Is(err, fairlead.NotFound) {
		return err
	}
	each(into, func(c *Counts) {
		add(&c.Collections, e.Status, 1)
		if e.Why != "" {
			add(&c.Why, e.Why, 1)
		}
		if !collection.Started.IsZero() && !collection.Ended.Before(collection.Started) {
			c.took(PhaseCollect, collection.Ended.Sub(collection.Started))
		}
	})
	return nil
}

func each(into []*Counts, do func(*Counts)) {
	for _, c := range into {
		do(c)
	}
}

// add adds to a count by key.
func add[K comparable](m *map[K]int64, key K, n int64) {
	if *m == nil {
		*m = map[K]int64{}
	}
	(*m)[key] += n
}

func (c *Counts) took(p Phase, d time.Duration) {
	if c.Took == nil {
		c.Took = map[Phase]Histogram{}
	}
	if c.Took[p] == nil {
		c.Took[p] = Histogram{}
	}
	c.Took[p].Observe(d)
}

// none reports whether nothing was counted.
func (c *Counts) none() bool {
	return c.Opened+c.Finished+c.Failed+c.Exited+c.Expired+c.Linked+c.NeedsAction+c.Recovered+c.Disconnected == 0 && len(c.Collections) == 0
}

// Add adds another span.
func (c *Counts) Add(o Counts) {
	for _, f := range []struct {
		into *int64
		n    int64
	}{
		{&c.Opened, o.Opened},
		{&c.Finished, o.Finished},
		{&c.Failed, o.Failed},
		{&c.Exited, o.Exited},
		{&c.Expired, o.Expired},
		{&c.Linked, o.Linked},
		{&c.NeedsAction, o.NeedsAction},
		{&c.Recovered, o.Recovered},
		{&c.Disconnected, o.Disconnected},
	} {
		*f.into += f.n
	}
	addAll(&c.Left, o.Left)
	addAll(&c.Collections, o.Collections)
	addAll(&c.Why, o.Why)
	for p, h := range o.Took {
		if c.Took == nil {
			c.Took = map[Phase]Histogram{}
		}
		if c.Took[p] == nil {
			c.Took[p] = Histogram{}
		}
		for b, n := range h {
			c.Took[p][b] += n
		}
	}
}

func addAll[K comparable](into *map[K]int64, from map[K]int64) {
	for k, n := range from {
		add(into, k, n)
	}
}

// Success is the share of links that finished among those that were opened and ended
// otherwise than by the person's own leaving, and of collections that brought all; between
// 0 and 1. ok is false where there was none.
func (c Counts) Success() (share float64, ok bool) {
	fine, all := c.Finished, c.Finished+c.Failed
	for status, n := range c.Collections {
		if all += n; status == "complete" {
			fine += n
		}
	}
	if all == 0 {
		return 0, false
	}
	return float64(fine) / float64(all), true
}

// Histogram counts durations by bucket. Each bucket reaches half as far again as the one
// before: a quantile is the end of its bucket, and at most so much too long.
type Histogram map[int]int64

const (
	firstBucket = 10 * time.Millisecond
	bucketRatio = 1.5
	lastBucket  = 45 // ten days
)

// bucketOf is the bucket of a duration.
func bucketOf(d time.Duration) int {
	if d <= firstBucket {
		return 0
	}
	return min(lastBucket, int(math.Ceil(math.Log(float64(d)/float64(firstBucket))/math.Log(bucketRatio))))
}

// Observe counts a duration.
func (h Histogram) Observe(d time.Duration) { h[bucketOf(d)]++ }

// Quantile is the duration that a share q of all was not longer than; 0 where there is none.
func (h Histogram) Quantile(q float64) time.Duration {
	var all int64
	for _, n := range h {
		all += n
	}
	if all == 0 {
		return 0
	}
	rank, seen := int64(math.Ceil(q*float64(all))), int64(0)
	for b := range lastBucket + 1 {
		if seen += h[b]; seen >= max(1, rank) {
			return time.Duration(float64(firstBucket) * math.Pow(bucketRatio, float64(b)))
		}
	}
	return 0
}
