package docs

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"
)

// snippet is an example in one language.
type snippet struct {
	Label, Language, Code string
}

// call is a request as examples send it.
type call struct {
	base, method, path, operation string
	values, query                 []string // of the path, and of what must be in the query
	media, body                   string
}

// parameter takes a parameter into the example where one must be given.
func (c *call) parameter(d *description, p *parameter) {
	text := samplePath(c.path, p.Name)
	switch p.In {
	case "path":
		c.path = strings.Replace(c.path, "{"+p.Name+"}", text, 1)
		c.values = append(c.values, text)
	case "query":
		if p.Required {
			value := sampler{d, "", true}.value(p.Name, p.Schema, 0)
			c.query = append(c.query, p.Name+"="+url.QueryEscape(strings.Trim(string(value), `"`)))
		}
	}
}

// samplePath is a value for a parameter of a path: an id of what stands before it.
func samplePath(path, name string) string {
	before, _, _ := strings.Cut(path, "{"+name+"}")
	if text, ok := samples[name]; ok {
		return text
	}
	if prefix := noun(before); prefix != "" {
		return prefix + sampleID
	}
	return name
}

func (c call) address() string {
	if len(c.query) > 0 {
		return c.base + c.path + "?" + strings.Join(c.query, "&")
	}
	return c.base + c.path
}

// json reports whether the example sends JSON, or a file's bytes instead.
func (c call) json() bool { return c.body != "" && strings.HasSuffix(c.media, "json") }

// snippets are the request in every language of the reference.
func (c call) snippets() []snippet {
	return []snippet{
		{"curl", "sh", c.curl()},
		{"Node", "js", c.node()},
		{"Python", "python", c.python()},
		{"Go", "go", c.golang()},
	}
}

func (c call) curl() string {
	out := "curl -s"
	if c.method != "GET" && !(c.method == "POST" && c.body != "") {
		out += " -X " + c.method
	}
	out += " '" + c.address() + "' \\\n  -u \"$CLIENT_ID:$CLIENT_SECRET\""
	switch {
	case c.json():
		out += " \\\n  -H 'Content-Type: application/json' \\\n  -d '" + strings.ReplaceAll(c.body, "'", `'\''`) + "'"
	case c.body != "":
		out += " \\\n  -d 'grant_type=client_credentials'"
	case c.media != "":
		out += " \\\n  -H 'Content-Type: " + c.media + "' \\\n  --data-binary @statement.ofx"
	}
	return out
}

// arguments are those of a package's method: what stands in the path, and then the body
// or the query that must be given. quote is how the language writes a text.
func (c call) arguments(quote, file, body string) string {
	all := make([]string, 0, len(c.values)+1)
	for _, v := range c.values {
		all = append(all, quote+v+quote)
	}
	switch {
	case c.json() && body != "":
		all = append(all, body)
	case c.media != "" && c.body == "":
		all = append(all, file)
	}
	return strings.Join(all, ", ")
}

func (c call) node() string {
	m, ok := clientMethods[c.operation]
	if !ok {
		return c.fetch()
	}
	call := fmt.Sprintf("fairlead.%s.%s(%s)", m.of, m.name, c.arguments("'", "await readFile('statement.ofx')", c.body))
	if m.list {
		return "for await (const item of " + call + ") {\n  console.log(item);\n}"
	}
	if c.method == "DELETE" { // there is nothing to read
		return "await " + call + ";"
	}
	return "const answer = await " + call + ";"
}

func (c call) python() string {
	m, ok := clientMethods[c.operation]
	if !ok {
		return c.requests()
	}
	name := underscored(m.name)
	if name == "try" { // a word of the language
		name += "_"
	}
	call := fmt.Sprintf("fairlead.%s.%s(%s)", underscored(m.of), name, c.arguments(`"`, `open("statement.ofx", "rb").read()`, pythonic(c.body)))
	if m.list {
		return "for item in " + call + ":\n    print(item)"
	}
	if c.method == "DELETE" {
		return call
	}
	return "answer = " + call
}

// underscored is a name as Python writes it: undoCollection is undo_collection.
func underscored(name string) string {
	var out strings.Builder
	for _, r := range name {
		if unicode.IsUpper(r) {
			out.WriteByte('_')
		}
		out.WriteRune(unicode.ToLower(r))
	}
	return out.String()
}

func (c call) fetch() string {
	headers := "    Authorization: `Basic ${btoa(`${CLIENT_ID}:${CLIENT_SECRET}`)}`,\n"
	rest := ""
	switch {
	case c.json():
		headers += "    'Content-Type': 'application/json',\n"
		rest = "  body: JSON.stringify(" + nested(c.body, "  ") + "),\n"
	case c.body != "":
		rest = "  body: new URLSearchParams({ grant_type: 'client_credentials' }),\n"
	case c.media != "":
		headers += "    'Content-Type': '" + c.media + "',\n"
		rest = "  body: await readFile('statement.ofx'),\n"
	}
	return fmt.Sprintf("const response = await fetch('%s', {\n  method: '%s',\n  headers: {\n%s  },\n%s});", c.address(), c.method, headers, rest)
}

func (c call) requests() string {
	rest := ""
	switch {
	case c.json():
		rest = "    json=" + nested(pythonic(c.body), "    ") + ",\n"
	case c.body != "":
		rest = "    data={\"grant_type\": \"client_credentials\"},\n"
	case c.media != "":
		rest = "    headers={\"Content-Type\": \"" + c.media + "\"},\n    data=open(\"statement.ofx\", \"rb\"),\n"
	}
	return fmt.Sprintf("response = requests.%s(\n    \"%s\",\n    auth=(CLIENT_ID, CLIENT_SECRET),\n%s)", strings.ToLower(c.method), c.address(), rest)
}

func (c call) golang() string {
	body, kind := "nil", ""
	switch {
	case c.json():
		body, kind = "strings.NewReader(`"+c.body+"`)", "application/json"
	case c.body != "":
		body, kind = "strings.NewReader(\"grant_type=client_credentials\")", c.media
	case c.media != "":
		body, kind = "file", c.media
	}
	out := fmt.Sprintf("request, err := http.NewRequestWithContext(ctx, %q, %q, %s)\nif err != nil {\n\treturn err\n}\nrequest.SetBasicAuth(clientID, clientSecret)\n", c.method, c.address(), body)
	if kind != "" {
		out += fmt.Sprintf("request.Header.Set(\"Content-Type\", %q)\n", kind)
	}
	return out + "response, err := http.DefaultClient.Do(request)"
}

// nested indents all lines but the first.
func nested(text, by string) string { return strings.ReplaceAll(text, "\n", "\n"+by) }

// pythonic writes JSON's words as Python has them.
func pythonic(text string) string {
	return strings.NewReplacer(": true", ": True", ": false", ": False", ": null", ": None").Replace(text)
}
