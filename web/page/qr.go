package page

import (
	"fmt"
	"strings"
)

// A QR code (ISO/IEC 18004) of an address: byte mode, error correction M,
// versions 1 to 10, which hold 213 bytes. It is here so that continuing on a
// phone asks no other service for a picture.

// qrBlocks is, by version, the codewords of error correction per block, and the
// two groups of blocks: how many, with how many codewords of data each.
var qrBlocks = [11][5]int{
	1: {10, 1, 16, 0, 0}, 2: {16, 1, 28, 0, 0}, 3: {26, 1, 44, 0, 0}, 4: {18, 2, 32, 0, 0}, 5: {24, 2, 43, 0, 0},
	6: {16, 4, 27, 0, 0}, 7: {18, 4, 31, 0, 0}, 8: {22, 2, 38, 2, 39}, 9: {22, 3, 36, 2, 37}, 10: {26, 4, 43, 1, 44},
}

// qrAligned is, by version, where alignment patterns are centred.
var qrAligned = [11][]int{2: {6, 18}, 3: {6, 22}, 4: {6, 26}, 5: {6, 30}, 6: {6, 34}, 7: {6, 22, 38}, 8: {6, 24, 42}, 9: {6, 26, 46}, 10: {6, 28, 50}}

// qrCode is a square of modules: dark or light, and which belong to patterns.
type qrCode struct {
	size        int
	dark, fixed [][]bool
}

// qrOf draws the code of a text, or fails when it is longer than 213 bytes.
func qrOf(text string) (*qrCode, error) {
	for version := 1; version <= 10; version++ {
		words, ok := qrData(text, version)
		if !ok {
			continue
		}
		q := newQR(version)
		q.place(qrInterleave(words, version))
		return q.masked(version), nil
	}
	return nil, fmt.Errorf("page: %d bytes are too many for a QR code", len(text))
}

// qrData is the codewords of data: mode, length, bytes, end, padding.
func qrData(text string, version int) ([]byte, bool) {
	b := qrBlocks[version]
	capacity := b[1]*b[2] + b[3]*b[4]
	var bits []bool
	add := func(value, n int) {
		for i := n - 1; i >= 0; i-- {
			bits = append(bits, value>>i&1 == 1)
		}
	}
	add(4, 4)
	lengthBits := 8
	if version >= 10 {
		lengthBits = 16
	}
	add(len(text), lengthBits)
	for _, c := range []byte(text) {
		add(int(c), 8)
	}
	if len(bits) > capacity*8 {
		return nil, false
	}
	add(0, min(4, capacity*8-len(bits)))
	add(0, (8-len(bits)%8)%8)
	for pad := 0xec; len(bits) < capacity*8; pad ^= 0xec ^ 0x11 {
		add(pad, 8)
	}
	words := make([]byte, capacity)
	for i, bit := range bits {
		if bit {
			words[i/8] |= 0x80 >> (i % 8)
		}
	}
	return words, true
}

// qrInterleave adds error correction to each block and takes the codewords in turn.
func qrInterleave(words []byte, version int) []byte {
	b := qrBlocks[version]
	var blocks, checks [][]byte
	for group := 1; group <= 3; group += 2 {
		for range b[group] {
			block := words[:b[group+1]]
			words = words[b[group+1]:]
			blocks = append(blocks, block)
			checks = append(checks, qrRemainder(block, b[0]))
		}
	}
	var out []byte
	for _, set := range [][][]byte{blocks, checks} {
		for i := range set[len(set)-1] {
			for _, block := range set {
				if i < len(block) {
					out = append(out, block[i])
				}
			}
		}
	}
	return out
}

// qrTimes multiplies in GF(2^8) modulo x^8+x^4+x^3+x^2+1.
func qrTimes(a, b byte) byte {
	var product byte
	for ; b > 0; b >>= 1 {
		if b&1 == 1 {
			product ^= a
		}
		if carry := a&0x80 != 0; carry {
			a = a<<1 ^ 0x1d
		} else {
			a <<= 1
		}
	}
	return product
}

// qrRemainder is the Reed-Solomon code of a block: n codewords.
func qrRemainder(block []byte, n int) []byte {
	generator := make([]byte, n) // without its leading 1
	generator[n-1] = 1
	root := byte(1)
	for range n {
		for j := range n {
			generator[j] = qrTimes(generator[j], root)
			if j+1 < n {
				generator[j] ^= generator[j+1]
			}
		}
		root = qrTimes(root, 2)
	}
	out := make([]byte, n)
	for _, word := range block {
		factor := word ^ out[0]
		copy(out, out[1:])
		out[n-1] = 0
		for j := range n {
			out[j] ^= qrTimes(generator[j], factor)
		}
	}
	return out
}

// newQR draws the patterns that do not depend on the data.
func newQR(version int) *qrCode {
	q := &qrCode{size: 17 + 4*version}
	for range q.size {
		q.dark, q.fixed = append(q.dark, make([]bool, q.size)), append(q.fixed, make([]bool, q.size))
	}
	for i := range q.size {
		q.set(6, i, i%2 == 0)
		q.set(i, 6, i%2 == 0)
	}
	for _, corner := range [][2]int{{3, 3}, {q.size - 4, 3}, {3, q.size - 4}} {
		q.rings(corner[0], corner[1], 4)
	}
	at := qrAligned[version]
	for i, x := range at {
		for j, y := range at {
			corner := (i == 0 && j == 0) || (i == 0 && j == len(at)-1) || (i == len(at)-1 && j == 0)
			if !corner {
				q.rings(x, y, 2)
			}
		}
	}
	q.format(0)
	q.version(version)
	return q
}

func (q *qrCode) set(x, y int, dark bool) { q.dark[y][x], q.fixed[y][x] = dark, true }

// rings draws a finder (reach 4, its light border included) or an alignment pattern (reach 2).
func (q *qrCode) rings(x, y, reach int) {
	for dy := -reach; dy <= reach; dy++ {
		for dx := -reach; dx <= reach; dx++ {
			if x+dx < 0 || y+dy < 0 || x+dx >= q.size || y+dy >= q.size {
				continue
			}
			ring := max(max(dx, -dx), max(dy, -dy))
			dark := ring != 1
			if reach == 4 {
				dark = ring != 2 && ring != 4
			}
			q.set(x+dx, y+dy, dark)
		}
	}
}

// format draws the two copies of correction level M (00) and the mask.
func (q *qrCode) format(mask int) {
	rest := mask
	for range 10 {
		rest = rest<<1 ^ rest>>9*0x537
	}
	bits := (mask<<10 | rest) ^ 0x5412
	bit := func(i int) bool { return bits>>i&1 == 1 }
	for i := range 15 {
		a, b := q.formatPlaces(i)
		q.set(a[0], a[1], bit(i))
		q.set(b[0], b[1], bit(i))
	}
	q.set(8, q.size-8, true)
}

// formatPlaces is where bit i of the format stands: beside the first finder, and
// beside the other two.
func (q *qrCode) formatPlaces(i int) (a, b [2]int) {
	switch {
	case i < 6:
		a = [2]int{8, i}
	case i < 8:
		a = [2]int{8, i + 1}
	case i == 8:
		a = [2]int{7, 8}
	default:
		a = [2]int{14 - i, 8}
	}
	if i < 8 {
		return a, [2]int{q.size - 1 - i, 8}
	}
	return a, [2]int{8, q.size - 15 + i}
}

// version draws the two copies of the version, from 7 on.
func (q *qrCode) version(version int) {
	if version < 7 {
		return
	}
	rest := version
	for range 12 {
		rest = rest<<1 ^ rest>>11*0x1f25
	}
	bits := version<<12 | rest
	for i := range 18 {
		dark := bits>>i&1 == 1
		q.set(q.size-11+i%3, i/3, dark)
		q.set(i/3, q.size-11+i%3, dark)
	}
}

// place writes the codewords upwards and downwards in columns of two.
func (q *qrCode) place(words []byte) {
	i := 0
	for right := q.size - 1; right >= 1; right -= 2 {
		if right == 6 {
			right = 5
		}
		for step := range q.size {
			y := step
			if (right+1)&2 == 0 {
				y = q.size - 1 - step
			}
			for x := right; x >= right-1; x-- {
				if !q.fixed[y][x] && i < len(words)*8 {
					q.dark[y][x] = words[i/8]>>(7-i%8)&1 == 1
					i++
				}
			}
		}
	}
}

// masked is the code under the mask that looks least like a pattern.
func (q *qrCode) masked(version int) *qrCode {
	var best *qrCode
	least := -1
	for mask := range 8 {
		m := newQR(version)
		for y := range q.size {
			for x := range q.size {
				if !q.fixed[y][x] {
					m.dark[y][x] = q.dark[y][x] != qrMask(mask, x, y)
				}
			}
		}
		m.format(mask)
		if p := m.penalty(); least < 0 || p < least {
			best, least = m, p
		}
	}
	return best
}

func qrMask(mask, x, y int) bool {
	switch mask {
	case 0:
		return (x+y)%2 == 0
	case 1:
		return y%2 == 0
	case 2:
		return x%3 == 0
	case 3:
		return (x+y)%3 == 0
	case 4:
		return (x/3+y/2)%2 == 0
	case 5:
		return x*y%2+x*y%3 == 0
	case 6:
		return (x*y%2+x*y%3)%2 == 0
	}
	return ((x+y)%2+x*y%3)%2 == 0
}

// penalty counts what makes a code hard to read: runs, blocks, an uneven share
// of dark. (The standard's finder-like runs are left out: any mask can be read.)
func (q *qrCode) penalty() int {
	sum, dark := 0, 0
	for y := range q.size {
		runX, runY := 1, 1
		for x := range q.size {
			if q.dark[y][x] {
				dark++
			}
			if x == 0 {
				continue
			}
			sum += run(q.dark[y][x] == q.dark[y][x-1], &runX) + run(q.dark[x][y] == q.dark[x-1][y], &runY)
			if y > 0 && q.dark[y][x] == q.dark[y-1][x] && q.dark[y][x] == q.dark[y][x-1] && q.dark[y][x] == q.dark[y-1][x-1] {
				sum += 3
			}
		}
	}
	share := dark * 100 / (q.size * q.size)
	return sum + max(share-50, 50-share)/5*10
}

// run counts modules of one colour in a row: 3 for the fifth, 1 for each more.
func run(same bool, length *int) int {
	if !same {
		*length = 1
		return 0
	}
	*length++
	switch {
	case *length == 5:
		return 3
	case *length > 5:
		return 1
	}
	return 0
}

// svg draws the code with its quiet border, dark on white whatever the theme.
func (q *qrCode) svg() string {
	var b strings.Builder
	side := q.size + 8
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h%dv%dH0z"/><path d="`, side, side, side, side)
	for y := range q.size {
		for x := range q.size {
			if q.dark[y][x] {
				fmt.Fprintf(&b, "M%d %dh1v1h-1z", x+4, y+4)
			}
		}
	}
	b.WriteString(`"/></svg>`)
	return b.String()
}
