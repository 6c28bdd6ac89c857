package klavi

import (
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/linking"
)

func TestARedirectDoesNotSayInOurNameWhatWeDoNot(t *testing.T) {
	t.Parallel()
	id := fairlead.LinkID(fairlead.NewID("lnk", time.Unix(0, 0)))
	origin, err := state{}.origin()
	if err != nil {
		t.Fatal(err)
	}
	to, err := New(dialect.Verbs{}).Finish(t.Context(), linking.LinkResult{Link: fairlead.Link{
		ID: id, Origin: origin, Status: fairlead.LinkFinished,
		Spec: fairlead.Spec{Redirect: "https://shop.example/back?error=retry&x=%7e&consent%5Fid=theirs&error_description=own#top"},
	}})
	if want := "https://shop.example/back?x=%7e&link_id=" + fairlead.UUID(id) + "#top"; err != nil || to.URL != want {
		t.Errorf("who has linked is led to\n%s (%v), want\n%s", to.URL, err, want)
	}
}
