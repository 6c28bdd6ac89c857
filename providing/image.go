package providing

import (
	"bytes"
	"image"
	"image/color"
	_ "image/gif"  // decoded
	_ "image/jpeg" // decoded
	"image/png"

	"github.com/fairlead-dev/fairlead"
)

const (
	logoSide  = 128      // pixels of a logo that is served
	maxServed = 64 << 10 // bytes of one
	maxSide   = 4096     // pixels of one that is taken
	maxPixels = 4 << 20
)

// reencode makes of an image (PNG, JPEG, GIF) a PNG of at most 128 × 128 pixels and 64 KiB
// that holds nothing but its pixels, or is Invalid.
func reencode(body []byte) ([]byte, error) {
	config, _, err := image.DecodeConfig(bytes.NewReader(body))
	if err != nil {
		return nil, &fairlead.Error{Kind: fairlead.Invalid, Detail: "This is no PNG, JPEG or GIF.", Err: err}
	}
	if config.Width < 1 || config.Height < 1 || config.Width > maxSide || config.Height > maxSide || config.Width*config.Height > maxPixels {
		return nil, fairlead.Errorf(fairlead.Invalid, "The image has too many pixels.")
	}
	decoded, _, err := image.Decode(bytes.NewReader(body))
	if err != nil {
		return nil, &fairlead.Error{Kind: fairlead.Invalid, Detail: "The image is broken.", Err: err}
	}
	for side := logoSide; side >= 32; side /= 2 {
		var out bytes.Buffer
		encoder := png.Encoder{CompressionLevel: png.BestCompression}
		if err := encoder.Encode(&out, scaled(decoded, side)); err != nil {
			return nil, &fairlead.Error{Kind: fairlead.Invalid, Detail: "The image is broken.", Err: err}
		}
		if out.Len() <= maxServed {
			return out.Bytes(), nil
		}
	}
	return nil, fairlead.Errorf(fairlead.Invalid, "The image does not become small enough.")
}

// scaled brings an image to at most side × side pixels, each the mean of those that it
// stands for; a smaller one stays as it is.
func scaled(from image.Image, side int) *image.NRGBA {
	b := from.Bounds()
	w, h := b.Dx(), b.Dy()
	if most := max(w, h); most > side {
		w, h = max(1, w*side/most), max(1, h*side/most)
	}
	out := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		top, bottom := b.Min.Y+y*b.Dy()/h, b.Min.Y+(y+1)*b.Dy()/h
		for x := range w {
			left, right := b.Min.X+x*b.Dx()/w, b.Min.X+(x+1)*b.Dx()/w
			out.Set(x, y, mean(from, image.Rect(left, top, right, bottom)))
		}
	}
	return out
}

// mean is the mean colour of an area, weighed by how opaque each pixel is.
func mean(from image.Image, area image.Rectangle) color.Color {
	var r, g, b, a, n uint64
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			pr, pg, pb, pa := from.At(x, y).RGBA() // premultiplied
			r, g, b, a, n = r+uint64(pr), g+uint64(pg), b+uint64(pb), a+uint64(pa), n+1
		}
	}
	if n == 0 {
		return color.NRGBA{}
	}
	return color.RGBA64{uint16(r / n), uint16(g / n), uint16(b / n), uint16(a / n)}
}
