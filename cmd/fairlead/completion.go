package main

import (
	"embed"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

//go:embed completion
var completionScripts embed.FS

// completeCommand is what the scripts of shells call with the words so far; the last one,
// perhaps empty, is being typed.
const completeCommand = "__complete"

type completionCommand struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// Help says where the script goes.
func (completionCommand) Help() string {
	return `bash:  source <(fairlead completion bash)
zsh:   source <(fairlead completion zsh)
fish:  fairlead completion fish | source

Write the line into ~/.bashrc, ~/.zshrc or ~/.config/fish/config.fish.`
}

func (c completionCommand) Run(w *env) error {
	script, err := completionScripts.ReadFile("completion/fairlead." + c.Shell)
	if err != nil {
		return err
	}
	_, err = w.out.Write(script)
	return err
}

// complete prints what may stand for the last word, one candidate a line, with what it is
// after a tab.
func complete(app *kong.Node, words []string, out io.Writer) {
	if len(words) == 0 {
		words = []string{""}
	}
	node, previous := app, ""
	for _, word := range words[:len(words)-1] {
		if child := childNamed(node, word); child != nil && !takesValue(node, previous) {
			node = child
		}
		previous = word
	}
	last := words[len(words)-1]
	for _, c := range candidates(node, previous, last) {
		if strings.HasPrefix(c.word, last) {
			fmt.Fprintf(out, "%s\t%s\n", c.word, c.help)
		}
	}
}

type candidate struct{ word, help string }

func candidates(node *kong.Node, previous, last string) (out []candidate) {
	if f := flagNamed(node, previous); f != nil && !f.IsBool() {
		return enumOf(f.Value)
	}
	if strings.HasPrefix(last, "-") {
		for _, f := range flagsOf(node) {
			if !f.Hidden {
				out = append(out, candidate{"--" + f.Name, oneLine(f.Help)})
			}
		}
		return out
	}
	for _, child := range node.Children {
		if child.Type == kong.CommandNode && !child.Hidden {
			out = append(out, candidate{child.Name, oneLine(child.Help)})
		}
	}
	for _, p := range node.Positional {
		out = append(out, enumOf(p)...)
	}
	return out
}

func enumOf(v *kong.Value) (out []candidate) {
	for _, word := range strings.Split(v.Enum, ",") {
		if word = strings.TrimSpace(word); word != "" {
			out = append(out, candidate{word, ""})
		}
	}
	return out
}

func childNamed(node *kong.Node, word string) *kong.Node {
	i := slices.IndexFunc(node.Children, func(c *kong.Node) bool { return c.Type == kong.CommandNode && c.Name == word })
	if i < 0 {
		return nil
	}
	return node.Children[i]
}

// flagsOf are the flags of a command and of those above it.
func flagsOf(node *kong.Node) (out []*kong.Flag) {
	for ; node != nil; node = node.Parent {
		out = append(out, node.Flags...)
	}
	return out
}

func flagNamed(node *kong.Node, word string) *kong.Flag {
	name, long := strings.CutPrefix(word, "--")
	if !long {
		return nil
	}
	for _, f := range flagsOf(node) {
		if f.Name == name {
			return f
		}
	}
	return nil
}

func takesValue(node *kong.Node, word string) bool {
	f := flagNamed(node, word)
	return f != nil && !f.IsBool()
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
