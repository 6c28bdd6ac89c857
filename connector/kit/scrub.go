package kit

import (
	"bytes"
	"cmp"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Blank stands where a secret was.
const Blank = "[blanked]"

// shortestSecret is how long a secret must be to be looked for inside other texts.
const shortestSecret = 4

// scrubber takes what is secret out of an exchange.
type scrubber struct {
	salt    []byte // so that masked numbers tell nothing, and the same are the same
	secrets []string
	numbers map[string]bool // of accounts, met under their names: they may stand elsewhere as an id
	blanked map[string]int
	asIs    bool // numbers are not masked
}

func newScrubber() *scrubber {
	s := &scrubber{salt: make([]byte, 32), numbers: map[string]bool{}, blanked: map[string]int{}}
	rand.Read(s.salt)
	return s
}

// learn remembers a value that must not be recorded, in every way it may be written.
func (s *scrubber) learn(value string) {
	for _, v := range append(parts(value), value) {
		for _, form := range []string{
			v, url.QueryEscape(v), url.PathEscape(v), base64.StdEncoding.EncodeToString([]byte(v)), base64.RawURLEncoding.EncodeToString([]byte(v)),
			strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(v)), "="),
		} {
			if len(v) >= shortestSecret && v != Blank && !slices.Contains(s.secrets, form) {
				s.secrets = append(s.secrets, form)
			}
		}
	}
	slices.SortFunc(s.secrets, func(a, b string) int { return cmp.Compare(len(b), len(a)) }) // the longest first: it may hold another
}

// plainHeaders are those whose values are recorded, and any that ends in -Version; of all others only that they were there.
var plainHeaders = []string{
	"Accept", "Accept-Language", "Content-Type", "Date", "Link", "Location", "Retry-After",
	"X-Ratelimit-Limit", "X-Ratelimit-Remaining", "X-Ratelimit-Reset",
}

func (s *scrubber) header(h http.Header) map[string]string {
	out := map[string]string{}
	for name, values := range h {
		if key := http.CanonicalHeaderKey(name); !slices.Contains(plainHeaders, key) && !strings.HasSuffix(key, "-Version") {
			out[name] = Blank
			s.blanked["header "+name]++
			continue
		}
		text := strings.Join(values, ", ")
		if u, err := url.Parse(text); err == nil && u.Scheme != "" && u.Host != "" {
			text = s.address(u)
		}
		out[name] = s.values(text)
	}
	return out
}

// address is an address without credentials, and with the secrets of its query blanked.
func (s *scrubber) address(u *url.URL) string {
	if u.User != nil {
		s.blanked["credentials of an address"]++
	}
	text := s.values(u.Host) + s.text(u.EscapedPath())
	if u.Scheme != "" {
		text = u.Scheme + "://" + text
	}
	if u.RawQuery != "" {
		text += "?" + s.form(u.RawQuery)
	}
	return text
}

// form blanks the secrets of a query or a form, and leaves the order alone.
func (s *scrubber) form(encoded string) string {
	if encoded == "" {
		return ""
	}
	pairs := strings.Split(encoded, "&")
	for i, pair := range pairs {
		key, value, has := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(key)
		if err != nil {
			name = key
		}
		plain, err := url.QueryUnescape(value)
		if err != nil {
			plain = value
		}
		if has {
			pairs[i] = key + "=" + url.QueryEscape(s.value(name, plain))
		}
	}
	return strings.Join(pairs, "&")
}

// value is a text under a name.
func (s *scrubber) value(name, text string) string {
	switch {
	case text == "":
		return text
	case isSecretName(name):
		if text != Blank {
			s.learn(text)
			s.blanked["field "+name]++
		}
		return Blank
	case isNumberName(name) && looksNumber(text), s.numbers[text]:
		return s.masked(text)
	case isTimeName(name):
		return s.values(text)
	}
	return s.text(text)
}

// values blanks what was declared secret.
func (s *scrubber) values(text string) string {
	for _, secret := range s.secrets {
		if n := strings.Count(text, secret); n > 0 {
			s.blanked["secret value"] += n
			text = strings.ReplaceAll(text, secret, Blank)
		}
	}
	return text
}

// Numbers of accounts and cards in running text: IBANs, and nine digits or more.
var (
	ibanText   = regexp.MustCompile(`\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b`)
	numberText = regexp.MustCompile(`\b[0-9]{9,34}\b`)
	cardText   = regexp.MustCompile(`\b[0-9]{4}(?:[ -][0-9]{4}){3}\b`)
	namedText  = regexp.MustCompile(`(?i)(["']?)([a-z][a-z_-]{2,30})(["']?\s*[:=]\s*["']?)([^"'&\s,;<>}\]]{4,})`)
)

func (s *scrubber) text(text string) string {
	text = s.values(text)
	text = ibanText.ReplaceAllStringFunc(text, s.masked)
	text = cardText.ReplaceAllStringFunc(text, s.masked)
	return numberText.ReplaceAllStringFunc(text, s.masked)
}

// masked has other digits in place of all but the last four; the same number comes out the
// same within a recording, so that what refers to it still does.
func (s *scrubber) masked(number string) string {
	digits := strings.Count(strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return '0'
		}
		return -1
	}, number), "0")
	if digits <= 4 || s.asIs {
		return number
	}
	bare := strings.NewReplacer(" ", "", "-", "").Replace(number)
	mac := hmac.New(sha256.New, s.salt)
	mac.Write([]byte(bare))
	other := mac.Sum(nil)
	n := 0
	masked := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return r
		}
		n++
		if digits-n < 4 {
			return r
		}
		d := rune(other[n%len(other)]) % 10
		if n == 1 && d == 0 {
			d = 1
		}
		return '0' + d
	}, number)
	s.blanked["number"]++
	return masked
}

// body is what of a body is recorded. omitted says why it is not there wholly.
func (s *scrubber) body(contentType string, body []byte, cut bool) (text, omitted string) {
	switch {
	case len(body) == 0:
		return "", ""
	case !textual(contentType, body) || !utf8.Valid(body) && !cut:
		return "", fmt.Sprintf("a body of %s was left out", cmp.Or(contentType, "an unknown type"))
	case isForm(contentType):
		text = s.form(string(body))
	default:
		text = s.document(body)
	}
	if cut {
		omitted = fmt.Sprintf("a body was cut after %d bytes", len(body))
		text = strings.ToValidUTF8(text, "")
	}
	return text, omitted
}

// document blanks a body of JSON by its keys, and any other text as it can be.
func (s *scrubber) document(body []byte) string {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var v any
	if decoder.Decode(&v) == nil && !decoder.More() {
		s.learnFrom("", v) // what is secret anywhere is secret everywhere
		var out bytes.Buffer
		encoder := json.NewEncoder(&out)
		encoder.SetEscapeHTML(false)
		if encoder.Encode(s.json("", v)) == nil {
			return strings.TrimSuffix(out.String(), "\n")
		}
	}
	text := namedText.ReplaceAllStringFunc(string(body), func(found string) string {
		m := namedText.FindStringSubmatch(found)
		return m[1] + m[2] + m[3] + s.value(m[2], m[4])
	})
	return s.text(text)
}

// learnFrom remembers the secrets of a document.
func (s *scrubber) learnFrom(name string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for key, inner := range v {
			if isSecretName(name) {
				key = name
			}
			s.learnFrom(key, inner)
		}
	case []any:
		for _, inner := range v {
			s.learnFrom(name, inner)
		}
	case string:
		switch {
		case isSecretName(name):
			s.learn(v)
		case isNumberName(name) && looksNumber(v):
			s.numbers[v] = true
		}
	}
}

// numberForm is a number as institutions write it, with what parts its groups.
var numberForm = regexp.MustCompile(`^[A-Z]{0,2}[0-9][0-9A-Z .*/-]*$`)

// looksNumber tells a number from an id with letters of its own, by which others refer to it.
func looksNumber(text string) bool {
	return numberForm.MatchString(text) && !strings.Contains(text, "_")
}

// json is a document with its secrets blanked; what lies below a secret name is secret.
func (s *scrubber) json(name string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, inner := range v {
			under := key
			if isSecretName(name) {
				under = name
			}
			out[s.text(key)] = s.json(under, inner)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, inner := range v {
			out[i] = s.json(name, inner)
		}
		return out
	case string:
		return s.value(name, v)
	case json.Number:
		switch {
		case isSecretName(name):
			s.blanked["field "+name]++
			return json.Number("0")
		case isNumberName(name):
			return json.Number(s.masked(v.String()))
		case slices.Contains(s.secrets, v.String()):
			s.blanked["secret value"]++
			return json.Number("0")
		}
	}
	return v
}

// plainName is a name without what parts its words.
func plainName(name string) string {
	return strings.NewReplacer("_", "", "-", "", ".", "", " ", "").Replace(strings.ToLower(name))
}

// secretNames are the names of fields that hold secrets, and secretEndings those of which
// the end says so.
var (
	secretNames = []string{
		"secret", "password", "passwd", "passphrase", "pin", "otp", "token", "clientid", "apikey", "appkey", "consumerkey", "privatekey", "jwt", "assertion",
		"authorization", "cookie", "session", "sessionid", "accessurl", "credential", "credentials", "username", "user", "login", "userid", "authcode", "codeverifier", "signature", "sig", "answer", "answers", "accesskey",
	}
	secretEndings = []string{"token", "secret", "password", "apikey", "credentials", "accessurl", "privatekey"}
	numberNames   = []string{
		"accountnumber", "accountno", "account", "number", "iban", "bban", "routing", "routingnumber", "wirerouting", "sortcode", "pan", "cardnumber", "maskedpan",
		"ssn", "taxid", "cpf", "cnpj", "nif", "dni", "passport", "phone", "phonenumber", "branch", "branchcode", "compecode", "ispb",
	}
	timeNames = regexp.MustCompile(`(?i)(date|time|posted|_at|At|created|updated|expires?|since|until|from|to)$`)
)

func isSecretName(name string) bool {
	n := plainName(name)
	return slices.Contains(secretNames, n) || slices.ContainsFunc(secretEndings, func(end string) bool { return strings.HasSuffix(n, end) })
}

func isNumberName(name string) bool { return slices.Contains(numberNames, plainName(name)) }

func isTimeName(name string) bool { return timeNames.MatchString(name) }

// failure is why there was no response: the cause alone, for its address may hold secrets.
func (s *scrubber) failure(err error) string {
	return s.text(causeOf(err).Error())
}
