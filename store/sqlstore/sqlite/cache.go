package sqlite

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store/sqlstore/engine"
)

// maxEntries is how many query results of one table are cached before all are dropped.
const maxEntries = 2000

// tableCache caches what was read of a table that every request reads and hardly
// anybody writes. It can be had on SQLite only: one process and one writer know of
// every change.
//
// It is a seqlock: the epoch is even while the table is as it was last committed, and
// odd from a batch's first write to the table until that batch has ended. A View may
// use the cache while the epoch is the one it began at, the writer while it is even.
type tableCache struct {
	epoch   atomic.Int64
	mu      sync.Mutex
	entries map[string]entry
}

// entry is the result of one query.
type entry struct {
	epoch          int64
	lastSeenCommit int64 // by whoever read it from the table
	nouns          any   // a slice
}

// cachedTables is how many there are.
const cachedTables = 4

// tableIndex is where a table's cache is.
func tableIndex(table string) int {
	switch table {
	case "tenants":
		return 0
	case "applications":
		return 1
	case "application_keys":
		return 2
	case "endpoints":
		return 3
	}
	return -1
}

// caches are those of one database.
type caches struct {
	tables [cachedTables]tableCache
	tokens *tokenCache
}

func newCaches() *caches {
	c := &caches{tokens: newTokenCache()}
	for i := range c.tables {
		c.tables[i].entries = map[string]entry{}
	}
	return c
}

func (c *caches) epochs() (epochs [cachedTables]int64) {
	for i := range c.tables {
		epochs[i] = c.tables[i].epoch.Load()
	}
	return epochs
}

// endBatch comes when what the batch wrote is committed, or rolled back.
func (c *caches) endBatch() {
	for i := range c.tables {
		if t := &c.tables[i]; t.epoch.Load()%2 == 1 {
			t.mu.Lock()
			clear(t.entries)
			t.mu.Unlock()
			t.epoch.Add(1)
		}
	}
	c.tokens.endBatch()
}

// cacheView is how one transaction sees the caches. A View that used them before
// its snapshot was taken begins anew when they changed in between (view.go).
type cacheView struct {
	caches     *caches
	write      bool                // it is the writer's
	epochs     [cachedTables]int64 // when a View began
	tokenEpoch int64
	noCache    bool // before the snapshot is taken

	snapshot       bool // it is taken
	used           bool // a table's cache was used before that
	usedTokens     []tokenKey
	lastSeenCommit int64 // of which something may have been seen
}

var _ engine.Cache = (*cacheView)(nil)

func (c *caches) forView(noCache bool) *cacheView {
	return &cacheView{caches: c, epochs: c.epochs(), tokenEpoch: c.tokens.now(), noCache: noCache}
}

func (c *caches) forWriter(lastCommit int64) *cacheView {
	return &cacheView{caches: c, write: true, snapshot: true, lastSeenCommit: lastCommit}
}

// stale tells, when the snapshot has just been taken, whether what was used before
// is not what the snapshot has.
func (v *cacheView) stale() bool {
	return v.used && v.epochs != v.caches.epochs() || !v.caches.tokens.valid(v.usedTokens, v.tokenEpoch)
}

// table is a table's cache, or false when the transaction may see it differently.
func (v *cacheView) table(name string) (t *tableCache, epoch int64, ok bool) {
	i := tableIndex(name)
	if i < 0 {
		return nil, 0, false
	}
	t = &v.caches.tables[i]
	epoch = t.epoch.Load()
	return t, epoch, epoch%2 == 0 && (v.write || v.epochs[i] == epoch)
}

func (v *cacheView) Rows(table, query string, args []any) (nouns any, ok bool) {
	t, epoch, ok := v.table(table)
	if !ok || v.noCache && !v.snapshot {
		return nil, false
	}
	var room [512]byte
	key := queryKey(room[:0], query, args)
	t.mu.Lock()
	defer t.mu.Unlock()
	e, ok := t.entries[string(key)] // which copies nothing
	if !ok || e.epoch != epoch {
		return nil, false
	}
	v.used = v.used || !v.snapshot
	v.lastSeenCommit = max(v.lastSeenCommit, e.lastSeenCommit)
	return clone(e.nouns), true
}

func (v *cacheView) StoreRows(table, query string, args []any, nouns any) {
	t, epoch, ok := v.table(table)
	if !ok {
		return
	}
	key := string(queryKey(nil, query, args))
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.entries) >= maxEntries {
		clear(t.entries)
	}
	t.entries[key] = entry{epoch, v.lastSeenCommit, clone(nouns)}
}

func (v *cacheView) InvalidateTable(table string) {
	if i := tableIndex(table); i >= 0 && v.caches.tables[i].epoch.Load()%2 == 0 {
		v.caches.tables[i].epoch.Add(1)
	}
}

// queryKey names a query and its parameters.
func queryKey(key []byte, query string, args []any) []byte {
	key = append(key, query...)
	for _, a := range args {
		key = append(key, 0)
		switch a := a.(type) {
		case string:
			key = append(key, a...)
		case int:
			key = strconv.AppendInt(key, int64(a), 10)
		default:
			key = append(key, fmt.Sprint(a)...)
		}
	}
	return key
}

// clone copies nouns with all that hangs on them, so that whoever changes what it
// was given changes nothing here.
func clone(nouns any) any {
	switch list := nouns.(type) {
	case []fairlead.Tenant:
		return slices.Clone(list)
	case []fairlead.Application:
		return cloneEach(list, func(a *fairlead.Application) {
			a.Origins, a.RedirectHosts, a.CallbackHosts = slices.Clone(a.Origins), slices.Clone(a.RedirectHosts), slices.Clone(a.CallbackHosts)
			a.Settings = maps.Clone(a.Settings)
			for name, raw := range a.Settings {
				a.Settings[name] = slices.Clone(raw)
			}
		})
	case []fairlead.Key:
		return cloneEach(list, func(k *fairlead.Key) { k.Signing = slices.Clone(k.Signing) })
	case []fairlead.Endpoint:
		return cloneEach(list, func(e *fairlead.Endpoint) {
			e.Kinds, e.Secrets = slices.Clone(e.Kinds), slices.Clone(e.Secrets)
			for i, sealed := range e.Secrets {
				e.Secrets[i] = slices.Clone(sealed)
			}
		})
	}
	panic(fmt.Sprintf("sqlite: %T is cached and can't be copied", nouns))
}

func cloneEach[T any](list []T, deepen func(*T)) []T {
	list = slices.Clone(list)
	for i := range list {
		deepen(&list[i])
	}
	return list
}
