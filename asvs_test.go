package fairlead_test

import (
	"cmp"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// asvsSections says how many requirements of level 1 or 2 each section of ASVS 5.0.0
// has: they are the first ones, and those of level 3 come after.
var asvsSections = map[string]int{
	"1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2,
	"2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1,
	"3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2,
	"4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4,
	"5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
	"6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4,
	"7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2,
	"8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1,
	"9.1": 3, "9.2": 4,
	"10.1": 2, "10.2": 2, "10.3": 4, "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3,
	"11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1,
	"12.1": 3, "12.2": 2, "12.3": 4,
	"13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5,
	"14.1": 2, "14.2": 4, "14.3": 3,
	"15.1": 3, "15.2": 3, "15.3": 7,
	"16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3,
	"17.1": 1, "17.2": 4, "17.3": 2,
}

var (
	requirement = regexp.MustCompile(`\b\d+\.\d+\.\d+\b`)
	quoted      = regexp.MustCompile("`([^`]+)`")
	testName    = regexp.MustCompile(`^Test[A-Z]\w+$`)
	testDecl    = regexp.MustCompile(`(?m)^func (Test\w+)\(\w+ \*testing\.T\)`)
	// What looks like a path of the tree, and not like a route, a word of code or an option.
	treePath = regexp.MustCompile(`^(\.|[a-z][\w-]*(/[\w.-]+)+|[\w-]+\.(go|md|sum|mod)|Makefile)$`)
)

// byNumber compares 10.4.2 with 10.4.11 as numbers.
func byNumber(a, b string) int {
	for x, y := strings.Split(a, "."), strings.Split(b, "."); len(x) > 0; x, y = x[1:], y[1:] {
		m, _ := strconv.Atoi(x[0])
		n, _ := strconv.Atoi(y[0])
		if m != n {
			return cmp.Compare(m, n)
		}
	}
	return 0
}

// cells are those of a row of a table of Markdown; nil for any other line.
func cells(line string) []string {
	line = strings.TrimSpace(line)
	if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "|---") {
		return nil
	}
	all := strings.Split(strings.Trim(line, "|"), "|")
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
	}
	return all
}

// testsOf are the names of the tests in a folder.
func testsOf(t *testing.T, folder string) (names []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range testDecl.FindAllStringSubmatch(string(text), -1) {
			names = append(names, m[1])
		}
	}
	return names
}

// evidence checks what a cell names: paths that are there, and tests that the package
// named before them has. It reports how many it named.
func evidence(t *testing.T, row, cell string) (named int) {
	t.Helper()
	folder := ""
	for _, m := range quoted.FindAllStringSubmatch(cell, -1) {
		switch name := m[1]; {
		case testName.MatchString(name):
			named++
			if folder == "" {
				t.Errorf("%s: no package is named before %s", row, name)
			} else if !slices.Contains(testsOf(t, folder), name) {
				t.Errorf("%s: %s has no %s", row, folder, name)
			}
		case standard.MatchString(name):
		case treePath.MatchString(name) || exists(name):
			named++
			info, err := os.Stat(name)
			if err != nil {
				t.Errorf("%s: %s is not there", row, name)
			} else if folder = ""; info.IsDir() {
				folder = name
			}
		}
	}
	return named
}

// standard are packages of Go's library that a row may name.
var standard = regexp.MustCompile(`^(encoding/json|net/http|os/exec|crypto/rand|math/rand)$`)

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil && !strings.HasPrefix(name, "/")
}

// TestTheASVSTableNamesWhatIsThere holds ASVS.md to the tree and to the standard:
// every requirement of level 1 or 2 once and in its order, each with a state and with
// evidence or a reason.
func TestTheASVSTableNamesWhatIsThere(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("ASVS.md")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	once := func(number string) {
		section := number[:strings.LastIndex(number, ".")]
		if n, _ := strconv.Atoi(number[len(section)+1:]); n < 1 || n > asvsSections[section] {
			t.Errorf("%s is not a requirement of level 1 or 2", number)
		}
		if seen[number] {
			t.Errorf("%s is there twice", number)
		}
		seen[number] = true
	}
	chapter, last := "", ""
	for line := range strings.Lines(string(text)) {
		if heading, ok := strings.CutPrefix(line, "## V"); ok {
			next, _, _ := strings.Cut(heading, " ")
			if m, _ := strconv.Atoi(chapter); next != strconv.Itoa(m+1) {
				t.Errorf("V%s follows V%s", next, chapter)
			}
			chapter, last = next, ""
		}
		if rest, ok := strings.CutPrefix(line, "Not applicable: "); ok {
			for group := range strings.SplitSeq(strings.TrimSuffix(strings.TrimSpace(rest), "."), "), ") {
				numbers, reason, _ := strings.Cut(group, "(")
				if len(reason) < 6 {
					t.Errorf("V%s: no reason is given for %q", chapter, group)
				}
				all := requirement.FindAllString(numbers, -1)
				if !slices.IsSortedFunc(all, byNumber) {
					t.Errorf("V%s: %q is not in order", chapter, numbers)
				}
				for _, number := range all {
					if !strings.HasPrefix(number, chapter+".") {
						t.Errorf("%s is listed in V%s", number, chapter)
					}
					once(number)
				}
			}
			continue
		}
		row := cells(line)
		if len(row) == 0 || requirement.FindString(row[0]) != row[0] {
			continue
		}
		if len(row) != 5 {
			t.Errorf("%s has %d cells", row[0], len(row))
			continue
		}
		number, level, meaning, state, shown := row[0], row[1], row[2], row[3], row[4]
		once(number)
		if last != "" && byNumber(number, last) <= 0 {
			t.Errorf("%s comes after %s", number, last)
		}
		last = number
		if !strings.HasPrefix(number, chapter+".") {
			t.Errorf("%s is a row of V%s", number, chapter)
		}
		if level != "1" && level != "2" || meaning == "" {
			t.Errorf("%s is of level %q and asks %q", number, level, meaning)
		}
		named := evidence(t, number, shown)
		words := len(strings.Fields(quoted.ReplaceAllString(shown, "")))
		switch state {
		case "yes":
			if named == 0 && shown != "the table above" {
				t.Errorf("%s is said to be met, and nothing shows it", number)
			}
		case "part", "open", "yours":
			if words < 5 {
				t.Errorf("%s is %s, and no reason is given", number, state)
			}
		default:
			t.Errorf("%s: %q is no state", number, state)
		}
	}
	if chapter != "17" {
		t.Errorf("the last chapter is V%s", chapter)
	}
	for section, count := range asvsSections {
		for n := 1; n <= count; n++ {
			if number := section + "." + strconv.Itoa(n); !seen[number] {
				t.Errorf("%s is missing", number)
			}
		}
	}
	if len(seen) != 253 {
		t.Errorf("%d requirements, and levels 1 and 2 have 253", len(seen))
	}
}

// TestEveryRowOfTheSecurityTableNamesATestThatIsThere holds SECURITY.md's promises to
// tests by their names.
func TestEveryRowOfTheSecurityTableNamesATestThatIsThere(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]bool{}
	eachFolder(t, func(folder string) {
		for _, name := range testsOf(t, folder) {
			all[name] = true
		}
	})
	rows := 0
	for line := range strings.Lines(string(text)) {
		row := cells(line)
		if len(row) != 3 || row[0] == "what" {
			continue
		}
		rows++
		names := quoted.FindAllStringSubmatch(row[2], -1)
		if len(names) == 0 {
			t.Errorf("SECURITY.md: no test shows %q", row[0])
		}
		for _, m := range names {
			if !all[m[1]] {
				t.Errorf("SECURITY.md: there is no test %s", m[1])
			}
		}
	}
	if rows < 10 {
		t.Errorf("SECURITY.md has %d rows", rows)
	}
}

// eachFolder visits every folder of the tree that has tests of ours.
func eachFolder(t *testing.T, do func(string)) {
	t.Helper()
	err := filepath.WalkDir(".", func(name string, d os.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if name != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules") {
			return filepath.SkipDir
		}
		do(name)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
