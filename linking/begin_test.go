package linking_test

import (
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
)

func TestAConversationBeginsBeforeThePersonComes(t *testing.T) {
	t.Parallel()
	x := newBench(t)
	made, err := x.l.Create(t.Context(), x.app, linking.CreateRequest{Reference: "ana", Spec: fairlead.Spec{
		Institution: "ins_farol", Stages: []fairlead.Stage{fairlead.StageConversation},
	}})
	must(t, err)
	link, err := x.l.Begin(t.Context(), x.tenant, made.Link.ID)
	must(t, err)
	if link.Consent == "" || link.Conversation == nil || link.Conversation.Step.Send == nil {
		t.Fatalf("nothing awaits the person: %+v", link.Conversation)
	}
	_, err = x.l.Begin(t.Context(), x.tenant, made.Link.ID)
	wantKind(t, err, fairlead.Conflict)
	shown, err := x.l.Create(t.Context(), x.app, linking.CreateRequest{Spec: fairlead.Spec{Institution: "ins_farol"}})
	must(t, err)
	_, err = x.l.Begin(t.Context(), x.tenant, shown.Link.ID)
	wantKind(t, err, fairlead.Conflict)
}
