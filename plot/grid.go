package plot

import (
	"image"
	"image/color"
	"math"
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

// A gonumGrid is a Grid as gonum wants it for contours.
type gonumGrid struct{ Grid }

func (g gonumGrid) Dims() (c, r int)   { return len(g.Grid.X), len(g.Grid.Y) }
func (g gonumGrid) Z(c, r int) float64 { return g.Grid.Z[r*len(g.Grid.X)+c] }
func (g gonumGrid) X(c int) float64    { return g.Grid.X[c] }
func (g gonumGrid) Y(r int) float64    { return g.Grid.Y[r] }

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

// raster is the size of the images under axes: fine enough for a sheet of 800 by 600, and small in a file.
const raster = 320

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
