package sqlstore_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore"
)

// clients write at once in the benchmarks, as many requests do.
const clients = 32

func BenchmarkSQLite(b *testing.B) {
	benchmarks(b, func(b *testing.B) string { return sqliteURL(b) })
}

func BenchmarkPostgres(b *testing.B) {
	server := postgresServer(b)
	benchmarks(b, func(b *testing.B) string { return freshDatabase(b, server) })
}

func benchmarks(b *testing.B, fresh func(*testing.B) string) {
	open := func(b *testing.B) store.Store {
		s := openStore(b, fresh(b), sqlstore.Options{Migrate: true, Connections: clients})
		b.Cleanup(func() { s.Close() })
		return s
	}
	link := func(n int64) fairlead.Link {
		return fairlead.Link{
			ID: fairlead.LinkID(fairlead.NewID("lnk", time.Now())), Tenant: "ten_1", Application: "app_1", Person: fairlead.PersonID(fmt.Sprint("per_", n%1000)),
			Status: fairlead.LinkOpen, Stage: fairlead.StageWelcome, Created: time.Now(), Expires: time.Now(),
		}
	}
	b.Run("Put one link", func(b *testing.B) {
		s := open(b)
		each(b, func(n int64) error {
			l := link(n)
			return s.Update(b.Context(), func(tx *store.Tx) error { return tx.Links.Put("ten_1", &l) })
		})
	})
	b.Run("Create a link with its token, event and audit", func(b *testing.B) {
		s := open(b)
		each(b, func(n int64) error {
			l := link(n)
			k := fairlead.Token{Kind: fairlead.LinkToken, Name: fairlead.NewToken(), Tenant: "ten_1", Subject: string(l.ID)}
			return s.Update(b.Context(), func(tx *store.Tx) error {
				if err := tx.Links.Put("ten_1", &l); err != nil {
					return err
				}
				if err := tx.Tokens.Put(&k); err != nil {
					return err
				}
				if err := tx.Events.Append(fairlead.Event{ID: fairlead.EventID("evt_" + l.ID), Tenant: "ten_1", Kind: fairlead.EventLinkOpened, Link: l.ID}); err != nil {
					return err
				}
				return tx.Audit.Append(fairlead.AuditEntry{Tenant: "ten_1", Action: "link.create", Subject: string(l.ID)})
			})
		})
	})
	b.Run("Get one link", func(b *testing.B) {
		s := open(b)
		l := link(1)
		if err := s.Update(b.Context(), func(tx *store.Tx) error { return tx.Links.Put("ten_1", &l) }); err != nil {
			b.Fatal(err)
		}
		each(b, func(int64) error {
			return s.View(b.Context(), func(tx *store.Tx) error {
				_, err := tx.Links.Get("ten_1", string(l.ID))
				return err
			})
		})
	})
	b.Run("Upsert 500 records", func(b *testing.B) { upsertPages(b, open(b)) })
	b.Run("Enqueue, claim and finish", func(b *testing.B) { workRuns(b, open(b)) })
}

// each runs fn b.N times from many clients.
func each(b *testing.B, fn func(n int64) error) {
	var n atomic.Int64
	b.SetParallelism(clients / 2)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := fn(n.Add(1)); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "ops/s")
}

func upsertPages(b *testing.B, s store.Store) {
	page := make([]fairlead.Record, 500)
	for b.Loop() {
		for i := range page {
			page[i] = fairlead.Record{
				ID: fairlead.RecordID(fairlead.NewID("txn", time.Now())), Tenant: "ten_1", Connection: "con_1", Account: "acc_1", Kind: fairlead.TransactionRecord,
				Ref: fairlead.NewToken()[:16], Day: fairlead.DateOf(time.Now()), State: "posted", Changed: time.Now(), Reason: "first",
				Body: []byte(`{"ref":"0123456789","state":"posted","amount":{"amount":"-12.30","currency":"BRL"},"booked":"2026-03-14",` +
					`"description":"Supermarket <& friends>","kind":"card"}`),
			}
		}
		if err := s.Update(b.Context(), func(tx *store.Tx) error { return tx.Records.Upsert("ten_1", "con_1", page) }); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*len(page))/b.Elapsed().Seconds(), "records/s")
}

func workRuns(b *testing.B, s store.Store) {
	for n := 0; b.Loop(); n++ {
		w := fairlead.Work{Tenant: "ten_1", Kind: fairlead.DeliverWork, Key: fmt.Sprint(n), ConcurrencyKey: "whe_1", Due: time.Now()}
		if err := s.Update(b.Context(), func(tx *store.Tx) error { return tx.Work.Due(w) }); err != nil {
			b.Fatal(err)
		}
		r := store.ClaimRequest{Owner: "n", Now: time.Now().Add(time.Second), Lease: time.Minute, Limit: 16, PerConcurrencyKey: 4}
		got, err := s.Queue().Claim(b.Context(), r)
		if err != nil || len(got) != 1 {
			b.Fatal(len(got), err)
		}
		if err := s.Queue().Finish(b.Context(), got[0], store.WorkResult{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBareSQLite is what the machine gives at best: the same row inserted
// by one prepared statement, 32 to a durable commit.
func BenchmarkBareSQLite(b *testing.B) {
	address := sqliteURL(b)
	openStore(b, address, sqlstore.Options{Migrate: true}).Close()
	db, err := sql.Open("sqlite", "file:"+filepath.ToSlash(address[len("sqlite://"):])+"?_pragma=journal_mode(wal)&_pragma=synchronous(full)")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	for n := 0; b.Loop(); n++ {
		tx, err := db.Begin()
		if err != nil {
			b.Fatal(err)
		}
		insert, err := tx.Prepare("INSERT INTO links (tenant, id, version, application, person, status, body) VALUES ('ten_1', ?, 1, 'app_1', ?, 'open', ?)")
		if err != nil {
			b.Fatal(err)
		}
		for range clients {
			if _, err := insert.Exec(fairlead.NewID("lnk", time.Now()), fmt.Sprint("per_", n%1000), fmt.Sprintf("%0300d", n)); err != nil {
				b.Fatal(err)
			}
		}
		if err := tx.Commit(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*clients)/b.Elapsed().Seconds(), "ops/s")
}
