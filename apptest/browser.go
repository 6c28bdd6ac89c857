package apptest

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"time"

	"golang.org/x/net/html"
)

// Browser visits the hosted pages with a plain browser: cookies and forms, no
// scripts. It follows the page's own rule that the main action is the first
// submit of the form in <main>.
type Browser struct {
	app    *App
	client *http.Client
	At     *url.URL // address of the page shown, or where a redirect left the server
	Page   string   // its HTML
	Status int
	Left   bool // the browser was sent away from the server
	// Waits is called each time a page says that it will show itself again, and
	// reports whether to wait for that. Nil: yes, at once.
	Waits func() bool
}

// Visit opens an address.
func (a *App) Visit(address string) *Browser {
	a.T.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		a.T.Fatal(err)
	}
	noRedirect := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	p := &Browser{app: a, client: &http.Client{Jar: jar, Timeout: deadline, CheckRedirect: noRedirect}}
	p.Go(address)
	return p
}

// Go opens an address, as typed or followed.
func (p *Browser) Go(address string) {
	p.app.T.Helper()
	r, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		p.app.T.Fatal(err)
	}
	p.send(r)
}

// refresh is the address that a page leads to by itself.
var refresh = regexp.MustCompile(`<meta http-equiv="refresh" content="[0-9]+(?:; ?url=([^"]+))?"`)

// send loads a page and goes on where it leads by itself: the end of a link
// leads out of the server, a page that waits leads to itself.
func (p *Browser) send(r *http.Request) {
	p.app.T.Helper()
	for end := time.Now().Add(deadline); ; time.Sleep(50 * time.Millisecond) {
		p.load(r)
		found := refresh.FindStringSubmatch(p.Page)
		if p.Left || found == nil || found[1] == "" && p.Waits != nil && !p.Waits() {
			return
		}
		next, err := p.At.Parse(html.UnescapeString(found[1])) // "" is the page itself
		if err != nil {
			p.app.T.Fatal(err)
		}
		if !strings.HasPrefix(next.String(), p.app.URL+"/") {
			p.At, p.Left = next, true
			return
		}
		if time.Now().After(end) {
			p.app.T.Fatalf("the page at %s waits for ever:\n%s", p.At, p.Text())
		}
		if r, err = http.NewRequest(http.MethodGet, next.String(), nil); err != nil {
			p.app.T.Fatal(err)
		}
	}
}

// load follows redirects inside the server and stops where they leave it.
func (p *Browser) load(r *http.Request) {
	p.app.T.Helper()
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Accept-Language", "en")
	for range 20 {
		response, err := p.client.Do(r)
		if err != nil {
			p.app.T.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil {
			p.app.T.Fatal(err)
		}
		p.At, p.Page, p.Status = r.URL, string(body), response.StatusCode
		location := response.Header.Get("Location")
		if response.StatusCode < 300 || response.StatusCode > 399 || location == "" {
			return
		}
		next, err := r.URL.Parse(location)
		if err != nil {
			p.app.T.Fatal(err)
		}
		if !strings.HasPrefix(next.String(), p.app.URL+"/") {
			p.At, p.Left = next, true
			return
		}
		if r, err = http.NewRequest(http.MethodGet, next.String(), nil); err != nil {
			p.app.T.Fatal(err)
		}
	}
	p.app.T.Fatal("the pages redirect in a circle")
}

// Form is one form of a page.
type Form struct {
	Action string
	Values url.Values
	main   bool
	button bool // its first button has been met: that is the one pressed
}

// Main reports whether the form is the page's main action.
func (f Form) Main() bool { return f.main }

// Submit fills fields and presses the main button.
func (p *Browser) Submit(fields ...string) {
	p.app.T.Helper()
	for _, f := range p.Forms() {
		if f.main {
			p.submit(f, fields)
			return
		}
	}
	p.app.T.Fatalf("the page at %s has no form in <main>:\n%s", p.At, p.Text())
}

// Press presses the button, or follows the link, whose form's address ends in name.
func (p *Browser) Press(name string, fields ...string) {
	p.app.T.Helper()
	for _, f := range p.Forms() {
		if u, err := url.Parse(f.Action); err == nil && strings.HasSuffix(u.Path, "/"+name) {
			p.submit(f, fields)
			return
		}
	}
	p.app.T.Fatalf("the page at %s has no form to %q:\n%s", p.At, name, p.Text())
}

// Share shares all accounts that are listed to choose from. Where the page lists none,
// it does nothing.
func (p *Browser) Share() {
	p.app.T.Helper()
	if p.Stage() == "accounts" {
		p.Submit()
	}
}

// SignIn answers the login form and, where the login needs nothing more, shares all
// accounts that are listed then.
func (p *Browser) SignIn(user, password string) {
	p.app.T.Helper()
	p.Submit("user", user, "password", password)
	p.Share()
}

// stage is where a page says that its link stands.
var stage = regexp.MustCompile(`<body[^>]* data-stage="([a-z]*)"`)

// Stage is where the link of the page stands; "" where it is the page of none.
func (p *Browser) Stage() string {
	if found := stage.FindStringSubmatch(p.Page); found != nil {
		return found[1]
	}
	return ""
}

// Push presses the button of a name, where a form's address does not tell it apart.
func (p *Browser) Push(button string) {
	p.app.T.Helper()
	for _, f := range p.Forms() {
		if f.Values.Has(button) {
			p.submit(f, nil)
			return
		}
	}
	p.app.T.Fatalf("the page at %s has no button %q:\n%s", p.At, button, p.Text())
}

// Follow follows the link in <main> that looks like a button.
func (p *Browser) Follow() {
	p.app.T.Helper()
	found := regexp.MustCompile(`<a class="go" href="([^"]+)"`).FindStringSubmatch(p.Page)
	if found == nil {
		p.app.T.Fatalf("the page at %s has no link to follow:\n%s", p.At, p.Text())
	}
	next, err := p.At.Parse(html.UnescapeString(found[1]))
	if err != nil {
		p.app.T.Fatal(err)
	}
	p.Go(next.String())
}

// Upload picks a file in the main form's field of a name, and sends the form.
func (p *Browser) Upload(field, name string, content []byte) {
	p.app.T.Helper()
	for _, f := range p.Forms() {
		if f.main {
			p.upload(f, field, name, content)
			return
		}
	}
	p.app.T.Fatalf("the page at %s has no form in <main>:\n%s", p.At, p.Text())
}

func (p *Browser) upload(f Form, field, name string, content []byte) {
	p.app.T.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	f.Values.Del(field)
	for key, values := range f.Values {
		for _, v := range values {
			if err := w.WriteField(key, v); err != nil {
				p.app.T.Fatal(err)
			}
		}
	}
	part, err := w.CreateFormFile(field, name)
	if err == nil {
		_, err = part.Write(content)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		p.app.T.Fatal(err)
	}
	p.post(f, w.FormDataContentType(), &body)
}

// submit posts a form; fields are name, value, name, value.
func (p *Browser) submit(f Form, fields []string) {
	p.app.T.Helper()
	for i := 0; i+1 < len(fields); i += 2 {
		f.Values.Set(fields[i], fields[i+1])
	}
	p.post(f, "application/x-www-form-urlencoded", strings.NewReader(f.Values.Encode()))
}

func (p *Browser) post(f Form, kind string, body io.Reader) {
	p.app.T.Helper()
	address, err := p.At.Parse(f.Action)
	if err != nil {
		p.app.T.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPost, address.String(), body)
	if err != nil {
		p.app.T.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Origin", p.app.URL)
	p.send(r)
}

// Forms reads the forms of the page, with the values they hold.
func (p *Browser) Forms() []Form {
	p.app.T.Helper()
	root, err := html.Parse(strings.NewReader(p.Page))
	if err != nil {
		p.app.T.Fatal(err)
	}
	var forms []Form
	var walk func(n *html.Node, inMain bool, form *Form)
	walk = func(n *html.Node, inMain bool, form *Form) {
		if n.Type == html.ElementNode {
			switch n.Data {
			case "main":
				inMain = true
			case "form":
				form = &Form{Action: attribute(n, "action"), Values: url.Values{}}
				for c := n.FirstChild; c != nil; c = c.NextSibling {
					walk(c, inMain, form)
				}
				form.main = inMain && !secondary(form.Action)
				forms = append(forms, *form)
				return
			case "input", "button":
				if form != nil && attribute(n, "form") == "" { // else it is another form's
					form.fill(n)
				}
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, inMain, form)
		}
	}
	walk(root, false, nil)
	return forms
}

// secondary forms name themselves in their address.
func secondary(action string) bool {
	return regexp.MustCompile(`/(cancel|back|another|language|search|phone|leave|retry|request|saved|sample)$`).MatchString(strings.SplitN(action, "?", 2)[0])
}

// fill adds what a control would send if nobody touched it.
func (f *Form) fill(n *html.Node) {
	name, value := attribute(n, "name"), attribute(n, "value")
	kind := attribute(n, "type")
	switch {
	case n.Data == "button" && !f.button:
		f.button = true
		if name != "" {
			f.Values.Set(name, value)
		}
	case n.Data == "button", name == "", kind == "submit":
	case kind == "radio" || kind == "checkbox":
		if has(n, "checked") || (kind == "radio" && !f.Values.Has(name)) {
			f.Values.Add(name, value)
			if kind == "radio" {
				f.Values.Set(name, value)
			}
		}
	default:
		f.Values.Set(name, value)
	}
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// ReturnURL is where the browser has left to; "" while it stays on the server.
func (p *Browser) ReturnURL() string {
	if !p.Left {
		return ""
	}
	return p.At.String()
}

// Text is what a person reads on the page.
func (p *Browser) Text() string {
	root, err := html.Parse(strings.NewReader(p.Page))
	if err != nil {
		return p.Page
	}
	var b strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.ElementNode && (n.Data == "script" || n.Data == "style" || n.Data == "head") {
			return
		}
		if n.Type == html.TextNode {
			if text := strings.Join(strings.Fields(n.Data), " "); text != "" {
				b.WriteString(text + "\n")
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(root)
	return b.String()
}
