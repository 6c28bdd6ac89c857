package page

import (
	"fmt"
	"image"
	"image/color"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

// TestAReaderReadsTheQRCode reads the picture as it is served with a decoder that
// is not of the encoder's making.
func TestAReaderReadsTheQRCode(t *testing.T) {
	t.Parallel()
	address := "https://link.moneda.example/l/abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"
	for _, text := range []string{
		address, "A", strings.Repeat("0123456789", 15), "HTTP://127.0.0.1:8080/L/0-9A-Z", address + "?lang=pt-BR&frame=1", strings.Repeat(address, 8),
	} {
		code, err := qrImage(text, "")
		if err != nil {
			t.Fatal(err)
		}
		bitmap, err := gozxing.NewBinaryBitmapFromImage(raster(t, string(code.Data)))
		if err != nil {
			t.Fatal(err)
		}
		got, err := qrcode.NewQRCodeReader().Decode(bitmap, nil)
		if err != nil {
			t.Errorf("%d bytes cannot be read: %v", len(text), err)
		} else if got.GetText() != text {
			t.Errorf("a reader reads %q, not %q", got.GetText(), text)
		}
	}
	if _, err := qrImage(strings.Repeat("x", 4000), ""); err == nil {
		t.Error("4000 bytes were drawn")
	}
}

func TestEveryModuleOfAQRCodeIsAWholeNumberOfPixels(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 43, 75, 120, 300} {
		code, err := qrImage(strings.Repeat("x", n), "")
		if err != nil {
			t.Fatal(err)
		}
		var width, height, side, sideY int
		if _, err := fmt.Sscanf(string(code.Data), `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d"`, &width, &height, &side, &sideY); err != nil {
			t.Fatal(err)
		}
		if side == 0 || width != height || side != sideY || width%side != 0 || width/side < 2 {
			t.Errorf("%d modules in %d x %d pixels", side, width, height)
		}
	}
}

// raster paints the squares of the SVG, four pixels a module.
func raster(t *testing.T, svg string) image.Image {
	t.Helper()
	const scale = 4
	number := func(s string) int {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	box := regexp.MustCompile(`viewBox="0 0 (\d+) (\d+)"`).FindStringSubmatch(svg)
	if box == nil || box[1] != box[2] {
		t.Fatalf("not a square: %.100s", svg)
	}
	side := number(box[1])
	out := image.NewGray(image.Rect(0, 0, side*scale, side*scale))
	for i := range out.Pix {
		out.Pix[i] = 0xff
	}
	squares := regexp.MustCompile(`M(\d+) (\d+)h1v1h-1z`).FindAllStringSubmatch(svg, -1)
	for _, s := range squares {
		x, y := number(s[1]), number(s[2])
		if x < 4 || y < 4 || x >= side-4 || y >= side-4 {
			t.Fatalf("the module at %d, %d is in the quiet border", x, y)
		}
		for dy := range scale {
			for dx := range scale {
				out.SetGray(x*scale+dx, y*scale+dy, color.Gray{})
			}
		}
	}
	return out
}
