package docs

import (
	"html"
	"regexp"
	"strings"
)

// grammar says what is a comment, a string and a word of a language: no more than
// what makes an example easier to read.
type grammar struct {
	pattern *regexp.Regexp // groups: comment, string, number, word
	words   map[string]bool
}

const (
	quoted   = `"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'`
	ticked   = "`(?:[^`\\\\]|\\\\.)*`"
	number   = `\b\d+(?:\.\d+)?\b`
	wordlike = `[A-Za-z_$][\w$]*`
)

func newGrammar(comment, text, words string) grammar {
	g := grammar{regexp.MustCompile(`(` + comment + `)|(` + text + `)|(` + number + `)|(` + wordlike + `)`), map[string]bool{}}
	for w := range strings.FieldsSeq(words) {
		g.words[w] = true
	}
	return g
}

var (
	script = newGrammar(`//[^\n]*|/\*(?s:.*?)\*/`, quoted+`|`+ticked, "import from export const let var function return if else for of in new await async throw try catch finally class extends default null true false undefined typeof interface type")
	golang = newGrammar(`//[^\n]*|/\*(?s:.*?)\*/`, `"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`+"`[^`]*`", "package import func return if else for range var const type struct interface map go defer nil true false switch case default break continue")
	python = newGrammar(`#[^\n]*`, `"""(?s:.*?)"""|`+quoted, "import from def return if elif else for in with as while try except finally raise class None True False not and or is lambda pass yield")
	shell  = newGrammar(`(?m:(?:^|\s)#[^\n]*)`, `"(?:[^"\\]|\\.)*"|'[^']*'`, "if then else fi for in do done while export function")
	data   = newGrammar(`//[^\n]*`, `"(?:[^"\\\n]|\\.)*"`, "true false null")
)

var grammars = map[string]grammar{
	"js": script, "ts": script, "jsx": script, "tsx": script, "go": golang, "python": python, "sh": shell, "json": data,
}

// highlighted is code as HTML with its comments, strings, numbers and words marked.
func highlighted(language, code string) string {
	g, ok := grammars[language]
	if !ok {
		return html.EscapeString(code)
	}
	var out strings.Builder
	last := 0
	for _, m := range g.pattern.FindAllStringSubmatchIndex(code, -1) {
		class := ""
		switch {
		case m[2] >= 0:
			class = "c"
		case m[4] >= 0:
			class = "s"
			if language == "json" && strings.HasPrefix(strings.TrimLeft(code[m[1]:], " "), ":") {
				class = "k"
			}
		case m[6] >= 0:
			class = "n"
		case g.words[code[m[0]:m[1]]]:
			class = "w"
		}
		if class == "" {
			continue
		}
		out.WriteString(html.EscapeString(code[last:m[0]]))
		out.WriteString(`<span class="` + class + `">` + html.EscapeString(code[m[0]:m[1]]) + `</span>`)
		last = m[1]
	}
	out.WriteString(html.EscapeString(code[last:]))
	return out.String()
}
