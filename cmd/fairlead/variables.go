package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// variablePrefix begins the name of every setting in the environment.
const variablePrefix = "FAIRLEAD_"

// unknownVariables says of each variable of the environment that looks like a setting and is
// none which was meant: a misspelt one would be ignored without a word.
func unknownVariables(app *kong.Node, environ []string) (out []string) {
	known := variablesOf(app)
	for _, pair := range environ {
		name, _, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, variablePrefix) || slices.Contains(known, name) || ofTests(name) {
			continue
		}
		said := fmt.Sprintf("there is no setting %s", name)
		if near := nearest(name, known); near != "" {
			said += fmt.Sprintf(": did you mean %s?", near)
		} else {
			said += ": `fairlead serve --help` names each"
		}
		out = append(out, said)
	}
	slices.Sort(out)
	return out
}

// ofTests reports whether a variable is one of the project's own tests.
func ofTests(name string) bool {
	return strings.HasPrefix(name, variablePrefix+"TEST_") || strings.HasPrefix(name, variablePrefix+"SOAK")
}

// variablesOf are the variables that flags of any command are read from.
func variablesOf(node *kong.Node) (out []string) {
	for _, f := range node.Flags {
		out = append(out, f.Envs...)
	}
	for _, child := range node.Children {
		out = append(out, variablesOf(child)...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// nearest is the name that differs in the fewest letters; "": none is near.
func nearest(name string, known []string) (best string) {
	least := 4
	for _, k := range known {
		if d := distance(name, k); d < least {
			best, least = k, d
		}
	}
	return best
}

// distance is how many letters are added, left out or changed between two words.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		last := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := last
			if a[i] != b[j] {
				change++
			}
			last = row[j+1]
			row[j+1] = min(change, row[j]+1, last+1)
		}
	}
	return row[len(b)]
}

// sayUnknownVariables warns of them once.
func sayUnknownVariables(w *env, app *kong.Node) {
	for _, said := range unknownVariables(app, os.Environ()) {
		fmt.Fprintln(w.err, "fairlead:", said)
	}
}
