package page

import (
	"fmt"
	"strings"

	"github.com/skip2/go-qrcode"

	"github.com/fairlead-dev/fairlead"
)

// qrImage draws the QR code of an address. It is drawn here so that continuing on
// a phone involves no other service.
func qrImage(address, alt string) (*fairlead.Image, error) {
	code, err := qrcode.New(address, qrcode.Medium)
	if err != nil {
		return nil, fmt.Errorf("page: QR code: %w", err)
	}
	return &fairlead.Image{Type: "image/svg+xml", Data: []byte(qrSVG(code.Bitmap())), Alt: alt}, nil
}

// qrWidth is how many pixels wide a picture may be: what a phone of 320 has room for.
const qrWidth = 232

// qrSVG draws modules, quiet border included, as whole squares: dark on white
// whatever the theme. Each is a
// whole number of pixels wide, so that none is wider than another.
func qrSVG(modules [][]bool) string {
	side := len(modules)
	size := side * max(qrWidth/side, 2)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%[2]d" height="%[2]d" viewBox="0 0 %[1]d %[1]d" shape-rendering="crispEdges">`, side, size)
	fmt.Fprintf(&b, `<path fill="#fff" d="M0 0h%[1]dv%[1]dH0z"/><path d="`, side)
	for y, row := range modules {
		for x, dark := range row {
			if dark {
				fmt.Fprintf(&b, "M%d %dh1v1h-1z", x, y)
			}
		}
	}
	b.WriteString(`"/></svg>`)
	return b.String()
}
