package picture

import (
	"image"
	"image/color"
	"math"
	"strings"
	"testing"
)

// stroke draws a filled rectangle of ink on paper.
func stroke(size int, r image.Rectangle, ink, paper uint8) *image.Gray {
	img := image.NewGray(image.Rect(0, 0, size, size))
	for i := range img.Pix {
		img.Pix[i] = paper
	}
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			img.SetGray(x, y, color.Gray{ink})
		}
	}
	return img
}

// centreOf returns the centre of mass and the box of what Digit made.
func centreOf(p []float32, side int) (y, x float64, box image.Rectangle) {
	mass := 0.0
	box = image.Rectangle{Min: image.Pt(side, side)} // image.Rect would put it in order
	for i := range side {
		for j := range side {
			v := float64(p[i*side+j])
			mass, y, x = mass+v, y+v*(float64(i)+0.5), x+v*(float64(j)+0.5)
			if v >= 51 {
				box.Min.X, box.Min.Y, box.Max.X, box.Max.Y = min(box.Min.X, j), min(box.Min.Y, i), max(box.Max.X, j+1), max(box.Max.Y, i+1)
			}
		}
	}
	return y / mass, x / mass, box
}

// Whatever the size, the place and the colours, the digit ends 20 pixels high, in the middle, light on dark.
func TestDigitIsCentred(t *testing.T) {
	for _, c := range []struct {
		img  image.Image
		want string
	}{
		{stroke(100, image.Rect(10, 5, 20, 85), 0, 255), "inverted (dark ink on light paper), scaled from 100×100, centred by mass"},
		{stroke(100, image.Rect(60, 15, 70, 95), 255, 0), "scaled from 100×100, centred by mass"},
		{stroke(56, image.Rect(3, 3, 13, 53), 40, 180), "inverted (dark ink on light paper), scaled from 56×56, centred by mass"},
		{stroke(28, image.Rect(1, 1, 6, 9), 0, 255), "inverted (dark ink on light paper), centred by mass"},
		{stroke(9, image.Rect(4, 1, 5, 8), 0, 255), "inverted (dark ink on light paper), scaled from 9×9, centred by mass"},
	} {
		p, did := Digit(c.img, 28)
		y, x, box := centreOf(p, 28)
		if have := strings.Join(did, ", "); have != c.want {
			t.Errorf("did %q; want %q", have, c.want)
		}
		if math.Abs(y-14) > 0.51 || math.Abs(x-14) > 0.51 || box.Dy() != 20 {
			t.Errorf("%s: the centre is (%.2f, %.2f) and the box %v; want the middle and 20 high", c.want, y, x, box)
		}
	}
}

// What is MNIST's already stays as it is, bit for bit; dark on light it is only inverted.
func TestDigitAsItIs(t *testing.T) {
	light := stroke(28, image.Rect(12, 4, 16, 24), 250, 0)
	dark := stroke(28, image.Rect(12, 4, 16, 24), 5, 255)
	a, did := Digit(light, 28)
	if len(did) != 0 || a[14*28+14] != 250 || a[0] != 0 {
		t.Errorf("light on dark: did %q, ink %v, paper %v", did, a[14*28+14], a[0])
	}
	b, did := Digit(dark, 28)
	if len(did) != 1 || b[14*28+14] != 255 || b[0] != 0 {
		t.Errorf("dark on light: did %q, ink %v, paper %v", did, b[14*28+14], b[0])
	}
	if p, did := Digit(stroke(40, image.Rectangle{}, 0, 255), 28); len(did) != 2 || p[400] != 0 {
		t.Errorf("nothing but paper: did %q", did)
	}
}

// The mean of an area is exact, also where its edges cut pixels.
func TestArea(t *testing.T) {
	g := Gray{2, 3, []float64{1, 2, 3, 4, 5, 6}}
	for _, c := range []struct{ top, left, bottom, right, want float64 }{
		{0, 0, 2, 3, 3.5}, {0, 0, 1, 1, 1}, {0.5, 0, 1.5, 1, 2.5}, {0, 0.5, 1, 2, 5.0 / 3}, {1, 1.25, 1.5, 1.75, 5},
	} {
		if have := area(g, c.top, c.left, c.bottom, c.right); math.Abs(have-c.want) > 1e-12 {
			t.Errorf("%+v: %v", c, have)
		}
	}
}

// What is transparent is paper.
func TestTransparent(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 28, 28))
	for y := 4; y < 24; y++ {
		for x := 12; x < 16; x++ {
			img.SetNRGBA(x, y, color.NRGBA{0, 0, 0, 255})
		}
	}
	if p, did := Digit(img, 28); p[14*28+14] != 255 || p[0] != 0 || len(did) != 1 {
		t.Errorf("did %q, ink %v, paper %v", did, p[14*28+14], p[0])
	}
}
