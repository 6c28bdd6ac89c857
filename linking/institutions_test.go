package linking_test

import (
	"slices"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/directory/directorytest"
	"github.com/fairlead-dev/fairlead/linking"
)

// reaches gives the fixture's tenant a provider of some institutions.
func (x *fixture) reaches(n int, change func([]fairlead.Institution)) {
	x.t.Helper()
	p := fairlead.Provider{ID: "prv_1", Tenant: x.tenant, Connector: "sandbox", Environment: fairlead.Sandbox}
	list := directorytest.Institutions(n, p)
	if change != nil {
		change(list)
	}
	must(x.t, directorytest.Provide(x.t.Context(), x.store, &p, list))
}

func TestATemplateNamesInstitutionsOfAProviderAlsoWhenItIsChanged(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	x.reaches(50, nil)
	made, err := x.l.CreateTemplate(t.Context(), x.app, linking.TemplateRequest{Spec: fairlead.Spec{
		Institutions: []fairlead.InstitutionID{"sandbox_ins_000001", "nonsense", "harbor"},
	}})
	must(t, err)
	if want := []fairlead.InstitutionID{"sandbox_ins_000001", "ins_harbor"}; !slices.Equal(made.Spec.Institutions, want) {
		t.Errorf("the template offers %v", made.Spec.Institutions)
	}
	// By a routing number, in the transaction that changes it.
	made, err = x.l.ChangeTemplate(t.Context(), x.app, made.Token, func(t *fairlead.Template) error {
		t.Spec.Institutions = []fairlead.InstitutionID{"110000003", "sandbox_ins_000002", "999999999"}
		return nil
	})
	must(t, err)
	if want := []fairlead.InstitutionID{"sandbox_ins_000003", "sandbox_ins_000002"}; !slices.Equal(made.Spec.Institutions, want) {
		t.Errorf("the changed template offers %v", made.Spec.Institutions)
	}
}

func TestALinkToAnInstitutionThatIsListedNoMoreIsRefused(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	x.reaches(3, func(list []fairlead.Institution) { list[1].Gone = fairlead.RealClock() })
	_, err := x.l.Create(t.Context(), x.app, linking.CreateRequest{Spec: fairlead.Spec{Institution: "sandbox_ins_000001", Redirect: "https://app.example.com/"}})
	if e, ok := err.(*fairlead.Error); !ok || e.Kind != fairlead.Invalid || len(e.Fields) != 1 || e.Fields[0].Name != "institution_id" || e.Fields[0].Code != "gone" {
		t.Errorf("the link gave %v", err)
	}
	made, err := x.l.Create(t.Context(), x.app, linking.CreateRequest{Spec: fairlead.Spec{Institution: "sandbox_ins_000002", Redirect: "https://app.example.com/"}})
	must(t, err)
	if made.Link.Spec.Institution != "sandbox_ins_000002" {
		t.Errorf("the link is to %s", made.Link.Spec.Institution)
	}
}
