// Command bench measures the product against floors in the same run.
//
// It owns the lines of docs/performance.md: for each, the least that could do the
// job (the floor: same bytes answered, same durability) and the
// product, run in turns, so that a busy machine slows both. What counts is the
// ratio of their medians; absolute figures are of one machine and one moment. It
// never fails because something was slow.
//
// The flow: prepare the sides of each line → rounds of floor, product, floor … →
// print a row. Then the built binary is started a few times: how long until it
// is ready, and what it holds when idle.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"runtime"
	"runtime/pprof"
	"time"
)

// settings are the flags.
type settings struct {
	only    *regexp.Regexp
	rounds  int
	round   time.Duration
	callers int
	folder  string
	profile string
	peers   bool
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var s settings
	only := flag.String("only", "", "lines whose name fits this regular expression")
	flag.IntVar(&s.rounds, "rounds", 7, "how often each side of a line is measured")
	flag.DurationVar(&s.round, "round", time.Second, "how long a side is measured each time, where it is measured by time")
	flag.IntVar(&s.callers, "callers", 32, "how many call at once")
	flag.StringVar(&s.folder, "folder", "", "where databases are made (default: a temporary folder); it must be on a real disk")
	flag.StringVar(&s.profile, "cpuprofile", "", "measures the product alone and writes a CPU profile")
	flag.BoolVar(&s.peers, "peers", false, "measures against other servers instead (make bench-peers)")
	flag.Parse()
	var err error
	if s.only, err = regexp.Compile(*only); err == nil && *growHere {
		err = collectHere(ctx, s)
	} else if err == nil {
		err = run(ctx, s)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, s settings) error {
	temporary, err := os.MkdirTemp(s.folder, "fairlead-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temporary)
	s.folder = temporary
	if s.profile != "" {
		f, err := os.Create(s.profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	fmt.Printf("%d rounds, %d callers, %d CPUs, %s/%s, %s\n\n", s.rounds, s.callers, runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
	groups := []func(context.Context, settings) error{requests, pages, searches, collections, growth, receipts, deliveries, documents, neighbours, ofxFiles, processes}
	if s.peers {
		head("peer", "our")
		groups = groups[:0]
		groups = append(groups, peers)
	} else {
		head("floor", "product")
	}
	for _, group := range groups {
		if err := group(ctx, s); err != nil {
			return err
		}
	}
	return nil
}
