package server

import (
	"testing"

	"github.com/fairlead-dev/fairlead"
)

func TestARefusedCommandIsSaidInSentences(t *testing.T) {
	t.Parallel()
	for reason, want := range map[string]string{
		"must be given":             "url must be given.",
		"The address must be full.": "url: The address must be full.",
	} {
		err := &fairlead.Error{Kind: fairlead.Invalid, Fields: []fairlead.Field{{Name: "url", Reason: reason}}}
		if got := CommandError(err); got != want {
			t.Errorf("it says %q, want %q", got, want)
		}
	}
}
