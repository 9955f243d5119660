package plot

import (
	"encoding/csv"
	"fmt"
	"image"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Path is a way over a function of two variables, such as that of an optimiser.
type Path struct {
	Name string
	X, Y []float64
	Z    []float64 // the function's value at each point
}

// Contour is a function of two variables as lines of equal height, with the paths that descend on it, each on a panel of
// its own with the same axes.
type Contour struct {
	Title, XLabel, YLabel string
	Grid                  Grid
	Paths                 []Path
}

// Heading returns the title.
func (c Contour) Heading() string { return c.Title }

func (c Contour) draw(s *sheet) {
	s = s.titled(c.Title, titleSize)
	if len(c.Paths) == 0 {
		c.panel(s, nil, 0)
		return
	}
	columns := s.columns(len(c.Paths))
	rows := (len(c.Paths) + columns - 1) / columns
	for i, cell := range s.cells(columns, rows, s.length(8))[:len(c.Paths)] {
		p := c.Paths[i]
		cell = cell.titled(p.Name, labelSize)
		if n := len(p.Z); n > 0 {
			cell = cell.footed(fmt.Sprintf("%d steps: f from %.4g to %.4g", n-1, p.Z[0], p.Z[n-1]))
		}
		c := c
		if i+columns < len(c.Paths) {
			c.XLabel = " " // that of the panel below is the same, and the panels are alike
		}
		if i%columns > 0 {
			c.YLabel = " "
		}
		c.panel(cell, &p, i)
	}
}

// outline is the colour of lines of equal height.
var outline = color.NRGBA{0x8a, 0x9b, 0xab, 0xff}

// slope is the ground: the higher, the darker, and always so light that lines stand out.
func slope(t float64) color.NRGBA {
	if t != t {
		return rule
	}
	return mix(paper, color.NRGBA{0xb9, 0xcf, 0xe2, 0xff}, math.Sqrt(max(0, min(1, t))))
}

func (c Contour) panel(s *sheet, path *Path, i int) {
	x, y := c.Grid.spans()
	p := s.axes(x, y, c.XLabel, c.YLabel)
	w, h := s.pixels()
	p.Add(plotter.NewImage(small(c.Grid.terraces(w, h, slope, outline)), x.Lo, y.Lo, x.Hi, y.Hi))
	if path != nil {
		p.Add(trail{s, path, Hue(i)})
	}
	s.place(p)
}

// Image returns the ground with the points of the paths.
func (c Contour) Image(width, height int) *image.NRGBA {
	img := c.Grid.terraces(width, height, slope, slope(1))
	x, y := c.Grid.spans()
	for i, p := range c.Paths {
		for k := range p.X {
			if k > 0 {
				for t := 0.0; t < 1; t += 0.02 {
					dab(img, x.share(p.X[k-1]+t*(p.X[k]-p.X[k-1])), y.share(p.Y[k-1]+t*(p.Y[k]-p.Y[k-1])), mix(Hue(i), paper, 0.35))
				}
			}
		}
		for k := range p.X {
			dab(img, x.share(p.X[k]), y.share(p.Y[k]), Hue(i))
		}
	}
	return img
}

// Letters draws heights and paths in characters, a line a row: heights as denser signs, path i by the letter i of the
// alphabet, its beginning large.
func (c Contour) Letters(columns, rows int) []string {
	const signs = " .:-=+*#"
	z := c.Grid.values()
	grid := letterGrid(columns, rows, func(tx, ty float64) rune {
		t := math.Sqrt(max(0, min(1, z.share(c.Grid.at(func(i int) float64 { return c.Grid.Z[i] }, tx, ty)))))
		if t != t {
			return '?'
		}
		return rune(signs[min(len(signs)-1, int(t*float64(len(signs))))])
	})
	x, y := c.Grid.spans()
	for i, p := range c.Paths {
		for k := len(p.X) - 1; k >= 0; k-- {
			r := 'a' + rune(i%26)
			if k == 0 {
				r = 'A' + rune(i%26)
			}
			grid.put(x.share(p.X[k]), y.share(p.Y[k]), r)
		}
	}
	return grid.lines()
}

// A trail is a path with a dot for each step, a ring where it begins and a star where it ends.
type trail struct {
	s     *sheet
	path  *Path
	color color.NRGBA
}

func (t trail) Plot(c draw.Canvas, p *plot.Plot) {
	toX, toY := p.Transforms(&c)
	var points []vg.Point
	for i := range t.path.X {
		x, y := t.path.X[i], t.path.Y[i]
		if math.Abs(x) < 1e9 && math.Abs(y) < 1e9 { // a path that left for infinity ends there
			points = append(points, vg.Point{X: toX(x), Y: toY(y)})
		}
	}
	c.StrokeLines(draw.LineStyle{Color: t.color, Width: t.s.length(1.6)}, c.ClipLinesXY(points)...)
	for i, at := range points {
		dot := draw.GlyphStyle{Color: t.color, Radius: t.s.length(2.2), Shape: draw.CircleGlyph{}}
		switch i {
		case 0: // a ring
			dot.Radius = t.s.length(5.5)
			c.DrawGlyph(dot, at)
			dot.Color, dot.Radius = paper, t.s.length(3.2)
		case len(points) - 1:
			dot.Shape, dot.Radius = marker(6), t.s.length(7)
			c.DrawGlyph(draw.GlyphStyle{Color: paper, Radius: t.s.length(9), Shape: marker(6)}, at)
		}
		c.DrawGlyph(dot, at)
	}
}

// table has the paths, or without any the function's values.
func (c Contour) table(w *csv.Writer) {
	x, y := or(c.XLabel, "x0"), or(c.YLabel, "x1")
	if len(c.Paths) == 0 {
		c.Grid.table(w, x, y)
		return
	}
	w.Write([]string{"path", "step", x, y, "f"})
	for _, p := range c.Paths {
		for i := range p.X {
			w.Write([]string{p.Name, fmt.Sprint(i), number(p.X[i]), number(p.Y[i]), number(p.Z[i])})
		}
	}
}

func (g Grid) table(w *csv.Writer, x, y string) {
	w.Write([]string{x, y, "f"})
	for r, b := range g.Y {
		for c, a := range g.X {
			w.Write([]string{number(a), number(b), number(g.Z[r*len(g.X)+c])})
		}
	}
}
