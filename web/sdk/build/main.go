// Command build bundles the script that applications load: source/link.ts into
// link.js, and into what the npm package @fairlead/link contains. It is run by go
// generate, and its results are committed.
package main

import (
	"fmt"
	"os"

	"github.com/evanw/esbuild/pkg/api"
)

// npmPackage is the folder of the sources of @fairlead/link.
const npmPackage = "../../packages/link/src/"

func main() {
	if err := build(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func build() error {
	script, err := bundle(api.BuildOptions{
		EntryPoints: []string{"source/link.ts"},
		Format:      api.FormatIIFE,
		Banner:      map[string]string{"js": "/*! Fairlead link.js, version 1. Apache-2.0 */"},
	})
	if err != nil {
		return err
	}
	if err := os.WriteFile("link.js", script, 0o600); err != nil {
		return err
	}
	types, err := os.ReadFile("link.d.ts")
	if err != nil {
		return err
	}
	if err := os.WriteFile(npmPackage+"link.ts", append([]byte(generated), withoutGlobals(types)...), 0o600); err != nil {
		return err
	}
	// The script looks at its page when it is run: the package runs it at the first link,
	// so that importing the package needs no page.
	body, err := bundle(api.BuildOptions{
		EntryPoints: []string{"source/link.ts"},
		Format:      api.FormatIIFE,
		Define:      map[string]string{"document.currentScript": "null"},
	})
	if err != nil {
		return err
	}
	module := generated + "// @ts-nocheck\nimport type { FairleadStatic } from \"./link.js\";\n\n" +
		"/** Runs link.js in this page. */\nexport function install(): FairleadStatic {\n" + string(body) + "return window.Fairlead;\n}\n"
	return os.WriteFile(npmPackage+"script.ts", []byte(module), 0o600)
}

const generated = "// Generated from web/sdk by `make generate`. Do not edit.\n"

func bundle(o api.BuildOptions) ([]byte, error) {
	o.Bundle, o.Target, o.Charset = true, api.ES2019, api.CharsetUTF8
	o.MinifySyntax, o.MinifyWhitespace, o.MinifyIdentifiers = true, true, true
	o.LegalComments = api.LegalCommentsNone
	result := api.Build(o)
	for _, m := range result.Errors {
		return nil, fmt.Errorf("link.ts: %s", m.Text)
	}
	return result.OutputFiles[0].Contents, nil
}
