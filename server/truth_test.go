package server_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
)

func TestSyncNowIsThereForPrograms(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	con := app.Linked("harbor", "good+sync", "good")
	type collection struct {
		Cause   string
		EndedAt string `json:"ended_at"`
	}
	if status, body := app.Raw("POST", "/connections/"+con+"/collect", nil); status != http.StatusAccepted {
		t.Fatalf("collecting now answered %d %s", status, body)
	}
	app.Until("the collection that was requested has ended", func() bool {
		return slices.ContainsFunc(apptest.List[collection](app, "/connections/"+con+"/collections"), func(c collection) bool {
			return c.Cause == "requested" && c.EndedAt != ""
		})
	})
}

func TestAnAccountWithoutStatementsAnswersAnEmptyList(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	con := app.Linked("harbor", "good+papers", "PRODUCT_MISSING_statements+PRODUCT_MISSING_tax_forms")
	if accounts := apptest.List[struct{ ID string }](app, "/connections/"+con+"/accounts"); len(accounts) == 0 {
		t.Fatal("no accounts came")
	}
	if status, body := app.Raw("GET", "/connections/"+con+"/documents", nil); status != http.StatusOK {
		t.Errorf("documents answered %d %s", status, body)
	}
	if papers := apptest.List[struct{ ID string }](app, "/connections/"+con+"/documents"); len(papers) != 0 {
		t.Errorf("documents of an account without statements: %v", papers)
	}
}
