package plot

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Colours of signed values: TensorFlow Playground's scale.
var (
	Negative = color.NRGBA{0xf5, 0x93, 0x22, 0xff}
	Zero     = color.NRGBA{0xe8, 0xea, 0xeb, 0xff}
	Positive = color.NRGBA{0x08, 0x77, 0xbd, 0xff}
)

// Colours of a run's curves: those of Nielsen's book; the held-out curve is dashed as in Saito's.
var (
	TrainColor   = color.NRGBA{0x2a, 0x6e, 0xa6, 0xff}
	HeldOutColor = color.NRGBA{0xff, 0xa9, 0x33, 0xff}
)

// hues are told apart by people of any colour vision: Okabe and Ito's, then two of Tol's. Nothing is told by hue alone:
// lines have dashes and points have markers as well.
var hues = []color.NRGBA{
	{0x00, 0x72, 0xb2, 0xff}, // blue
	{0xd5, 0x5e, 0x00, 0xff}, // vermilion
	{0x00, 0x9e, 0x73, 0xff}, // green
	{0xcc, 0x79, 0xa7, 0xff}, // pink
	{0xe6, 0x9f, 0x00, 0xff}, // orange
	{0x56, 0xb4, 0xe9, 0xff}, // sky
	{0x33, 0x33, 0x33, 0xff}, // black
	{0xf0, 0xe4, 0x42, 0xff}, // yellow
	{0x88, 0x22, 0x55, 0xff}, // wine
	{0x99, 0x99, 0x33, 0xff}, // olive
}

// Hue returns the colour of class or curve i; there are ten.
func Hue(i int) color.NRGBA { return hues[i%len(hues)] }

var (
	ink   = color.NRGBA{0x22, 0x22, 0x22, 0xff}
	faint = color.NRGBA{0x66, 0x66, 0x66, 0xff}
	rule  = color.NRGBA{0xe2, 0xe4, 0xe6, 0xff} // lines of the grid
	paper = color.NRGBA{0xff, 0xff, 0xff, 0xff}
)

// dashes are the patterns of curves, in line widths.
var dashes = [][]float64{nil, {4, 2}, {1.2, 1.6}, {5, 1.6, 1.2, 1.6}, {8, 3}}

func dash(i int, width vg.Length) []vg.Length {
	var d []vg.Length
	for _, n := range dashes[i%len(dashes)] {
		d = append(d, vg.Length(n)*width)
	}
	return d
}

// A polygon is a filled shape around a point, its corners in units of the radius.
type polygon [][2]float64

// DrawGlyph fills the shape.
func (g polygon) DrawGlyph(c *draw.Canvas, s draw.GlyphStyle, at vg.Point) {
	var p vg.Path
	for i, corner := range g {
		to := vg.Point{X: at.X + s.Radius*vg.Length(corner[0]), Y: at.Y + s.Radius*vg.Length(corner[1])}
		if i == 0 {
			p.Move(to)
		} else {
			p.Line(to)
		}
	}
	p.Close()
	c.SetColor(s.Color)
	c.Fill(p)
}

// star returns a polygon of n corners that are alternately far from the middle and near; the first is up.
func star(n int, turn float64, far, near float64) polygon {
	var g polygon
	for i := range n {
		r := far
		if i%2 == 1 {
			r = near
		}
		sin, cos := math.Sincos(turn + 2*math.Pi*float64(i)/float64(n))
		g = append(g, [2]float64{r * sin, r * cos})
	}
	return g
}

var plus = polygon{{-0.4, 1.1}, {0.4, 1.1}, {0.4, 0.4}, {1.1, 0.4}, {1.1, -0.4}, {0.4, -0.4}, {0.4, -1.1}, {-0.4, -1.1}, {-0.4, -0.4}, {-1.1, -0.4}, {-1.1, 0.4}, {-0.4, 0.4}}

func (g polygon) turned(by float64) polygon {
	sin, cos := math.Sincos(by)
	var all polygon
	for _, c := range g {
		all = append(all, [2]float64{c[0]*cos - c[1]*sin, c[0]*sin + c[1]*cos})
	}
	return all
}

// markers are the shapes of points, one a class.
var markers = []draw.GlyphDrawer{
	draw.CircleGlyph{},
	star(4, math.Pi/4, 1.25, 1.25), // square
	star(3, 0, 1.35, 1.35),         // triangle
	star(4, 0, 1.35, 1.35),         // diamond
	plus,                           // plus
	star(3, math.Pi, 1.35, 1.35),   // triangle, standing on its corner
	star(10, 0, 1.5, 0.65),         // star
	plus.turned(math.Pi / 4),       // cross
	star(6, 0, 1.2, 1.2),           // hexagon
	polygon{{-1.3, 0.6}, {1.3, 0.6}, {1.3, -0.6}, {-1.3, -0.6}}, // bar
}

func marker(i int) draw.GlyphDrawer { return markers[i%len(markers)] }

// mix returns the colour that is share t of the way from a to b.
func mix(a, b color.NRGBA, t float64) color.NRGBA {
	part := func(x, y uint8) uint8 { return uint8(float64(x) + t*(float64(y)-float64(x)) + 0.5) }
	return color.NRGBA{part(a.R, b.R), part(a.G, b.G), part(a.B, b.B), 0xff}
}

// Signed returns the colour of v on a scale from -limit to limit. NaN is black.
func Signed(v, limit float64) color.NRGBA {
	if v != v {
		return color.NRGBA{A: 0xff}
	}
	if limit <= 0 {
		return Zero
	}
	t := max(-1, min(1, v/limit))
	if t < 0 {
		return mix(Zero, Negative, -t)
	}
	return mix(Zero, Positive, t)
}

// heights are colours of growing lightness, the same for any colour vision: viridis, at nine places.
var heights = []color.NRGBA{
	{0x44, 0x01, 0x54, 0xff}, {0x47, 0x2d, 0x7b, 0xff}, {0x3b, 0x52, 0x8b, 0xff}, {0x2c, 0x72, 0x8e, 0xff},
	{0x21, 0x91, 0x8c, 0xff}, {0x28, 0xae, 0x80, 0xff}, {0x5e, 0xc9, 0x62, 0xff}, {0xad, 0xdc, 0x30, 0xff}, {0xfd, 0xe7, 0x25, 0xff},
}

// height returns the colour of t in [0, 1].
func height(t float64) color.NRGBA {
	if t != t {
		return rule
	}
	t = max(0, min(1, t)) * float64(len(heights)-1)
	i := min(int(t), len(heights)-2)
	return mix(heights[i], heights[i+1], t-float64(i))
}
