package taiki_test

import (
	"testing"

	"github.com/fairlead-dev/fairlead/dialect/dialecttest"
	"github.com/fairlead-dev/fairlead/dialect/taiki"
)

func TestTranscripts(t *testing.T) {
	t.Parallel()
	dialecttest.RunTranscripts(t, "testdata")
}

func TestEveryKindOfErrorHasAnAnswer(t *testing.T) {
	t.Parallel()
	dialecttest.EveryKind(t, taiki.Status)
}
