package fairlead_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fairlead-dev/fairlead"
)

func TestARetryPolicyIsKeptAsItIs(t *testing.T) {
	t.Parallel()
	other := fairlead.StandardRetry()
	other.Delays[0] = time.Minute
	all := []fairlead.Retry{other}
	for field := range reflect.TypeFor[fairlead.Retry]().NumField() { // each by itself makes another policy
		r := fairlead.StandardRetry()
		reflect.ValueOf(&r).Elem().Field(field).SetZero()
		all = append(all, r)
	}
	redirected := fairlead.StandardRetry()
	redirected.Redirects = 3
	for _, want := range append(all, fairlead.Retry{}, fairlead.StandardRetry(), redirected, fairlead.Retry{Delays: []time.Duration{time.Second}, GiveUp: time.Hour}) {
		text, err := json.Marshal(fairlead.Destination{Retry: want})
		if err != nil {
			t.Fatal(err)
		}
		var got fairlead.Destination
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got.Retry); diff != "" {
			t.Errorf("%s\n%s", text, diff)
		}
	}
}
