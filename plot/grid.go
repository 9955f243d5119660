package plot

import (
	"image"
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
)

// A Grid is a function of two variables at the crossings of lines.
type Grid struct {
	X, Y []float64
	Z    []float64 // [len(Y), len(X)]
}

// NewGrid returns f at n by n crossings of the two spans.
func NewGrid(f func(x, y float64) float64, x, y Span, n int) Grid {
	g := Grid{Sample(x.Lo, x.Hi, n), Sample(y.Lo, y.Hi, n), make([]float64, 0, n*n)}
	for _, b := range g.Y {
		for _, a := range g.X {
			g.Z = append(g.Z, f(a, b))
		}
	}
	return g
}

func (g Grid) spans() (x, y Span) {
	return Span{g.X[0], g.X[len(g.X)-1]}, Span{g.Y[0], g.Y[len(g.Y)-1]}
}

// values is the span of the finite values.
func (g Grid) values() Span {
	z := nothing
	for _, v := range g.Z {
		z.add(v)
	}
	if z.Lo > z.Hi {
		return Span{0, 1}
	}
	return z
}

// at returns the value at shares tx and ty of the way along both axes, interpolated between the four crossings around.
func (g Grid) at(values func(i int) float64, tx, ty float64) float64 {
	nx, ny := len(g.X), len(g.Y)
	i, u := cell(tx, nx)
	j, v := cell(ty, ny)
	k := j*nx + i
	bottom := values(k)*(1-u) + values(k+1)*u
	top := values(k+nx)*(1-u) + values(k+nx+1)*u
	return bottom*(1-v) + top*v
}

func cell(t float64, n int) (i int, rest float64) {
	t *= float64(n - 1)
	i = max(0, min(int(t), n-2))
	return i, t - float64(i)
}

// paint makes an image of the grid, with y upwards: each pixel has the colour of its middle.
func paint(width, height int, of func(tx, ty float64) color.NRGBA) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	for r := range height {
		for c := range width {
			img.SetNRGBA(c, r, of((float64(c)+0.5)/float64(width), 1-(float64(r)+0.5)/float64(height)))
		}
	}
	return img
}

// lines is the number of steps between the lowest and the highest value, with a line between any two.
const lines = 12

// step returns the number of the step on which a share t of the whole height lies. Steps grow with the height, so that
// the lines of a bowl are equally far apart: step k begins at (k/lines)².
func step(t float64) int { return min(lines-1, int(lines*math.Sqrt(max(0, min(1, t))))) }

// terraces paints the values in steps, each in the colour of its middle, with lines between them.
func (g Grid) terraces(width, height int, of func(t float64) color.NRGBA, line color.NRGBA) *image.NRGBA {
	z := g.values()
	steps := make([]int, width*height)
	img := paint(width, height, func(tx, ty float64) color.NRGBA {
		t := z.share(g.at(func(i int) float64 { return g.Z[i] }, tx, ty))
		if t != t { // no number there, or the same everywhere
			return of(t)
		}
		k := step(t)
		c, r := min(int(tx*float64(width)), width-1), min(int((1-ty)*float64(height)), height-1)
		steps[r*width+c] = k
		middle := (float64(k) + 0.5) / lines
		return of(middle * middle)
	})
	outlines(img, steps, line)
	return img
}

// outlines colours the pixels beyond which, to the right or below, another region begins.
func outlines(img *image.NRGBA, region []int, c color.NRGBA) {
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	for y := range h {
		for x := range w {
			i := y*w + x
			if x+1 < w && region[i] != region[i+1] || y+1 < h && region[i] != region[i+w] {
				img.SetNRGBA(x, y, c)
			}
		}
	}
}

// pixels is the size of an image that fills the sheet, half as fine again as a screen.
func (s *sheet) pixels() (width, height int) {
	of := func(l vg.Length) int { return max(32, min(1200, int(1.5*float64(l/points(1))))) }
	return of(s.width()), of(s.height())
}

// A Raster is a picture that can also be shown as nothing but coloured squares, as a terminal does.
type Raster interface {
	Picture
	// Image returns it without axes and letters.
	Image(width, height int) *image.NRGBA
}

// dab colours a square of an image around shares tx and ty of its sides.
func dab(img *image.NRGBA, tx, ty float64, c color.NRGBA) {
	b := img.Bounds()
	if math.IsNaN(tx) || math.IsNaN(ty) || tx < 0 || tx > 1 || ty < 0 || ty > 1 {
		return
	}
	x, y := min(int(tx*float64(b.Dx())), b.Dx()-1), min(int((1-ty)*float64(b.Dy())), b.Dy()-1)
	img.SetNRGBA(x, y, c)
}

// band is t in [0, 1] in so many steps, which files hold in far fewer bytes than a slope.
func band(t float64, steps float64) float64 { return math.Round(t*steps) / steps }

// small returns the image with a palette if it has few colours, so that it takes few bytes inside an SVG.
func small(img *image.NRGBA) image.Image {
	var palette color.Palette
	index := map[color.NRGBA]uint8{}
	p := image.NewPaletted(img.Bounds(), nil)
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			c := img.NRGBAAt(x, y)
			i, ok := index[c]
			if !ok {
				if len(palette) == 256 {
					return img
				}
				i = uint8(len(palette))
				index[c], palette = i, append(palette, c)
			}
			p.SetColorIndex(x, y, i)
		}
	}
	p.Palette = palette
	return p
}
