package simplefin_test

import (
	"io"
	"net/http"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead/apptest"
)

func TestSoakAQuarterOfAMillionTransactionsAreStreamedInLittleMemory(t *testing.T) {
	if os.Getenv("FAIRLEAD_SOAK") == "" {
		t.Skip("set FAIRLEAD_SOAK=1")
	}
	a := apptest.Start(t)
	p := person{App: a}
	a.Call("POST", "/sandbox/links", map[string]any{"institution_id": "harbor", "user": "heavy", "password": "heavy", "person": "ada"}, nil)
	a.Until("all is collected", func() bool {
		all := apptest.List[struct{ Person, Status string }](a, "/connections?person=ada")
		for _, c := range all {
			p.id = c.Person
		}
		return len(all) == 1 && all[0].Status == "active"
	})
	program := p.program(nil)
	address := *program.address
	address.User = nil
	r, err := http.NewRequest("GET", address.String()+"/accounts?version=2&pending=1", nil)
	if err != nil {
		t.Fatal(err)
	}
	password, _ := program.address.User.Password()
	r.SetBasicAuth(program.address.User.Username(), password)
	runtime.GC()
	var before, m runtime.MemStats
	runtime.ReadMemStats(&before)
	began := time.Now()
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var size, grown int64
	for {
		n, err := io.CopyN(io.Discard, response.Body, 1<<20)
		size += n
		runtime.ReadMemStats(&m)
		grown = max(grown, int64(m.HeapAlloc)-int64(before.HeapAlloc))
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d MB in %s, %d MB of memory", size>>20, time.Since(began), grown>>20)
	if size < 40<<20 {
		t.Errorf("only %d bytes came", size)
	}
	if grown > 64<<20 {
		t.Errorf("it took %d MB of memory", grown>>20)
	}
}
