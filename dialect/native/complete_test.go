package native_test

import (
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/dialect/dialecttest"
	"github.com/fairlead-dev/fairlead/dialect/native"
	"github.com/fairlead-dev/fairlead/notifying"
)

func TestEveryKindOfErrorHasAnAnswer(t *testing.T) {
	t.Parallel()
	dialecttest.EveryKind(t, native.Status)
}

func TestEveryEventIsToldOrIgnored(t *testing.T) {
	t.Parallel()
	dialecttest.EveryEvent(t, native.New(dialect.Verbs{}), native.Ignored, func(fairlead.EventKind) notifying.EventContext {
		return notifying.EventContext{Event: fairlead.Event{Endpoint: "whe_1"}, Endpoints: []fairlead.Endpoint{{ID: "whe_1"}}}
	})
}

func TestEveryKindOfEventAndErrorIsExplained(t *testing.T) {
	t.Parallel()
	for _, w := range append(native.ReferenceEvents(), native.ReferenceErrors()...) {
		if w.Words == "" {
			t.Errorf("%s is not explained on the reference page", w.Name)
		}
	}
	if len(native.ReferenceErrors()) != len(fairlead.ErrorKinds()) {
		t.Errorf("%d kinds of error are explained, want %d", len(native.ReferenceErrors()), len(fairlead.ErrorKinds()))
	}
}
