package dialecttest

import "testing"

func TestTranscriptsRun(t *testing.T) {
	t.Parallel()
	RunTranscripts(t, "testdata")
}
