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
	"strconv"
	"strings"
	"time"
)

// process is a server that runs beside the bench.
type process struct {
	url     string
	ready   time.Duration // until it answered
	command *exec.Cmd
}

// launch starts a server and waits until it answers at a path.
func launch(ctx context.Context, command *exec.Cmd, address, path string) (*process, error) {
	p := &process{url: "http://" + address, command: command}
	began := time.Now()
	if err := command.Start(); err != nil {
		return nil, err
	}
	for time.Since(began) < 30*time.Second && ctx.Err() == nil {
		if answer, err := http.Get(p.url + path); err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				p.ready = time.Since(began)
				return p, nil
			}
		}
		time.Sleep(2 * time.Millisecond)
	}
	p.stop()
	return nil, fmt.Errorf("%s is not ready after 30 seconds", command.Path)
}

func (p *process) stop() {
	p.command.Process.Kill()
	p.command.Wait()
}

func (p *process) pid() int { return p.command.Process.Pid }

// cpu is the processor's time that the process has used. The kernel tells it in hundredths of a second.
func (p *process) cpu() time.Duration {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.pid()))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:])) // what comes before may hold spaces
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}

// memoryOf reads a line of the process's status, VmRSS or VmHWM, in MB.
func memoryOf(pid int, field string) (float64, error) {
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	defer f.Close()
	for rows := bufio.NewScanner(f); rows.Scan(); {
		if rest, ok := strings.CutPrefix(rows.Text(), field+":"); ok {
			kilobytes, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 64)
			return kilobytes * 1024 / 1e6, err
		}
	}
	return 0, fmt.Errorf("process %d does not tell its %s", pid, field)
}

// freeAddress is one that nobody listens at.
func freeAddress() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer listener.Close()
	return listener.Addr().String(), nil
}

// buildBinary builds the program as it ships, once.
func buildBinary(ctx context.Context, s settings) (string, error) {
	binary := filepath.Join(s.folder, "fairlead")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, "./cmd/fairlead")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building: %w: %s", err, out)
	}
	return binary, nil
}
