package klavi_test

import (
	"testing"

	"github.com/fairlead-dev/fairlead/dialect/dialecttest"
)

func TestTranscripts(t *testing.T) {
	t.Parallel()
	dialecttest.RunTranscripts(t, "testdata")
}
