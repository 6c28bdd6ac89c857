//go:build !race

package table_test

const (
	hostileSize = 4 << 20
)
