package sandbox

import (
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
)

func BenchmarkAPageOfTheHeavyCustomer(b *testing.B) {
	s := New(NewMemory(), Options{})
	session := connector.Session{
		Env: connector.Env{Tenant: "ten_1", Seed: "seed", Now: noon()}, Institution: s.institutions[0].Institution,
		Secrets: map[string]fairlead.Secret{"user": fairlead.NewSecret("heavy")},
	}
	req := connector.FetchRequest{Product: fairlead.ProductTransactions, Limit: 500}
	b.ReportAllocs()
	for b.Loop() {
		p, err := s.Fetch(b.Context(), session, req)
		if err != nil {
			b.Fatal(err)
		}
		req.Cursor = p.Cursor
	}
}

func BenchmarkADailyCollection(b *testing.B) {
	s := New(NewMemory(), Options{})
	at, _ := s.institution("ins_puerto")
	session := connector.Session{
		Env: connector.Env{Tenant: "ten_1", Seed: "seed", Now: noon()}, Institution: at.Institution,
		Secrets: map[string]fairlead.Secret{"user": fairlead.NewSecret("good")},
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, p := range at.Products {
			if _, err := s.Fetch(b.Context(), session, connector.FetchRequest{Product: p, Since: fairlead.DateOf(session.Now)}); err != nil {
				b.Fatal(err)
			}
		}
		session.Now = session.Now.AddDate(0, 0, 1)
	}
}
