package main

import (
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead/apptest"
)

// TestWhatScaleMeasuresIsDrawnWithItsTable runs all of make bench-scale at sizes that take no time.
func TestWhatScaleMeasuresIsDrawnWithItsTable(t *testing.T) {
	t.Parallel()
	for _, g := range everySize() {
		if g.open == nil {
			continue // starts the bench itself
		}
		t.Run(g.name, func(t *testing.T) {
			t.Parallel()
			s := settings{rounds: 1, units: 20, callers: 4, largest: 1000, folder: t.TempDir(), charts: t.TempDir()}
			if g.sizes = g.sizes[:2]; g.sizes[0] == 1000 {
				g.sizes = []int{40, 80}
			}
			c, err := g.measure(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			if len(c.sizes) == 0 && !apptest.Full() {
				return // there is no server
			}
			if err := c.write(s.charts); err != nil {
				t.Fatal(err)
			}
			rows, marks := 0, 0
			for line := range strings.Lines(read(t, s.charts, g.name+".md")) {
				if strings.HasPrefix(line, "| "+strconv.Itoa(g.sizes[0])+" |") || strings.HasPrefix(line, "| "+strconv.Itoa(g.sizes[1])+" |") {
					rows++
				}
			}
			picture := read(t, s.charts, g.name+".svg")
			marks = len(regexp.MustCompile(`class="mark `).FindAllString(picture, -1))
			if rows != 2 || marks != 2*len(g.lines) {
				t.Errorf("%d rows and %d marks of %d lines at 2 sizes:\n%s", rows, marks, len(g.lines), picture)
			}
		})
	}
}

func read(t *testing.T, folder, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func flat(name string, each ...time.Duration) line {
	l := line{name: name}
	for _, cpu := range each {
		l.points = append(l.points, measured{1, cpu, cpu})
	}
	return l
}

func TestAPictureIsWellFormedAndKeepsTheNamesOfItsLinesApart(t *testing.T) {
	t.Parallel()
	us := time.Microsecond
	c := chart{name: "x", title: "a < b & c", x: "rows", unit: "a row", sizes: []int{10, 20, 1_000_000}, lines: []line{
		flat("one", 100*us, 100*us, 100*us), flat("two", 99*us, 100*us, 101*us), flat("none", 0, 0, 0), flat("nearly none", us, us, us),
	}}
	picture, err := c.svg()
	if err != nil {
		t.Fatal(err)
	}
	for d := xml.NewDecoder(strings.NewReader(picture)); ; {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatalf("%v:\n%s", err, picture)
		}
	}
	var heights []float64
	for _, m := range regexp.MustCompile(`class="label" x="[^"]*" y="([^"]*)"`).FindAllStringSubmatch(picture, -1) {
		y, err := strconv.ParseFloat(m[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		heights = append(heights, y)
	}
	slices.Sort(heights)
	for n := 1; n < len(heights); n++ {
		if heights[n]-heights[n-1] < apart-0.1 {
			t.Errorf("the names of lines stand at %v", heights)
		}
	}
	if len(heights) != 4 {
		t.Errorf("%d of 4 lines have a name", len(heights))
	}
}

func TestAnAxisHasFourToEightRoundSteps(t *testing.T) {
	t.Parallel()
	for most := 0.001; most < 1e7; most *= 1.07 {
		step := stepOf(most)
		if n := most / step; n < 2 || n > 8 {
			t.Errorf("%g is divided into %.1f steps of %g", most, n, step)
		}
	}
}

func TestADurationIsWrittenInTheUnitThatSuitsIt(t *testing.T) {
	t.Parallel()
	for want, seconds := range map[string]float64{"0.087 µs": 87e-9, "12.3 µs": 12.34e-6, "999 µs": 999e-6, "1.5 ms": 1.5e-3, "2.50 s": 2.5} {
		if got := duration(seconds); got != want {
			t.Errorf("%g s is written %s, not %s", seconds, got, want)
		}
	}
}
