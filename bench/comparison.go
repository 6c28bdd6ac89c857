package main

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// side measures once and says what it did.
type side func(ctx context.Context) (measured, error)

// comparison is one line: what is measured, and what it is measured against.
type comparison struct {
	name           string
	goal           string // what the ratio should be at least; "" where there is no goal
	floor, product side
}

// measure measures both sides in turns and prints the row.
func (d comparison) measure(ctx context.Context, s settings) error {
	var floors, products []measured
	for n := range s.rounds + 1 {
		var floor measured
		var err error
		if s.profile == "" { // a profile is of the product alone
			floor, err = quiet(ctx, d.floor)
		}
		if err != nil {
			return fmt.Errorf("%s: the floor: %w", d.name, err)
		}
		product, err := quiet(ctx, d.product)
		if err != nil {
			return fmt.Errorf("%s: the product: %w", d.name, err)
		}
		if n == 0 {
			continue // both warm up
		}
		floors, products = append(floors, floor), append(products, product)
	}
	goal := ""
	if d.goal != "" {
		goal = "≥ " + d.goal
	}
	ratio, ofRounds := ratios(products, floors, measured.perSecond)
	cpuRatio, cpuOfRounds := ratios(floors, products, measured.cpuPerUnit)
	printRow(d.name, rate(floors), rate(products), ratio, ofRounds, cpu(floors), cpu(products), cpuRatio, cpuOfRounds, goal)
	return nil
}

// ratios is the median of the rounds' ratios, and their least and most.
func ratios(of, to []measured, figure func(measured) float64) (middle, ofRounds string) {
	var all []float64
	for n := range of {
		all = append(all, figure(of[n])/figure(to[n]))
	}
	return fmt.Sprintf("%.2f", median(all)), fmt.Sprintf("%.2f–%.2f", slices.Min(all), slices.Max(all))
}

func each(all []measured, figure func(measured) float64) (figures []float64) {
	for _, m := range all {
		figures = append(figures, figure(m))
	}
	return figures
}

func rate(all []measured) string { return fmt.Sprintf("%.0f", median(each(all, measured.perSecond))) }

func cpu(all []measured) string { return duration(median(each(all, measured.cpuPerUnit))) }

// duration writes seconds in the unit that suits them, with three digits.
func duration(seconds float64) string {
	switch {
	case seconds >= 1:
		return fmt.Sprintf("%.2f s", seconds)
	case seconds >= 1e-3:
		return fmt.Sprintf("%.3g ms", seconds*1e3)
	default:
		return fmt.Sprintf("%.3g µs", seconds*1e6)
	}
}

// printRow prints a row of the table, which is Markdown.
func printRow(name string, cells ...string) {
	fmt.Printf("| %-56s |", name)
	for n, width := range widths {
		cell := ""
		if n < len(cells) {
			cell = cells[n]
		}
		fmt.Printf(" %*s |", width, cell)
	}
	fmt.Println()
}

// latencies prints the row of a percentile of how long each answer took.
func latencies(name string, percent int, floors, products []time.Duration, goal string) {
	floor, product := percentile(floors, percent), percentile(products, percent)
	printRow(fmt.Sprintf("%s, p%d", name, percent), duration(floor), duration(product), fmt.Sprintf("%.2f", floor/product), "", "", "", "", "", goal)
}

// percentile is in seconds.
func percentile(all []time.Duration, percent int) float64 {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[min(len(sorted)-1, len(sorted)*percent/100)].Seconds()
}

// skipped says in a line's place why it was not measured.
func skipped(name, because string) { printRow(name, "skipped: "+because) }

// widths are those of the columns after the first.
var widths = [...]int{10, 13, 9, 11, 10, 12, 9, 11, 8}

// head prints the table's head. Both ratios are the better the larger: the product's units
// a second of the floor's, and the floor's processor time a unit of the product's.
func head(floor, product string) {
	printRow("line", floor+" /s", product+" /s", "ratio", "of rounds", floor+" CPU", product+" CPU", "CPU ratio", "of rounds", "goal")
	fmt.Println("|---" + strings.Repeat("|---", len(widths)) + "|")
}

// quiet measures one side without the other's garbage.
func quiet(ctx context.Context, measure side) (measured, error) {
	runtime.GC()
	return measure(ctx)
}

func median(all []float64) float64 {
	sorted := slices.Sorted(slices.Values(all))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// many runs do from many callers for a while and tells how many ended.
func many(s settings, do func(ctx context.Context, n int64) error) side {
	return timed(s, processorTime, do)
}

// timed is many with the processor's time of somebody else.
func timed(s settings, cpuTime func() time.Duration, do func(ctx context.Context, n int64) error) side {
	var n atomic.Int64
	return func(ctx context.Context) (measured, error) {
		var callers sync.WaitGroup
		var done atomic.Int64
		failed := make(chan error, s.callers)
		watch := startWatchOf(cpuTime)
		for range s.callers {
			callers.Go(func() {
				for time.Since(watch.began) < s.round {
					if err := do(ctx, n.Add(1)); err != nil {
						failed <- err
						return
					}
					done.Add(1)
				}
			})
		}
		callers.Wait()
		took := watch.took(int(done.Load()))
		close(failed)
		return took, <-failed
	}
}
