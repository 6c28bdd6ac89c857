package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
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
	binary := filepath.Join(s.folder, "fairlead")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, "./cmd/fairlead")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("building: %w: %s", err, out)
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
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, 0, err
	}
	address := listener.Addr().String()
	listener.Close()
	command := exec.CommandContext(ctx, binary, "dev", "--addr", address, "--data", data)
	began := time.Now()
	if err := command.Start(); err != nil {
		return 0, 0, err
	}
	defer command.Wait()
	defer command.Process.Kill()
	for ready == 0 {
		if time.Since(began) > 30*time.Second {
			return 0, 0, fmt.Errorf("%s is not ready after 30 seconds", binary)
		}
		if answer, err := http.Get("http://" + address + "/readyz"); err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				ready = time.Since(began)
			}
		}
		time.Sleep(2 * time.Millisecond)
	}
	time.Sleep(2 * time.Second)
	resident, err = residentOf(command.Process.Pid)
	return ready, resident, err
}

// residentOf reads VmRSS, in MB.
func residentOf(pid int) (float64, error) {
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	defer f.Close()
	for rows := bufio.NewScanner(f); rows.Scan(); {
		if rest, ok := strings.CutPrefix(rows.Text(), "VmRSS:"); ok {
			kilobytes, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 64)
			return kilobytes * 1024 / 1e6, err
		}
	}
	return 0, fmt.Errorf("process %d does not tell its VmRSS", pid)
}
