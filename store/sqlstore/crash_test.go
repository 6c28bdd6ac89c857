package sqlstore_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore"
)

// childAddress is set in a child process: it writes there until it is killed.
const childAddress = "FAIRLEAD_TEST_CHILD"

func TestMain(m *testing.M) {
	if address := os.Getenv(childAddress); address != "" {
		if err := writeUntilKilled(address); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// writeUntilKilled writes from many goroutines and prints the id of what was
// answered, and only then.
func writeUntilKilled(address string) error {
	s, err := sqlstore.Open(context.Background(), address, sqlstore.Options{})
	if err != nil {
		return err
	}
	failed := make(chan error)
	var out sync.Mutex
	for i := range 8 {
		go func() {
			for n := 0; ; n++ {
				id := fmt.Sprintf("per_%d_%06d", i, n)
				if err := s.Update(context.Background(), func(tx *store.Tx) error { return writeCause(tx, id) }); err != nil {
					failed <- err
					return
				}
				out.Lock()
				fmt.Println(id)
				out.Unlock()
			}
		}()
	}
	return <-failed
}

// writeCause writes a person, its event and the work that follows.
func writeCause(tx *store.Tx, id string) error {
	p := fairlead.Person{ID: fairlead.PersonID(id), Tenant: "ten_1", Reference: id}
	if err := tx.Persons.Put("ten_1", &p); err != nil {
		return err
	}
	if err := tx.Events.Append(fairlead.Event{ID: fairlead.EventID("evt_" + id), Tenant: "ten_1", Kind: fairlead.EventLinkOpened}); err != nil {
		return err
	}
	return tx.Work.Due(fairlead.Work{Tenant: "ten_1", Kind: fairlead.CollectWork, Key: id})
}

func TestWhatSQLiteAnsweredSurvivesKillMinusNine(t *testing.T) {
	t.Parallel()
	survivesKill(t, sqliteURL(t))
}

func TestWhatPostgresAnsweredSurvivesKillMinusNine(t *testing.T) {
	t.Parallel()
	survivesKill(t, freshDatabase(t, postgresServer(t)))
}

func survivesKill(t *testing.T, address string) {
	if err := sqlstore.Migrate(t.Context(), address); err != nil {
		t.Fatal(err)
	}
	answered := killedChild(t, address, 400)
	s := openStore(t, address, sqlstore.Options{})
	defer s.Close()
	if err := s.View(t.Context(), func(tx *store.Tx) error {
		for _, id := range answered {
			if _, err := tx.Persons.Get("ten_1", id); err != nil {
				return fmt.Errorf("%s was answered: %w", id, err)
			}
			if _, err := tx.Events.Get("ten_1", fairlead.EventID("evt_"+id)); err != nil {
				return fmt.Errorf("the event of %s was answered: %w", id, err)
			}
		}
		return wholeTransactions(tx)
	}); err != nil {
		t.Fatal(err)
	}
	if n := claimAll(t, s); n < len(answered) {
		t.Fatalf("%d pieces of work for %d answers", n, len(answered))
	}
}

// killedChild lets a child write until it has answered so often, kills it, and
// returns all its answers.
func killedChild(t *testing.T, address string, answers int) []string {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	child := exec.CommandContext(ctx, os.Args[0])
	child.Env = append(os.Environ(), childAddress+"="+address)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var list []string
	for lines := bufio.NewReader(out); ; {
		line, err := lines.ReadString('\n')
		if err != nil {
			break // a line that was cut is no answer
		}
		list = append(list, strings.TrimSpace(line))
		if len(list) == answers {
			child.Process.Kill() // SIGKILL; what is in the pipe is read to its end
		}
	}
	child.Wait()
	if len(list) < answers {
		t.Fatalf("the child answered %d times", len(list))
	}
	return list
}

// wholeTransactions checks that nothing is there by half.
func wholeTransactions(tx *store.Tx) error {
	sequence := int64(0)
	for {
		page, err := tx.Events.After("ten_1", store.EventQuery{Sequence: sequence, Limit: 1000})
		if err != nil || len(page) == 0 {
			return err
		}
		for _, e := range page {
			if e.Sequence != sequence+1 {
				return fmt.Errorf("after event %d comes %d", sequence, e.Sequence)
			}
			sequence = e.Sequence
			if _, err := tx.Persons.Get("ten_1", strings.TrimPrefix(string(e.ID), "evt_")); err != nil {
				return fmt.Errorf("an event without its cause: %w", err)
			}
		}
	}
}

func claimAll(t *testing.T, s store.Store) (n int) {
	for {
		got, err := s.Queue().Claim(t.Context(), store.ClaimRequest{Owner: "n", Now: time.Now(), Lease: time.Hour, Limit: 500})
		if err != nil {
			t.Fatal(err)
		}
		if len(got) == 0 {
			return n
		}
		n += len(got)
	}
}
