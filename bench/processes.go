package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"time"
)

// starts is how often the binary is started.
const starts = 5

// processes starts the built binary on a new data folder and again on the same
// one: how long until it is ready, and what it holds when nobody has called.
func processes(ctx context.Context, s settings) error {
	if !s.only.MatchString("ready and idle") {
		return nil
	}
	binary, err := buildBinary(ctx, s)
	if err != nil {
		return err
	}
	info, err := os.Stat(binary)
	if err != nil {
		return err
	}
	var first, again []float64
	var residents []float64
	for range starts {
		data, err := os.MkdirTemp(s.folder, "data-")
		if err != nil {
			return err
		}
		for _, into := range []*[]float64{&first, &again} {
			ready, resident, err := start(ctx, binary, data)
			if err != nil {
				return err
			}
			*into = append(*into, float64(ready.Milliseconds()))
			residents = append(residents, resident)
		}
	}
	fmt.Print("\n| the binary | | goal |\n|---|---|---|\n")
	fmt.Printf("| ready on a new data folder | %.0f ms (%.0f–%.0f) | ≤ 1 s |\n", median(first), slices.Min(first), slices.Max(first))
	fmt.Printf("| ready on one that is there | %.0f ms (%.0f–%.0f) | ≤ 1 s |\n", median(again), slices.Min(again), slices.Max(again))
	fmt.Printf("| resident when idle | %.1f MB (%.1f–%.1f) | < 60 MB |\n", median(residents), slices.Min(residents), slices.Max(residents))
	fmt.Printf("| size | %.1f MB | ≤ 30 MB |\n", float64(info.Size())/1e6)
	return nil
}

// start runs the binary until it is ready and has been idle for two seconds.
func start(ctx context.Context, binary, data string) (ready time.Duration, resident float64, err error) {
	address, err := freeAddress()
	if err != nil {
		return 0, 0, err
	}
	p, err := launch(ctx, exec.CommandContext(ctx, binary, "dev", "--addr", address, "--data", data), address, "/readyz")
	if err != nil {
		return 0, 0, err
	}
	defer p.stop()
	time.Sleep(2 * time.Second)
	resident, err = memoryOf(p.pid(), "VmRSS")
	return p.ready, resident, err
}
