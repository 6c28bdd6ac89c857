package main

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// side measures once and tells how many a second it did.
type side func(ctx context.Context) (perSecond float64, err error)

// comparison is one line: what is measured, and what it is measured against.
type comparison struct {
	name           string
	goal           string // what the ratio should be at least; "" where there is no goal
	floor, product side
}

// measure measures both sides in turns and prints the row.
func (d comparison) measure(ctx context.Context, s settings) error {
	var floors, products, ratios []float64
	for n := range s.rounds + 1 {
		floor := 0.0
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
		floors, products, ratios = append(floors, floor), append(products, product), append(ratios, product/floor)
	}
	goal := "none"
	if d.goal != "" {
		goal = "≥ " + d.goal
	}
	fmt.Printf("%-44s %12.0f %12.0f  %-8.2f %-13s %s\n", d.name, median(floors), median(products), median(ratios),
		fmt.Sprintf("%.2f–%.2f", slices.Min(ratios), slices.Max(ratios)), goal)
	return nil
}

// quiet measures one side without the other's garbage.
func quiet(ctx context.Context, measure side) (float64, error) {
	runtime.GC()
	return measure(ctx)
}

func median(all []float64) float64 {
	sorted := slices.Sorted(slices.Values(all))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// many runs do from many callers for a while and tells how many ended a second.
func many(s settings, do func(ctx context.Context, n int64) error) side {
	var n atomic.Int64
	return func(ctx context.Context) (float64, error) {
		var callers sync.WaitGroup
		var done atomic.Int64
		failed := make(chan error, s.callers)
		began := time.Now()
		for range s.callers {
			callers.Go(func() {
				for time.Since(began) < s.round {
					if err := do(ctx, n.Add(1)); err != nil {
						failed <- err
						return
					}
					done.Add(1)
				}
			})
		}
		callers.Wait()
		took := time.Since(began)
		close(failed)
		return float64(done.Load()) / took.Seconds(), <-failed
	}
}
