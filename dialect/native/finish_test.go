package native_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/dialect/native"
	"github.com/fairlead-dev/fairlead/linking"
)

func TestAConnectionOfWhichNothingCameFinishesWithItsError(t *testing.T) {
	t.Parallel()
	down := &fairlead.Problem{Kind: fairlead.InstitutionDown}
	for name, c := range map[string]struct {
		stage   fairlead.Stage
		problem *fairlead.Problem
		want    string
	}{
		"all came":                       {fairlead.StageResult, nil, ""},
		"nothing came":                   {fairlead.StageResult, down, "institution_down"},
		"another institution went wrong": {fairlead.StageConversation, down, ""}, // the first is connected
	} {
		to, err := native.New(dialect.Verbs{}).Finish(t.Context(), linking.LinkResult{
			Code: "the-code", Link: fairlead.Link{
				ID: "lnk_1", Status: fairlead.LinkFinished, Stage: c.stage, Problem: c.problem, Spec: fairlead.Spec{Redirect: "https://app.example.com/back"},
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		var message struct{ Status, Code, Error string }
		if err := json.Unmarshal(to.Message, &message); err != nil {
			t.Fatal(err)
		}
		if message.Status != "finished" || message.Code != "the-code" || message.Error != c.want || strings.Contains(to.URL, "error="+c.want) != (c.want != "") {
			t.Errorf("%s: %s, led to %s", name, to.Message, to.URL)
		}
	}
}
