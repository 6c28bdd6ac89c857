package server_test

import (
	"testing"

	"github.com/fairlead-dev/fairlead/apptest/looptest"
)

func TestAServerFollowsAnotherThroughPlaidForAMonth(t *testing.T) {
	t.Parallel()
	s := looptest.Start(t)
	s.Plaid(s.Pages)
}

func TestAServerFollowsAnotherThroughSimpleFINForAMonth(t *testing.T) {
	t.Parallel()
	looptest.Start(t).SimpleFIN()
}
