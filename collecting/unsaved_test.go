package collecting

import (
	"slices"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
)

func TestWhichPagesWaitForOthers(t *testing.T) {
	t.Parallel()
	some, much := make([]fairlead.Record, 3), make([]fairlead.Record, maxPage)
	for name, c := range map[string]struct {
		before []unsavedPage
		last   unsavedPage
		page   connector.Page
		upload bool
		since  time.Duration // of the last transaction
		want   bool
	}{
		"one that changed nothing":               {since: 2 * time.Hour, page: connector.Page{More: true}, want: true},
		"one that changed nothing, after others": {before: []unsavedPage{{batch: batch{records: some}}}, page: connector.Page{More: true}, want: true},
		"others with it, which came slowly":      {before: []unsavedPage{{batch: batch{records: some}}}, page: connector.Page{More: true}, since: 2 * time.Hour},
		"the last of a product":                  {last: unsavedPage{batch: batch{records: some}}, want: true},
		"one before the last":                    {last: unsavedPage{batch: batch{records: some}}, page: connector.Page{More: true}},
		"one that came slowly":                   {last: unsavedPage{batch: batch{records: some}}, since: 2 * time.Hour},
		"with others it would be much":           {before: []unsavedPage{{batch: batch{records: some}}}, last: unsavedPage{batch: batch{records: much}}},
		"one of a file":                          {last: unsavedPage{batch: batch{records: some}}, upload: true},
		"new secrets":                            {last: unsavedPage{progress: progress{secrets: fairlead.Sealed{1}}}},
		"an account under another id":            {last: unsavedPage{progress: progress{renamed: map[string]string{"a": "b"}}}},
		"a chosen account under another":         {last: unsavedPage{progress: progress{accounts: []string{"a"}}}},
		"a service that wants to be left alone":  {last: unsavedPage{progress: progress{resets: resets{connection: time.Now()}}}},
	} {
		r := &run{Collecting: &Collecting{o: Options{SaveAfter: time.Hour}}, convert: &converter{}, unsaved: append(slices.Clone(c.before), c.last), saved: time.Now().Add(-c.since)}
		r.conn.Uploaded = c.upload
		if got := r.canWait(c.page); got != c.want {
			t.Errorf("%s: it waits: %t, want %t", name, got, c.want)
		}
	}
}
