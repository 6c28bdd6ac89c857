package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strconv"
	"sync"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/server"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/vault"
)

var (
	growRows  = flag.Int("rows", 100_000, "how many rows the line of growing collects")
	growHere  = flag.Bool("grow-here", false, "collects the rows in this process, and prints what each step cost as JSON (the line of growing starts itself so)")
	growHeavy = flag.Bool("grow-heavy", false, "collects the persona heavy at the bank harbor instead of rows made for it")
)

// growthSteps are at how many rows stored a step ends.
var growthSteps = []int{1000, 3000, 10_000, 30_000, 100_000, 200_000, 300_000, 500_000, 1_000_000}

// growthStep is what the collection of some rows cost, in a process of its own.
type growthStep struct {
	Rows     int           `json:"rows"` // stored at its end
	CPU      time.Duration `json:"cpu"`  // of the step, user and system
	Took     time.Duration `json:"took"`
	Resident float64       `json:"resident"` // MB at its end
	Peak     float64       `json:"peak"`     // MB, of the process until its end
	Heap     float64       `json:"heap"`     // MB of it that Go has for its heap
	Size     float64       `json:"size"`     // MB of the database's files
	from     int
}

// perRow is in microseconds of the processor.
func (s growthStep) perRow() float64 {
	return float64(s.CPU.Nanoseconds()) / 1e3 / float64(s.Rows-s.from)
}

// growth collects many rows into one connection of an application that does nothing else,
// and tells what a row costs the more there are, and what the process holds at most. Ids
// are as a live tenant's. It has no floor: what counts is each step against the first one of ten thousand rows.
func growth(ctx context.Context, s settings) error {
	const name = "collecting a million rows (growing)"
	if !s.only.MatchString(name) {
		return nil
	}
	steps, err := grow(ctx, s, *growRows)
	if err != nil {
		return err
	}
	idle := steps[0]
	first := steps[len(steps)-1]
	for _, step := range steps[1:] {
		if step.Rows >= 10_000 {
			first = step
			break
		}
	}
	fmt.Printf("\n%-44s %12s %12s %8s %10s %10s %8s\n", fmt.Sprintf("collecting %d rows; idle %.1f MB", *growRows, idle.Resident), "rows/s", "CPU µs/row", "of 10k's", "peak MB", "over idle", "file MB")
	for _, step := range steps[1:] {
		fmt.Printf("%-44s %12.0f %12.1f %8.2f %10.1f %10.1f %8.0f\n", fmt.Sprintf("  %d to %d stored", step.from, step.Rows),
			float64(step.Rows-step.from)/step.Took.Seconds(), step.perRow(), step.perRow()/first.perRow(), step.Peak, step.Peak-idle.Resident, step.Size)
	}
	return nil
}

// grow has a process collect rows; the first step is the process before it collects.
func grow(ctx context.Context, s settings, rows int) (steps []growthStep, err error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	command := exec.CommandContext(ctx, program, "-grow-here", "-rows", strconv.Itoa(rows), "-folder", s.folder, "-cpuprofile", s.profile, "-grow-heavy="+strconv.FormatBool(*growHeavy))
	command.Stderr = os.Stderr
	out, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	from := 0
	for lines := bufio.NewScanner(out); lines.Scan(); {
		step := growthStep{from: from}
		if err := json.Unmarshal(lines.Bytes(), &step); err != nil {
			return nil, fmt.Errorf("%w: %s", err, lines.Text())
		}
		from = step.Rows
		steps = append(steps, step)
	}
	if err := command.Wait(); err != nil {
		return nil, err
	}
	if len(steps) < 2 {
		return nil, fmt.Errorf("the collection of %d rows did not begin", rows)
	}
	return steps, nil
}

// growthMeter notes a step whenever enough rows are stored.
type growthMeter struct {
	mu      sync.Mutex
	file    string
	profile string // where heap profiles go; "": nowhere
	began   time.Time
	cpu     time.Duration
	next    int // index of growthSteps
	last    int
	fail    error
}

// reached is called with how many rows are stored; end: there come no more.
func (m *growthMeter) reached(rows int, end bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if rows > m.last && (end || m.next < len(growthSteps) && rows >= growthSteps[m.next]) {
		for m.next < len(growthSteps) && rows >= growthSteps[m.next] {
			m.next++
		}
		m.fail = cmp.Or(m.fail, m.step(rows))
	}
}

func (m *growthMeter) step(rows int) error {
	now, cpu := time.Now(), processorTime()
	step := growthStep{Rows: rows, CPU: cpu - m.cpu, Took: now.Sub(m.began)}
	var err error
	if step.Resident, err = memoryOf(os.Getpid(), "VmRSS"); err != nil {
		return err
	}
	if step.Peak, err = memoryOf(os.Getpid(), "VmHWM"); err != nil {
		return err
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	step.Heap = float64(memory.HeapSys-memory.HeapReleased) / 1e6
	for _, suffix := range []string{"", "-wal"} {
		if info, err := os.Stat(m.file + suffix); err == nil {
			step.Size += float64(info.Size()) / 1e6
		}
	}
	if m.profile != "" {
		f, err := os.Create(m.profile + "." + strconv.Itoa(rows))
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.Lookup("heap").WriteTo(f, 0); err != nil {
			return err
		}
	}
	m.began, m.cpu, m.last = now, cpu, rows
	return json.NewEncoder(os.Stdout).Encode(step)
}

// collectHere runs the application in this process and collects.
func collectHere(ctx context.Context, s settings) error {
	folder, err := os.MkdirTemp(s.folder, "grow-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	meter := &growthMeter{file: filepath.Join(folder, "fairlead.db"), profile: s.profile}
	bank := &growingBank{rows: *growRows, meter: meter}
	opened, err := server.Open(ctx, server.Config{
		Dev: true, Addr: "127.0.0.1:0", Data: folder, Log: slog.New(slog.DiscardHandler), Connectors: []connector.Connector{bank},
	})
	if err != nil {
		return err
	}
	running, stop := context.WithCancel(ctx)
	h := &app{Server: opened, data: folder, stop: stop, ended: make(chan error, 1)}
	go func() { h.ended <- opened.Run(running) }()
	time.Sleep(2 * time.Second) // what is idle
	if s.profile != "" {
		f, err := os.Create(s.profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
	}
	meter.began, meter.cpu = time.Now(), processorTime()
	if err := meter.step(0); err != nil {
		return err
	}
	id, err := h.grow(ctx)
	if err == nil {
		err = h.awaitGrown(ctx, id, bank, meter)
	}
	if s.profile != "" {
		pprof.StopCPUProfile()
	}
	return cmp.Or(err, meter.fail, h.close())
}

// grow makes the connection that linking would make, and has it collected.
func (h *app) grow(ctx context.Context) (id fairlead.ConnectionID, err error) {
	who, err := h.Verbs.Access.ByClient(ctx, access.DevClientID, fairlead.NewSecret(access.DevSecret))
	if err != nil {
		return "", err
	}
	now := time.Now()
	tenant := who.Tenant.ID
	person := fairlead.Person{ID: fairlead.PersonID(fairlead.NewID("per", now)), Tenant: tenant, Reference: "ada", Created: now}
	conn := fairlead.Connection{
		ID: fairlead.ConnectionID(fairlead.NewID("con", now)), Tenant: tenant, Application: who.Application.ID, Person: person.ID, Reference: person.Reference,
		Institution: bankID, Connector: "bank", Identity: "ada", Status: fairlead.ConnectionCollecting, Created: now,
		Products: map[fairlead.Product]fairlead.ProductState{
			fairlead.ProductAccounts: {Status: fairlead.ProductPending}, fairlead.ProductTransactions: {Status: fairlead.ProductPending},
		},
	}
	secrets := `{"token":"x"}`
	if !*growHeavy {
		who.Tenant.Seed = "" // ids that sort by birth, as live ones do; a sandbox's derive from what they name
	} else {
		conn.Institution, conn.Connector, secrets = "ins_harbor", "sandbox", `{"user":"heavy"}`
	}
	owner := vault.Owner{Tenant: tenant, ID: string(conn.ID)}
	if conn.Key, err = h.Vault.NewKey(owner); err != nil {
		return "", err
	}
	if conn.Secrets, err = h.Vault.Seal(conn.Key, owner.At(owner.ID, "secrets"), []byte(secrets)); err != nil {
		return "", err
	}
	return conn.ID, h.Store.Update(ctx, func(tx *store.Tx) error {
		person, put, of := person, conn, who.Tenant
		if err := tx.Tenants.Put(&of); err != nil {
			return err
		}
		if err := tx.Persons.Put(tenant, &person); err != nil {
			return err
		}
		if err := tx.Connections.Put(tenant, &put); err != nil {
			return err
		}
		return tx.Work.Due(fairlead.Work{Tenant: tenant, Kind: fairlead.CollectWork, Key: string(conn.ID), Due: now})
	})
}

// awaitGrown waits until the collection has ended.
func (h *app) awaitGrown(ctx context.Context, id fairlead.ConnectionID, bank *growingBank, meter *growthMeter) error {
	who, err := h.Verbs.Access.ByClient(ctx, access.DevClientID, fairlead.NewSecret(access.DevSecret))
	if err != nil {
		return err
	}
	for ctx.Err() == nil {
		var conn fairlead.Connection
		var stored int
		err := h.Store.View(ctx, func(tx *store.Tx) (err error) {
			if conn, err = tx.Connections.Get(who.Tenant.ID, string(id)); err != nil || conn.Status == fairlead.ConnectionCollecting && !*growHeavy {
				return err
			}
			last, err := tx.Collections.List(who.Tenant.ID, store.Query{Where: []store.Match{{Key: store.ByConnection, Value: string(id)}}})
			for _, col := range last {
				for _, counts := range col.Products {
					stored += counts.Added
				}
			}
			return err
		})
		if err != nil {
			return err
		}
		ended := conn.Status != fairlead.ConnectionCollecting
		meter.reached(stored, ended)
		if ended {
			if conn.Status != fairlead.ConnectionActive || !*growHeavy && stored < bank.rows {
				return fmt.Errorf("the collection ended %s with %d rows: %+v", conn.Status, stored, conn.Problem)
			}
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return ctx.Err()
}

// growingBank is an institution that makes its rows as they are asked for: 25 accounts, one
// after another, over 24 months, under ids in no order.
type growingBank struct {
	rows  int
	meter *growthMeter
}

const growingAccounts = 25

func (b *growingBank) Describe() connector.Description { return (&bank{}).Describe() }

func (b *growingBank) Begin(ctx context.Context, start connector.Start) (connector.Turn, error) {
	return (&bank{}).Begin(ctx, start)
}

func (b *growingBank) Resume(ctx context.Context, start connector.Start, state []byte, answer fairlead.Answer) (connector.Turn, error) {
	return (&bank{}).Resume(ctx, start, state, answer)
}

// Fetch makes a page; the cursor is how many rows were given.
func (b *growingBank) Fetch(_ context.Context, _ connector.Session, request connector.FetchRequest) (page connector.Page, err error) {
	if request.Product == fairlead.ProductAccounts {
		for n := range growingAccounts {
			page.Accounts = append(page.Accounts, fairlead.Account{Ref: accountRef(n), Kind: fairlead.AccountDepository, Name: "Account " + accountRef(n), Currency: "EUR"})
		}
		return page, nil
	}
	from := 0
	if request.Cursor != "" {
		if from, err = strconv.Atoi(request.Cursor); err != nil {
			return page, err
		}
	}
	b.meter.reached(from, false)
	to := min(from+request.Limit, b.rows)
	each := (b.rows + growingAccounts - 1) / growingAccounts
	for n := from; n < to; n++ {
		day := fairlead.Date{Year: 2024, Month: 11, Day: 1}.AddDays(n % each * 730 / each)
		id := scattered(uint64(n))
		shop := "SHOP " + strconv.Itoa(int(id%500))
		page.Transactions = append(page.Transactions, fairlead.Transaction{
			AccountRef: accountRef(n / each), Ref: fmt.Sprintf("%016x%016x", id, scattered(id)), State: fairlead.TransactionPosted,
			Booked: day, Amount: fairlead.NewMoney(-int64(id%900000), 2, "EUR"), Description: shop, Original: "POS " + shop + " " + strconv.Itoa(n),
			Kind: "card", MCC: "5411", Category: "food", Counterparty: &fairlead.Counterparty{Name: shop, Kind: fairlead.PersonCompany},
		})
	}
	if page.More = to < b.rows; page.More {
		page.Cursor = strconv.Itoa(to)
	}
	return page, nil
}

func accountRef(n int) string { return "A" + strconv.Itoa(n) }

// scattered gives each number another one, in no order.
func scattered(n uint64) uint64 {
	n += 0x9e3779b97f4a7c15
	n = (n ^ n>>30) * 0xbf58476d1ce4e5b9
	n = (n ^ n>>27) * 0x94d049bb133111eb
	return n ^ n>>31
}
