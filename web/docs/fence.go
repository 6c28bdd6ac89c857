package docs

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// Fence is a fenced block of a Markdown text: its language, its code, and what its
// info string says beyond the language, as `name="value"` or a bare name.
//
//	```js tab="Node" file="server.mjs"
type Fence struct {
	Language string
	Info     map[string]string
	Code     string
	Row      int // of the first line of code, from 1
}

var attribute = regexp.MustCompile(`([a-z]+)(?:="([^"]*)")?`)

func fenceOf(block *ast.FencedCodeBlock, source []byte) Fence {
	f := Fence{Info: map[string]string{}}
	if block.Info != nil {
		language, rest, _ := strings.Cut(string(block.Info.Segment.Value(source)), " ")
		f.Language = language
		for _, m := range attribute.FindAllStringSubmatch(rest, -1) {
			f.Info[m[1]] = m[2]
		}
	}
	var code strings.Builder
	for i := range block.Lines().Len() {
		segment := block.Lines().At(i)
		if i == 0 {
			f.Row = strings.Count(string(source[:segment.Start]), "\n") + 1
		}
		code.Write(segment.Value(source))
	}
	f.Code = code.String()
	return f
}

// Fences are the fenced blocks of a Markdown text, in its order.
func Fences(source []byte) (all []Fence) {
	root := markdown.Parser().Parse(text.NewReader(source))
	ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if block, ok := n.(*ast.FencedCodeBlock); ok && entering {
			all = append(all, fenceOf(block, source))
		}
		return ast.WalkContinue, nil
	})
	return all
}
