package linking_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/store"
)

// counting counts the transactions of a store.
type counting struct {
	store.Store
	n atomic.Int32
}

func (c *counting) View(ctx context.Context, fn func(*store.Tx) error) error {
	c.n.Add(1)
	return c.Store.View(ctx, fn)
}

func (c *counting) Update(ctx context.Context, fn func(*store.Tx) error) error {
	c.n.Add(1)
	return c.Store.Update(ctx, fn)
}

func TestAnAnswerTakesAtMostFiveTransactions(t *testing.T) {
	t.Parallel()
	const most = 5
	for name, c := range map[string]struct {
		stages []fairlead.Stage
		user   string
	}{
		"to the next question":        {nil, "otp"},
		"to the result":               {nil, "good"},
		"to the end of the link":      {[]fairlead.Stage{fairlead.StageConversation}, "good"},
		"to the acceptance":           {[]fairlead.Stage{fairlead.StageAcceptance}, "good"},
		"to the data that is fetched": {[]fairlead.Stage{fairlead.StageRetrieving}, "good"},
		"to a wrong password":         {nil, "locked"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := newBench(t)
			counted := &counting{Store: x.store}
			options := x.options
			options.Store = counted
			l := linking.New(options)
			l.Finishes("native", x.finisher)
			p := x.open(func(r *linking.CreateRequest) { r.Spec.Stages, r.Spec.Institution = c.stages, "ins_harbor" })
			turn := p.toLogin("harbor").Turn
			counted.n.Store(0)
			v, err := l.Open(t.Context(), p.s, p.link)
			must(t, err)
			must(t, v.Answer(t.Context(), turn, fields("user", c.user, "password", c.user)))
			must(t, l.Close(t.Context()))
			if n := counted.n.Load(); n > most {
				t.Errorf("%d transactions, want at most %d", n, most)
			} else {
				t.Logf("%d transactions", n)
			}
		})
	}
}
