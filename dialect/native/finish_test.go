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

func TestARedirectDoesNotSayInOurNameWhatWeDoNot(t *testing.T) {
	t.Parallel()
	to, err := native.New(dialect.Verbs{}).Finish(t.Context(), linking.LinkResult{
		Code: "the-code", Link: fairlead.Link{
			ID: "lnk_1", Status: fairlead.LinkFinished, Spec: fairlead.Spec{Redirect: "https://shop.example/back?error=retry&x=%7e&c%6fde=theirs#top"},
		},
	})
	if want := "https://shop.example/back?x=%7e&link_id=lnk_1&status=finished&code=the-code#top"; err != nil || to.URL != want {
		t.Errorf("who has linked is led to %s (%v), want %s", to.URL, err, want)
	}
	to, err = native.New(dialect.Verbs{}).Finish(t.Context(), linking.LinkResult{
		Link: fairlead.Link{ID: "lnk_1", Status: fairlead.LinkExited, Spec: fairlead.Spec{AppLink: "com.example.app:back?code=theirs&error=own"}},
	})
	if want := "com.example.app:back?link_id=lnk_1&status=exited"; err != nil || to.URL != want {
		t.Errorf("who has given up is led to %s (%v), want %s", to.URL, err, want)
	}
}
