// Command peers runs PocketBase as a peer of the benchmarks, in a module of its own so that nothing of it
// is among the program's dependencies.
//
//	peers DATA ADDRESS NORMAL|FULL ROWS
//
// It makes a collection "links" of as many records, prints the token of a superuser and serves until it
// is killed. The word is SQLite's "synchronous": PocketBase itself sets NORMAL, which commits without a
// sync; FULL syncs each commit, as Fairlead does.
package main

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	_ "github.com/pocketbase/pocketbase/migrations" // its own tables
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

// fields are those of a record: as many texts as a link has.
var fields = []string{"person", "status", "reference", "institution", "address", "application", "mode", "note"}

func run(args []string) error {
	if len(args) != 4 {
		return errors.New("usage: peers DATA ADDRESS NORMAL|FULL ROWS")
	}
	rows, err := strconv.Atoi(args[3])
	if err != nil {
		return err
	}
	app := core.NewBaseApp(core.BaseAppConfig{DataDir: args[0], DBConnect: func(file string) (*dbx.DB, error) {
		// PocketBase's own pragmas (core.DefaultDBConnect), but for synchronous.
		return dbx.Open("sqlite", file+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=journal_size_limit(200000000)&_pragma=synchronous("+args[2]+
			")&_pragma=foreign_keys(ON)&_pragma=temp_store(MEMORY)&_pragma=cache_size(-32000)")
	}})
	if err := app.Bootstrap(); err != nil {
		return err
	}
	if err := app.RunAllMigrations(); err != nil {
		return err
	}
	app.Settings().Logs.MaxDays = 0 // its log of requests, which would cost each of them a row
	if err := app.Save(app.Settings()); err != nil {
		return err
	}
	token, err := fill(app, rows)
	if err != nil {
		return err
	}
	fmt.Println(token)
	err = apis.Serve(app, apis.ServeConfig{HttpAddr: args[1]})
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// fill makes the collection and its records, and returns a superuser's token.
func fill(app core.App, rows int) (string, error) {
	links := core.NewBaseCollection("links")
	for _, name := range fields {
		links.Fields.Add(&core.TextField{Name: name})
	}
	links.AddIndex("links_person", false, "person", "")
	if err := app.Save(links); err != nil {
		return "", err
	}
	err := app.RunInTransaction(func(tx core.App) error {
		for n := range rows {
			record := core.NewRecord(links)
			for _, name := range fields {
				record.Set(name, fmt.Sprintf("%s-%d", name, n))
			}
			if err := tx.SaveNoValidate(record); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	users, err := app.FindCollectionByNameOrId(core.CollectionNameSuperusers)
	if err != nil {
		return "", err
	}
	user := core.NewRecord(users)
	user.SetEmail("bench@example.com")
	user.SetPassword("benchmarks")
	if err := app.Save(user); err != nil {
		return "", err
	}
	return user.NewStaticAuthToken(24 * time.Hour)
}
