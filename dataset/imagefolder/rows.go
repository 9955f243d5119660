package imagefolder

import (
	"fmt"
	"image"
	"image/color"
)

// rows reads an image row by row, in bytes: one a pixel for grey, or red, green and blue. What is transparent shows paper, and of 16 bits
// the upper 8 count.
type rows struct {
	img      image.Image
	channels int
	colours  []uint8       // of a row, where grey is made of them
	palette  [256][3]uint8 // on paper
}

func newRows(img image.Image, channels int) *rows {
	r := &rows{img: img, channels: channels}
	if m, ok := img.(*image.Paletted); ok {
		for i, c := range m.Palette[:min(256, len(m.Palette))] {
			r.palette[i] = onPaper(c)
		}
	}
	return r
}

// read writes row y of the area to dst; outside of the image is paper.
func (r *rows) read(dst []uint8, area image.Rectangle, y int) {
	b := r.img.Bounds()
	x0, x1 := max(area.Min.X, b.Min.X), min(area.Max.X, b.Max.X)
	inside := y >= b.Min.Y && y < b.Max.Y && x0 < x1
	if !inside || x0 > area.Min.X || x1 < area.Max.X {
		for i := range dst {
			dst[i] = paper
		}
	}
	if !inside {
		return
	}
	dst = dst[(x0-area.Min.X)*r.channels : (x1-area.Min.X)*r.channels]
	if r.channels == 1 {
		r.grey(dst, y, x0)
	} else {
		r.colour(dst, y, x0)
	}
}

// grey is the luminance of BT.601, as image/color has it. Three equal values give that value.
func grey(r, g, b uint8) uint8 {
	return uint8((19595*uint32(r) + 38470*uint32(g) + 7471*uint32(b) + 1<<15) >> 16)
}

// over puts a colour of which a part a of 255 is seen on paper.
func over(v, a uint8) uint8 {
	return uint8((uint32(v)*uint32(a) + paper*uint32(255-a) + 127) / 255)
}

// onPaper is a colour in 8 bits on paper.
func onPaper(c color.Color) [3]uint8 {
	r, g, b, a := c.RGBA() // 16 bits, multiplied by alpha
	rest := 0xffff - a
	return [3]uint8{uint8(min(0xffff, r+rest) >> 8), uint8(min(0xffff, g+rest) >> 8), uint8(min(0xffff, b+rest) >> 8)}
}

// grey writes len(dst) pixels of row y from x on.
func (r *rows) grey(dst []uint8, y, x int) {
	switch m := r.img.(type) {
	case *image.Gray:
		copy(dst, m.Pix[m.PixOffset(x, y):])
		return
	case *image.Gray16:
		at := m.PixOffset(x, y)
		for i := range dst {
			dst[i] = m.Pix[at+2*i] // of two bytes the first is the large one
		}
		return
	case *image.YCbCr:
		copy(dst, m.Y[m.YOffset(x, y):])
		return
	}
	if len(r.colours) < 3*len(dst) {
		r.colours = make([]uint8, 3*len(dst))
	}
	r.colour(r.colours[:3*len(dst)], y, x)
	for i := range dst {
		dst[i] = grey(r.colours[3*i], r.colours[3*i+1], r.colours[3*i+2])
	}
}

// colour writes len(dst)/3 pixels of row y from x on: red, green, blue.
func (r *rows) colour(dst []uint8, y, x int) {
	n := len(dst) / 3
	switch m := r.img.(type) {
	case *image.NRGBA:
		p := m.Pix[m.PixOffset(x, y):]
		for i := range n {
			a := p[4*i+3]
			dst[3*i], dst[3*i+1], dst[3*i+2] = over(p[4*i], a), over(p[4*i+1], a), over(p[4*i+2], a)
		}
	case *image.RGBA: // multiplied by alpha already
		p := m.Pix[m.PixOffset(x, y):]
		for i := range n {
			rest := 255 - int(p[4*i+3])
			for c := range 3 {
				dst[3*i+c] = uint8(min(255, int(p[4*i+c])+rest))
			}
		}
	case *image.YCbCr:
		for i := range n {
			c := m.COffset(x+i, y)
			dst[3*i], dst[3*i+1], dst[3*i+2] = color.YCbCrToRGB(m.Y[m.YOffset(x+i, y)], m.Cb[c], m.Cr[c])
		}
	case *video:
		for i := range n {
			red, green, blue := m.rgb(x+i, y)
			if m.alpha != nil {
				a := m.alpha.A[m.alpha.AOffset(x+i, y)]
				red, green, blue = over(red, a), over(green, a), over(blue, a)
			}
			dst[3*i], dst[3*i+1], dst[3*i+2] = red, green, blue
		}
	case *image.Gray:
		for i, v := range m.Pix[m.PixOffset(x, y):][:n] {
			dst[3*i], dst[3*i+1], dst[3*i+2] = v, v, v
		}
	case *image.Paletted:
		for i, v := range m.Pix[m.PixOffset(x, y):][:n] {
			if int(v) >= len(m.Palette) {
				panic(fmt.Sprintf("colour %d of a palette of %d", v, len(m.Palette))) // recovered where files are read
			}
			copy(dst[3*i:3*i+3], r.palette[v][:])
		}
	default:
		for i := range n {
			v := onPaper(r.img.At(x+i, y))
			copy(dst[3*i:3*i+3], v[:])
		}
	}
}
