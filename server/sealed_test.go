package server_test

import (
	"bytes"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
)

// sealedKinds are what SECURITY.md says is sealed of collected data, by the names under
// which an export has it.
var sealedKinds = map[string][]string{
	"tax ids":                   {"documents.number", "counterparty.tax_id", "ofb.partieCnpjCpf"},
	"account numbers":           {"numbers.number", "counterparty.account", "ofb.partieNumber"},
	"IBANs":                     {"numbers.iban", "counterparty.iban"},
	"contract numbers":          {"contract_number", "ofb.ipocCode"},
	"e-mail addresses":          {"emails"},
	"phone numbers":             {"phones"},
	"postal addresses":          {"addresses.lines"},
	"free texts with a number":  {"description", "original_description"},
	"extra fields of standards": {"ofb.contractAmount", "ofb.transactionDateTime"},
}

var longNumber = regexp.MustCompile(`[0-9]{9}`)

// gather collects the texts of a JSON value by the names that lead to them.
func gather(found map[string][]string, value any, path ...string) {
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			gather(found, inner, append(slices.Clone(path), name)...)
		}
	case []any:
		for _, inner := range v {
			gather(found, inner, path...)
		}
	case string:
		for n := range path {
			name := strings.Join(path[n:], ".")
			found[name] = append(found[name], v)
		}
	}
}

// canaries are the values of a kind that are long enough to be looked for.
func canaries(found map[string][]string, names []string) (values []string) {
	for _, name := range names {
		all := slices.Compact(slices.Sorted(slices.Values(found[name])))
		all = slices.DeleteFunc(all, func(v string) bool {
			return len(v) < 7 || strings.HasSuffix(name, "description") && !longNumber.MatchString(v) // nobody is named by it
		})
		for n := 0; n < len(all); n += len(all)/mostOfAName + 1 {
			values = append(values, all[n])
		}
	}
	return values
}

// mostOfAName is how many values of one name are looked for, spread over all: looking
// for thousands in every file takes minutes.
const mostOfAName = 12

// forms are how a text may stand in a file: as it is, in hex, and in base64 at each of
// the three offsets, without the characters that its neighbours change.
func forms(text string) [][]byte {
	out := [][]byte{[]byte(text), []byte(hex.EncodeToString([]byte(text)))}
	for shift := range 3 {
		encoded := base64.RawStdEncoding.EncodeToString(append(make([]byte, shift), text...))
		from, to := []int{0, 2, 3}[shift], len(encoded)
		if (shift+len(text))%3 != 0 {
			to--
		}
		out = append(out, []byte(encoded[from:to]))
	}
	return out
}

// files reads every file of a data folder.
func files(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if os.IsNotExist(err) {
			return nil
		}
		if err != nil || d.IsDir() || d.Type()&fs.ModeSocket != 0 || filepath.Base(path) == "keyset.json" {
			return err
		}
		content, err := os.ReadFile(path)
		if os.IsNotExist(err) { // it was just deleted
			return nil
		}
		out[path] = content
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// holding names what holds any form of a text.
func holding(in map[string][]byte, text string) (names []string) {
	for name, content := range in {
		for _, form := range forms(text) {
			if bytes.Contains(content, form) {
				names = append(names, name)
				break
			}
		}
	}
	return names
}

// TestWhatABankOfTheSandboxRemembersIsSealed looks for the tax id that the application
// named its person by, which the bank that is visited is told.
func TestWhatABankOfTheSandboxRemembersIsSealed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	app := apptest.Start(t, apptest.Data(dir))
	var link struct{ ID, URL string }
	app.Call("POST", "/links", map[string]any{
		"person": "hinted", "redirect_url": "http://localhost:9999/back", "institution_id": "farol", "hints": map[string]string{"personal_tax_id": "52998224725"},
	}, &link)
	p := app.Visit(link.URL)
	for range 4 {
		if strings.Contains(p.At.Path, "sandbox") || p.Left {
			break
		}
		p.Submit()
	}
	app.Stop()
	db := database(t, dir)
	var notes int
	if err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM notes WHERE dialect = 'sandbox-memory'").Scan(&notes); err != nil || notes == 0 {
		t.Errorf("the bank remembers %d things (%v)", notes, err)
	}
	if names := holding(files(t, dir), "52998224725"); len(names) > 0 {
		t.Errorf("the tax id is in %v", names)
	}
}

// database opens the database of a data folder beside the server.
func database(t *testing.T, dir string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "fairlead.db")+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func TestAnErasedKeyIsInNoFileAnyMore(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	app := apptest.Start(t, apptest.Data(dir))
	id := app.Linked("harbor", "good", "good")
	caller, err := app.Server.Verbs.Access.ByClient(t.Context(), access.DevClientID, fairlead.NewSecret(access.DevSecret))
	if err != nil {
		t.Fatal(err)
	}
	var conn fairlead.Connection
	var link fairlead.Link
	var person fairlead.Person
	var sealed []fairlead.Sealed
	var blobs []string
	err = app.Server.Store.View(t.Context(), func(tx *store.Tx) (err error) {
		tenant := caller.Tenant.ID
		if conn, err = tx.Connections.Get(tenant, id); err != nil {
			return err
		}
		if link, err = tx.Links.Get(tenant, string(conn.Link)); err != nil {
			return err
		}
		if person, err = tx.Persons.Get(tenant, string(conn.Person)); err != nil {
			return err
		}
		for _, kind := range []fairlead.RecordKind{fairlead.AccountRecord, fairlead.IdentityRecord, fairlead.TransactionRecord, fairlead.DocumentRecord} {
			for rec, err := range store.AllRecords(tx.Records, tenant, store.RecordQuery{Connection: conn.ID, Kind: kind}) {
				if err != nil {
					return err
				}
				var d fairlead.Document
				if json.Unmarshal(rec.Body, &d) == nil && d.Blob != "" {
					blobs = append(blobs, d.Blob)
				}
				if len(rec.Sealed) > 0 && len(sealed) < 200 {
					sealed = append(sealed, rec.Sealed)
				}
			}
		}
		return nil
	})
	if err != nil || len(conn.Key) == 0 || len(conn.Secrets) == 0 || len(sealed) == 0 || len(blobs) == 0 {
		t.Fatalf("there is nothing to erase: %d sealed, %d blobs (%v)", len(sealed), len(blobs), err)
	}
	before := files(t, dir)
	if !anyHolds(before, conn.Key) {
		t.Fatal("the key is not found where it must be: the test looks for the wrong bytes")
	}
	app.Call("DELETE", "/connections/"+id, nil, nil)
	app.Call("DELETE", "/persons/"+person.Reference, nil, nil)
	gone := func() bool {
		in := files(t, dir)
		for _, secret := range append([]fairlead.Sealed{fairlead.Sealed(conn.Key), conn.Secrets, fairlead.Sealed(link.Key)}, sealed...) {
			if anyHolds(in, secret) {
				return false
			}
		}
		return true
	}
	// Nothing else is written: the erasing work itself must have seen to it.
	end := time.Now().Add(25 * time.Second)
	for !gone() {
		if time.Now().After(end) {
			t.Fatal("keys or sealed values are in the files still")
		}
		time.Sleep(200 * time.Millisecond)
	}
	for _, blob := range blobs {
		if _, err := os.Stat(filepath.Join(dir, "blobs", filepath.FromSlash(blob))); !os.IsNotExist(err) {
			t.Errorf("a document's file is there still (%v)", err)
		}
	}
}

// anyHolds looks for bytes in files, as they are and as the JSON of a row has them.
func anyHolds(in map[string][]byte, secret []byte) bool {
	if len(secret) == 0 {
		return false
	}
	encoded := []byte(base64.StdEncoding.EncodeToString(secret))
	for _, content := range in {
		if bytes.Contains(content, secret) || bytes.Contains(content, encoded) {
			return true
		}
	}
	return false
}

func TestASealedValueThatIsMovedToAnotherRowDoesNotOpen(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	app := apptest.Start(t, apptest.Data(dir))
	id := app.Linked("harbor", "good", "good")
	if status, _ := app.Raw("GET", "/connections/"+id+"/accounts?numbers=true", nil); status != 200 {
		t.Fatalf("the accounts answered %d", status)
	}
	db := database(t, dir)
	statement := `UPDATE records SET sealed = (SELECT o.sealed FROM records o WHERE o.kind = 'acc' AND o.sealed IS NOT NULL AND o.id <> records.id ORDER BY o.id LIMIT 1)
		WHERE kind = 'acc' AND sealed IS NOT NULL`
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
	if status, body := app.Raw("GET", "/connections/"+id+"/accounts?numbers=true", nil); status != 500 || bytes.Contains(body, []byte(`"number"`)) {
		t.Errorf("accounts with one another's numbers answered %d %s", status, body)
	}
}

// TestNothingSealedOpensAnywhereElse walks every place where something sealed lies.
func TestNothingSealedOpensAnywhereElse(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	v := app.Server.Vault
	link := func(id string) fairlead.Link { return fairlead.Link{ID: fairlead.LinkID(id), Tenant: "ten_1"} }
	conn := fairlead.Connection{ID: "con_1", Tenant: "ten_1"}
	key, err := v.NewKey(sealing.ConnectionKey(conn).Owner)
	if err != nil {
		t.Fatal(err)
	}
	conn.Key = key
	lnk := link("lnk_1")
	if lnk.Key, err = v.NewKey(sealing.LinkKey(lnk).Owner); err != nil {
		t.Fatal(err)
	}
	own := sealing.ConnectionKey(conn)
	of := sealing.LinkKey(lnk)
	value := []byte("secret")
	for name, move := range map[string]func() error{
		"two accounts": func() error {
			sealed, err := v.Seal(own.Wrapped, own.At("acc_1", sealing.RecordPart), value)
			if err != nil {
				t.Fatal(err)
			}
			_, err = v.Open(own.Wrapped, own.At("acc_2", sealing.RecordPart), sealed)
			return err
		},
		"two fields": func() error {
			sealed, err := v.Seal(of.Wrapped, of.At("lnk_1", sealing.Hints), value)
			if err != nil {
				t.Fatal(err)
			}
			_, err = v.Open(of.Wrapped, of.At("lnk_1", sealing.Result), sealed)
			return err
		},
		"two links": func() error {
			sealed, err := v.Seal(of.Wrapped, of.At("lnk_1", sealing.Hints), value)
			if err != nil {
				t.Fatal(err)
			}
			other := sealing.LinkKey(link("lnk_2"))
			_, err = v.Open(of.Wrapped, other.At("lnk_2", sealing.Hints), sealed)
			return err
		},
		"two endpoints": func() error {
			sealed, err := v.SealRoot(sealing.EndpointLocation(fairlead.Endpoint{Tenant: "ten_1", ID: "whk_1"}), value)
			if err != nil {
				t.Fatal(err)
			}
			_, err = v.OpenRoot(sealing.EndpointLocation(fairlead.Endpoint{Tenant: "ten_1", ID: "whk_2"}), sealed)
			return err
		},
		"two deliveries": func() error {
			sealed, err := v.SealRoot(sealing.DeliveryLocation(fairlead.Delivery{Tenant: "ten_1", ID: "dlv_1"}), value)
			if err != nil {
				t.Fatal(err)
			}
			_, err = v.OpenRoot(sealing.DeliveryLocation(fairlead.Delivery{Tenant: "ten_1", ID: "dlv_2"}), sealed)
			return err
		},
		"two keys of one application": func() error {
			sealed, err := v.SealRoot(sealing.SigningLocation(fairlead.Key{Tenant: "ten_1", Application: "app_1", ID: "key_1"}), value)
			if err != nil {
				t.Fatal(err)
			}
			_, err = v.OpenRoot(sealing.SigningLocation(fairlead.Key{Tenant: "ten_1", Application: "app_1", ID: "key_2"}), sealed)
			return err
		},
		"two codes of one application": func() error {
			sealed, err := v.SealRoot(sealing.CodeLocation(fairlead.Token{Tenant: "ten_1", Application: "app_1", Name: "a"}), value)
			if err != nil {
				t.Fatal(err)
			}
			_, err = v.OpenRoot(sealing.CodeLocation(fairlead.Token{Tenant: "ten_1", Application: "app_1", Name: "b"}), sealed)
			return err
		},
		"two stored answers": func() error {
			sealed, err := v.SealRoot(sealing.AnswerLocation("ten_1", "a"), value)
			if err != nil {
				t.Fatal(err)
			}
			_, err = v.OpenRoot(sealing.AnswerLocation("ten_1", "b"), sealed)
			return err
		},
		"two things that a bank remembers": func() error {
			sealed, err := v.SealRoot(sealing.MemoryLocation("ten_1", "a"), value)
			if err != nil {
				t.Fatal(err)
			}
			_, err = v.OpenRoot(sealing.MemoryLocation("ten_1", "b"), sealed)
			return err
		},
	} {
		if err := move(); err == nil {
			t.Errorf("%s: what was moved from one to the other opens", name)
		}
	}
}
