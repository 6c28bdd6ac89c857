package fairlead_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fairlead-dev/fairlead"
)

func TestARetryPolicyIsKeptAsItIs(t *testing.T) {
	t.Parallel()
	other := fairlead.StandardRetry()
	other.Delays[0] = time.Minute
	redirected := fairlead.StandardRetry()
	redirected.Redirects = 3
	for _, want := range []fairlead.Retry{{}, fairlead.StandardRetry(), other, redirected, {Delays: []time.Duration{time.Second}, GiveUp: time.Hour}} {
		text, err := json.Marshal(fairlead.Target{Retry: want})
		if err != nil {
			t.Fatal(err)
		}
		var got fairlead.Target
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got.Retry); diff != "" {
			t.Errorf("%s\n%s", text, diff)
		}
	}
}
