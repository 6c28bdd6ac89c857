package page

import (
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// englishWord are words that English sentences have and neither Portuguese nor Spanish does.
var englishWord = regexp.MustCompile(`(?i)\b(the|your|you|is|are|was|of|to|and|this|with|for|not|from|it|can|will|here|at|on|or|then|there|they|what|which|has|have|been|be|by|page|bank|file|sign)\b`)

// saidOn are the texts that a page says, and those that it gives to programs that read it aloud.
func saidOn(t *testing.T, page string) (out []string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.ElementNode && (n.Data == "script" || n.Data == "style") {
			return
		}
		for _, a := range n.Attr {
			switch {
			case a.Key == "lang" && n.Data == "a": // languages are named in their own
				return
			case slices.Contains([]string{"alt", "title", "placeholder", "aria-label", "content"}, a.Key), strings.HasPrefix(a.Key, "data-") && strings.Contains(a.Val, " ") && !strings.HasPrefix(a.Val, "{") && !strings.HasPrefix(a.Val, "["):
				out = append(out, a.Val)
			}
		}
		if text := strings.TrimSpace(n.Data); n.Type == html.TextNode && text != "" {
			out = append(out, strings.Join(strings.Fields(text), " "))
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(root)
	return out
}

// given are texts of the states that an institution, an application or a person's own
// file brought: they are shown as they are.
var given = regexp.MustCompile(`Harbor Bank|Northwind|Moneda|To prepare your tax return|Checking|Savings|What was the name of your first pet|Which street|Which account|Code to scan|Press M2|What was your first school|This is not an OFX file|Where shall the code go|Text message to|E-mail to a|harbor\.example|\.csv|\.ofx|\.zip|\.pdf|\.sta|\.xml`)

func TestNoPageInAnotherLanguageSaysAnythingInEnglish(t *testing.T) {
	t.Parallel()
	p, err := New(Options{BaseURL: "https://connect.sorriso.example", Operator: "Contabilidade Sorriso & Filhos Ltda."})
	if err != nil {
		t.Fatal(err)
	}
	shown := gallery(p)
	sentences := 0
	for name := range states() {
		inEnglish := map[string]bool{}
		for _, tag := range languageCodes() {
			w := httptest.NewRecorder()
			shown.ServeHTTP(w, httptest.NewRequest("GET", "/l/"+name+"?lang="+tag, nil))
			for _, text := range saidOn(t, w.Body.String()) {
				if tag == "en" {
					inEnglish[text] = true
					continue
				}
				sentences++
				words := englishWord.FindAllString(text, -1)
				switch {
				case given.MatchString(text):
				case len(words) > 1, len(words) > 0 && inEnglish[text]:
					t.Errorf("%s in %s says %q", name, tag, text)
				case strings.Contains(text, ".."):
					t.Errorf("%s in %s has two full stops: %q", name, tag, text)
				}
			}
		}
	}
	if sentences < 1000 {
		t.Errorf("only %d texts were read", sentences)
	}
}

func TestNoMessageOfAnotherLanguageIsLeftInEnglish(t *testing.T) {
	t.Parallel()
	c, err := loadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	english := c.translators[0]
	for _, l := range c.translators[1:] {
		for key, text := range l.messages {
			text := regexp.MustCompile(`\{\w+\}`).ReplaceAllString(text, "…")
			same := l.messages[key] == english.messages[key] && regexp.MustCompile(`\pL{4}`).MatchString(text)
			if same && !strings.HasPrefix(key, "language.") && key != "field.cnpj" || len(englishWord.FindAllString(text, -1)) > 1 {
				t.Errorf("%s: %s is %q", l.language, key, text)
			}
		}
	}
}

func TestANameThatEndsInAPointEndsItsSentence(t *testing.T) {
	t.Parallel()
	c, err := loadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	const name = "Contabilidade Sorriso & Filhos Ltda."
	for _, l := range c.translators {
		for key := range l.messages {
			said := l.text(key, "company", name, "institution", name, "operator", name, "name", name)
			if strings.Contains(said, "..") {
				t.Errorf("%s: %s says %q", l.language, key, said)
			}
		}
	}
	if said := c.translators[0].text("ended.expired.text", "company", "Ledgerly"); !strings.HasSuffix(said, " one.") {
		t.Errorf("another name says %q", said)
	}
}

func TestWordsThatConfusedPeopleAreGone(t *testing.T) {
	t.Parallel()
	c, err := loadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	for language, words := range map[string][]string{
		"en":    {"start anew", "Mind that", "was not right", "at these places", "how to go on", "goes on elsewhere", "make-believe", "put this right", "to this server", "asks for a pause", "Nothing you have"},
		"pt-BR": {"faz de conta"},
		"es":    {"de mentira", "Recibos de tarjeta"},
	} {
		for key, text := range c.choose(language).messages {
			for _, w := range words {
				if strings.Contains(text, w) {
					t.Errorf("%s: %s says %q", language, key, text)
				}
			}
		}
	}
}
