package dialecttest

import (
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/fairlead-dev/fairlead/apptest"
)

// commands are the lines of a "do" section. What they take is divided by spaces.
//
//	link INSTITUTION USER PASSWORD [PERSON [PRODUCT,...]]  links without a page and waits for the first collection; captures ${connection}
//	start INSTITUTION USER PASSWORD [PERSON [PRODUCT,...]] the same without waiting
//	advance SPAN                              lets "30d" pass in the sandbox
//	settings DIALECT JSON                     changes the application's settings of a dialect
//	visit ADDRESS                             somebody opens an address in a new browser
//	submit [NAME VALUE]...                    fills the fields and presses the page's main button
//	press NAME [NAME VALUE]...                presses the button whose address ends in the name
//	see TEXT...                               the page must say so
//	left ADDRESS                              the browser must have been sent there; masks capture parts of it
//	receive N                                 waits until N posts have arrived in all
func commands() map[string]func(*transcript, []string) {
	return map[string]func(*transcript, []string){
		"link":  func(x *transcript, w []string) { x.link(w); x.collected() },
		"start": (*transcript).link,
		"advance": func(x *transcript, w []string) {
			x.needs(w, 1)
			x.app.Advance(w[0])
		},
		"settings": (*transcript).settings,
		"visit": func(x *transcript, w []string) {
			x.needs(w, 1)
			x.person = x.app.Visit(w[0])
		},
		"submit": func(x *transcript, w []string) { x.browser().Submit(w...) },
		"press": func(x *transcript, w []string) {
			x.needs(w, 1)
			x.browser().Press(w[0], w[1:]...)
		},
		"see": (*transcript).see,
		"left": func(x *transcript, w []string) {
			x.needs(w, 1)
			x.left(w[0])
		},
		"receive": func(x *transcript, w []string) {
			n := x.number(w)
			x.app.Until("enough posts arrived", func() bool { return len(x.receiver.Got()) >= n })
		},
	}
}

func (x *transcript) do(line string) {
	x.Helper()
	words := strings.Fields(line)
	if len(words) == 0 {
		return
	}
	action, ok := commands()[words[0]]
	if !ok {
		x.Fatalf("%q is nothing that a transcript can do", words[0])
	}
	action(x, words[1:])
}

func (x *transcript) needs(words []string, n int) {
	x.Helper()
	if len(words) < n {
		x.Fatalf("a line of a do section needs %d words more", n-len(words))
	}
}

func (x *transcript) number(words []string) int {
	x.Helper()
	x.needs(words, 1)
	n, err := strconv.Atoi(words[0])
	if err != nil {
		x.Fatal(err)
	}
	return n
}

func (x *transcript) link(words []string) {
	x.Helper()
	x.needs(words, 3)
	body := map[string]any{"institution_id": words[0], "user": words[1], "password": words[2]}
	if len(words) > 3 {
		body["person"] = words[3]
	}
	if len(words) > 4 {
		body["products"] = strings.Split(words[4], ",")
	}
	var made struct {
		ConnectionID string `json:"connection_id"`
		Status       string
		Error        string
	}
	x.app.Call("POST", "/sandbox/links", body, &made)
	if made.ConnectionID == "" {
		x.Fatalf("linking ended as %s: %s", made.Status, made.Error)
	}
	x.captured["connection"] = made.ConnectionID
}

func (x *transcript) collected() {
	x.Helper()
	x.app.Until("the first collection has ended", func() bool {
		var c struct{ Status string }
		x.app.Call("GET", "/connections/"+x.captured["connection"], nil, &c)
		return c.Status != "collecting"
	})
}

func (x *transcript) settings(words []string) {
	x.Helper()
	x.needs(words, 2)
	text := strings.Join(words[1:], " ")
	if !json.Valid([]byte(text)) {
		x.Fatalf("%q is not JSON", text)
	}
	var apps struct{ Data []struct{ ID string } }
	x.app.Call("GET", "/applications", nil, &apps)
	x.app.Call("PATCH", "/applications/"+apps.Data[0].ID+"/settings/"+words[0], json.RawMessage(text), nil)
}

func (x *transcript) browser() *apptest.Browser {
	x.Helper()
	if x.person == nil {
		x.Fatal("nobody has visited an address")
	}
	return x.person
}

func (x *transcript) see(words []string) {
	x.Helper()
	want := strings.Join(words, " ")
	p := x.browser()
	if !strings.Contains(strings.Join(strings.Fields(p.Text()), " "), want) {
		x.Fatalf("the page at %s (%d) does not say %q:\n%s", p.At, p.Status, want, p.Text())
	}
}

// left compares where the browser was sent, by a redirect or by the last page.
func (x *transcript) left(want string) {
	x.Helper()
	p := x.browser()
	address := p.ReturnURL()
	if address == "" {
		x.Fatalf("the browser was not sent away from %s (%d):\n%s", p.At, p.Status, p.Text())
	}
	check := matcher{captured: x.captured}
	check.text("where the browser was sent", want, address)
	if len(check.wrong) > 0 {
		x.Fatal(check.wrong[0])
	}
}

func basic(user, password string) string {
	return base64.StdEncoding.EncodeToString([]byte(user + ":" + password))
}
