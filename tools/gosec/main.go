// Command gosec runs gosec's rules over the tree and holds what they find against
// explained.txt beside it: each finding is fixed or has a line there that says why it
// stands, and each line there still explains something. It is run from the tree's root:
//
//	go run -C tools ./gosec ..
package main

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/securego/gosec/v2"
	"github.com/securego/gosec/v2/analyzers"
	"github.com/securego/gosec/v2/issue"
	"github.com/securego/gosec/v2/rules"
)

// explanation is a line of explained.txt: rules, a path's beginning, an expression
// that the source line matches, and the reason, with tabs between.
type explanation struct {
	rules  []string
	path   string
	source *regexp.Regexp
	used   bool
	line   int
}

func main() {
	if len(os.Args) != 2 {
		log.Fatal("gosec: name the root of the tree")
	}
	root, err := filepath.Abs(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	known, err := explanations(filepath.Join(root, "tools/gosec/explained.txt"))
	if err != nil {
		log.Fatal(err)
	}
	found, err := check(root)
	if err != nil {
		log.Fatal(err)
	}
	bad := 0
	for _, i := range found {
		file, err := filepath.Rel(root, i.File)
		if err != nil {
			log.Fatal(err)
		}
		line, source, err := sourceOf(i)
		if err != nil {
			log.Fatal(err)
		}
		if !explained(known, i.RuleID, file, source) {
			bad++
			fmt.Printf("%s:%d: %s: %s\n\t%s\n", file, line, i.RuleID, i.What, source)
		}
	}
	for _, e := range known {
		if !e.used {
			bad++
			fmt.Printf("tools/gosec/explained.txt:%d: explains nothing any more\n", e.line)
		}
	}
	if bad > 0 {
		os.Exit(1)
	}
	fmt.Printf("gosec: %d findings, each explained\n", len(found))
}

// check runs every rule on every package.
func check(root string) ([]*issue.Issue, error) {
	quiet := log.New(io.Discard, "", 0)
	a := gosec.NewAnalyzer(gosec.NewConfig(), false, true, false, runtime.NumCPU(), quiet)
	a.LoadRules(rules.Generate(false).RulesInfo())
	a.LoadAnalyzers(analyzers.Generate(false).AnalyzersInfo())
	packages, err := gosec.PackagePaths(root+"/...", gosec.ExcludedDirsRegExp([]string{"tools", "node_modules"}))
	if err != nil {
		return nil, err
	}
	if err := a.Process(nil, packages...); err != nil {
		return nil, err
	}
	found, _, broken := a.Report()
	for file, errs := range broken {
		return nil, fmt.Errorf("gosec could not read %s: %v", file, errs)
	}
	return found, nil
}

// sourceOf is the first line that a finding names.
func sourceOf(i *issue.Issue) (int, string, error) {
	first, _, _ := strings.Cut(i.Line, "-")
	n, err := strconv.Atoi(first)
	if err != nil {
		return 0, "", err
	}
	content, err := os.ReadFile(i.File)
	if err != nil {
		return 0, "", err
	}
	return n, strings.TrimSpace(strings.Split(string(content), "\n")[n-1]), nil
}

func explained(known []*explanation, rule, file, source string) bool {
	for _, e := range known {
		if slices.Contains(e.rules, rule) && strings.HasPrefix(file, e.path) && e.source.MatchString(source) {
			e.used = true
			return true
		}
	}
	return false
}

func explanations(path string) (list []*explanation, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		if lines.Text() == "" || strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		parts := strings.Split(lines.Text(), "\t")
		if len(parts) != 4 || parts[3] == "" {
			return nil, fmt.Errorf("%s:%d: must be rules, path, expression and reason, with tabs between", path, n)
		}
		source, err := regexp.Compile(parts[2])
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, n, err)
		}
		list = append(list, &explanation{rules: strings.Split(parts[0], ","), path: strings.TrimPrefix(parts[1], "*"), source: source, line: n})
	}
	return list, lines.Err()
}
