// Package picture knows which examples are pictures and draws them, and brings photographs and drawings of digits into the form
// of MNIST's: white ink on black, in a box of 20 by 20 pixels whose centre of mass is the centre of 28 by 28.
package picture

import (
	"fmt"
	"image"
	"math"
	"slices"
)

// A Gray is a picture of ink: 0 is paper, 255 the darkest stroke.
type Gray struct {
	Height, Width int
	Pix           []float64 // row by row
}

func (g Gray) at(y, x int) float64 { return g.Pix[y*g.Width+x] }

// Digit returns the picture as a network that has learnt MNIST wants it, side by side pixels from 0 to 255, and says what
// was done to it. A picture that has the size already is taken as it is if its ink is light on dark, and only inverted if
// its ink is dark but in the middle.
func Digit(img image.Image, side int) (pixels []float32, did []string) {
	g := gray(img)
	inverted := !dark(g)
	if inverted {
		for i, v := range g.Pix {
			g.Pix[i] = 255 - v
		}
		did = append(did, "inverted (dark ink on light paper)")
		spread(g)
	}
	if g.Height == side && g.Width == side && (!inverted || centred(g)) {
		return single(g), did
	}
	top, left, bottom, right, ok := box(g)
	if !ok {
		return make([]float32, side*side), append(did, "nothing but paper found")
	}
	if g.Height != side || g.Width != side {
		did = append(did, fmt.Sprintf("scaled from %d×%d", g.Width, g.Height))
	}
	inner := max(1, side*20/28)
	h, w := bottom-top, right-left
	scale := float64(inner) / float64(max(h, w))
	digit := resize(crop(g, top, left, bottom, right), max(1, int(math.Round(float64(h)*scale))), max(1, int(math.Round(float64(w)*scale))))
	did = append(did, "centred by mass")
	return single(centre(digit, side)), did
}

// gray is the luminance on white paper: what is transparent shows the paper.
func gray(img image.Image) Gray {
	b := img.Bounds()
	g := Gray{b.Dy(), b.Dx(), make([]float64, b.Dx()*b.Dy())}
	for y := range g.Height {
		for x := range g.Width {
			red, green, blue, alpha := img.At(b.Min.X+x, b.Min.Y+y).RGBA() // 16 bits, multiplied by alpha
			light := 0.299*float64(red) + 0.587*float64(green) + 0.114*float64(blue) + float64(0xffff-alpha)
			g.Pix[y*g.Width+x] = light / 257
		}
	}
	return g
}

// dark reports whether the paper is dark: the median of the border is.
func dark(g Gray) bool {
	var border []float64
	for x := range g.Width {
		border = append(border, g.at(0, x), g.at(g.Height-1, x))
	}
	for y := range g.Height {
		border = append(border, g.at(y, 0), g.at(y, g.Width-1))
	}
	slices.Sort(border)
	return border[len(border)/2] < 128
}

// spread lets the paper be 0 and the darkest ink 255: a photograph's paper is grey.
func spread(g Gray) {
	sorted := slices.Clone(g.Pix)
	slices.Sort(sorted)
	paper, ink := sorted[len(sorted)/2], sorted[len(sorted)-1]
	if ink-paper < 16 {
		return
	}
	for i, v := range g.Pix {
		g.Pix[i] = min(255, max(0, (v-paper)/(ink-paper)*255))
	}
}

// box returns the smallest rectangle with all ink, at least a fifth of full darkness.
func box(g Gray) (top, left, bottom, right int, ok bool) {
	top, left = g.Height, g.Width
	for y := range g.Height {
		for x := range g.Width {
			if g.at(y, x) >= 51 {
				top, left, bottom, right = min(top, y), min(left, x), max(bottom, y+1), max(right, x+1)
			}
		}
	}
	return top, left, bottom, right, bottom > top
}

// centred reports whether the ink's centre of mass is within two pixels of the middle, and the ink as large as MNIST's.
func centred(g Gray) bool {
	top, left, bottom, right, ok := box(g)
	size, inner := max(bottom-top, right-left), g.Height*20/28
	if !ok || size < inner-2 || size > inner+1 {
		return false
	}
	y, x := mass(g)
	return math.Abs(y-float64(g.Height)/2) <= 2 && math.Abs(x-float64(g.Width)/2) <= 2
}

// mass is the ink's centre of mass.
func mass(g Gray) (y, x float64) {
	sum := 0.0
	for i := range g.Height {
		for j := range g.Width {
			v := g.at(i, j)
			sum, y, x = sum+v, y+v*(float64(i)+0.5), x+v*(float64(j)+0.5)
		}
	}
	return y / sum, x / sum
}

func crop(g Gray, top, left, bottom, right int) Gray {
	c := Gray{bottom - top, right - left, nil}
	for y := top; y < bottom; y++ {
		c.Pix = append(c.Pix, g.Pix[y*g.Width+left:y*g.Width+right]...)
	}
	return c
}

// resize gives every new pixel the mean of the area that it covers.
func resize(g Gray, height, width int) Gray {
	r := Gray{height, width, make([]float64, height*width)}
	sy, sx := float64(g.Height)/float64(height), float64(g.Width)/float64(width)
	for y := range height {
		for x := range width {
			r.Pix[y*width+x] = area(g, float64(y)*sy, float64(x)*sx, float64(y+1)*sy, float64(x+1)*sx)
		}
	}
	return r
}

// area is the mean of g over a rectangle with fractional edges.
func area(g Gray, top, left, bottom, right float64) float64 {
	sum, weight := 0.0, 0.0
	for y := int(top); y < min(g.Height, int(math.Ceil(bottom))); y++ {
		h := min(bottom, float64(y+1)) - max(top, float64(y))
		for x := int(left); x < min(g.Width, int(math.Ceil(right))); x++ {
			a := h * (min(right, float64(x+1)) - max(left, float64(x)))
			sum, weight = sum+a*g.at(y, x), weight+a
		}
	}
	if weight == 0 {
		return 0
	}
	return sum / weight
}

// centre puts the digit onto paper so that its centre of mass is in the middle, as far as it fits.
func centre(d Gray, side int) Gray {
	my, mx := mass(d)
	place := func(centre float64, size int) int {
		return min(side-size, max(0, int(math.Round(float64(side)/2-centre))))
	}
	top, left := place(my, d.Height), place(mx, d.Width)
	g := Gray{side, side, make([]float64, side*side)}
	for y := range d.Height {
		copy(g.Pix[(top+y)*side+left:], d.Pix[y*d.Width:(y+1)*d.Width])
	}
	return g
}

func single(g Gray) []float32 {
	p := make([]float32, len(g.Pix))
	for i, v := range g.Pix {
		p[i] = float32(math.Round(v))
	}
	return p
}
