// Command build bundles the script that applications load: source/link.ts into
// link.js. It is run by go generate, and its result is committed.
package main

import (
	"fmt"
	"os"

	"github.com/evanw/esbuild/pkg/api"
)

func main() {
	result := api.Build(api.BuildOptions{
		EntryPoints:       []string{"source/link.ts"},
		Outfile:           "link.js",
		Bundle:            true,
		Format:            api.FormatIIFE,
		Target:            api.ES2019,
		Charset:           api.CharsetUTF8,
		MinifySyntax:      true,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		LegalComments:     api.LegalCommentsNone,
		Banner:            map[string]string{"js": "/*! Fairlead link.js, version 1. Apache-2.0 */"},
		Write:             true,
	})
	for _, m := range result.Errors {
		fmt.Fprintln(os.Stderr, "link.ts:", m.Text)
	}
	if len(result.Errors) > 0 {
		os.Exit(1)
	}
}
