package native

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
)

func TestAConnectionSaysHowOldItsDataIsWhatIsMissingAndWhoMustAct(t *testing.T) {
	t.Parallel()
	at := func(hour int) time.Time { return time.Date(2026, 11, 20, hour, 0, 0, 0, time.UTC) }
	missing := fairlead.Problem{
		Kind: fairlead.ConsentEnded, Product: fairlead.ProductAccounts, Actor: fairlead.ActorPerson, Where: "link", Since: at(3),
		Detail: "Please sign in to Second Bank again.", Accounts: []string{"B", "NEVER STORED"},
	}
	c := fairlead.Connection{
		ID: "con_1", Status: fairlead.ConnectionActive, ResetsAt: at(20),
		Products: map[fairlead.Product]fairlead.ProductState{
			fairlead.ProductAccounts: {Status: fairlead.ProductReady, LastGood: at(12), AsOf: at(2), Partial: []fairlead.Problem{missing}},
			fairlead.ProductTransactions: {
				Status: fairlead.ProductReady, LastGood: at(11), ServedFrom: fairlead.Date{Year: 2026, Month: 8, Day: 22}, Wanted: fairlead.Date{Year: 2024, Month: 11, Day: 20},
			},
		},
	}
	type problem struct {
		Kind, Actor, Where, Detail string
		AccountIDs                 []string `json:"account_ids"`
	}
	var got struct {
		Status      string
		Problem     *problem
		DataAsOf    time.Time `json:"data_as_of"`
		CollectedAt time.Time `json:"collected_at"`
		ResetsAt    time.Time `json:"resets_at"`
		Products    map[string]struct {
			DataAsOf    *time.Time `json:"data_as_of"`
			CollectedAt time.Time  `json:"collected_at"`
			WantedFrom  string     `json:"wanted_from"`
			ServedFrom  string     `json:"served_from"`
			Missing     []problem
		}
	}
	text, err := json.Marshal(connectionOf(c, accountIDs{"B": "acc_2"}))
	if err == nil {
		err = json.Unmarshal(text, &got)
	}
	if err != nil {
		t.Fatal(err)
	}
	if !got.DataAsOf.Equal(at(2)) || !got.CollectedAt.Equal(at(11)) || !got.ResetsAt.Equal(at(20)) || got.Status != "active" {
		t.Errorf("the connection is %s", text)
	}
	transactions, accounts := got.Products["transactions"], got.Products["accounts"]
	if transactions.DataAsOf != nil || !transactions.CollectedAt.Equal(at(11)) || transactions.WantedFrom != "2024-11-20" || transactions.ServedFrom != "2026-08-22" {
		t.Errorf("transactions: %s", text)
	}
	if len(accounts.Missing) != 1 || got.Problem == nil {
		t.Fatalf("what is missing: %s", text)
	}
	for _, p := range []problem{*got.Problem, accounts.Missing[0]} {
		if p.Kind != "consent_ended" || p.Actor != "person" || p.Where != "link" || p.Detail == "" || len(p.AccountIDs) != 1 || p.AccountIDs[0] != "acc_2" {
			t.Errorf("the problem is %+v", p)
		}
	}
}
