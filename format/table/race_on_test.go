//go:build race

package table_test

const (
	hostileSize = 1 << 20
)
