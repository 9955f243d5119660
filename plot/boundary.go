package plot

import (
	"encoding/csv"
	"fmt"
	"image"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Point is an example with two features.
type Point struct {
	X, Y  float64
	Class int
}

// Boundary is the plane of two features with the class that a network gives to every place, and the examples. The surer
// the network, the deeper the colour; a line runs where the answer changes.
type Boundary struct {
	Title, XLabel, YLabel string
	Classes               []string
	X, Y                  []float64   // where the network was asked
	P                     [][]float64 // for each class: its probability, [len(Y), len(X)]
	Points                []Point
	Note                  string // a line below: "4 of 4 right"
}

// Heading returns the title.
func (b Boundary) Heading() string { return b.Title }

// at is the most probable class at shares of the axes, and by how much it leads over chance.
func (b Boundary) at(tx, ty float64) (class int, sure float64) {
	g := Grid{X: b.X, Y: b.Y}
	best := -1.0
	for k, p := range b.P {
		if v := g.at(func(i int) float64 { return p[i] }, tx, ty); v > best {
			class, best = k, v
		}
	}
	chance := 1 / float64(len(b.P))
	return class, max(0, min(1, (best-chance)/(1-chance)))
}

// Image returns the regions with their borders, and the examples as single squares.
func (b Boundary) Image(width, height int) *image.NRGBA {
	img := b.regions(width, height)
	x, y := b.spans()
	for _, p := range b.Points {
		dab(img, x.share(p.X), y.share(p.Y), mix(Hue(p.Class), color.NRGBA{A: 0xff}, 0.2))
	}
	return img
}

func (b Boundary) spans() (x, y Span) { return Grid{X: b.X, Y: b.Y}.spans() }

func (b Boundary) regions(width, height int) *image.NRGBA {
	class := make([]int, width*height)
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	for r := range height {
		for c := range width {
			k, sure := b.at((float64(c)+0.5)/float64(width), 1-(float64(r)+0.5)/float64(height))
			class[r*width+c] = k
			img.SetNRGBA(c, r, mix(paper, Hue(k), 0.12+0.3*band(sure, 8)))
		}
	}
	outlines(img, class, faint)
	return img
}

func (b Boundary) draw(s *sheet) {
	s = s.titled(b.Title, titleSize)
	var keys []key
	for k, name := range b.Classes {
		keys = append(keys, key{name: name, dot: &draw.GlyphStyle{Color: Hue(k), Radius: s.length(4.5), Shape: marker(k)}})
	}
	s = s.legend(keys)
	if b.Note != "" {
		s = s.footed(b.Note)
	}
	x, y := b.spans()
	p := s.axes(x, y, b.XLabel, b.YLabel)
	w, h := s.pixels()
	p.Add(plotter.NewImage(small(b.regions(w, h)), x.Lo, y.Lo, x.Hi, y.Hi), examples{s, b.Points})
	s.place(p)
}

// mostRims is the number of points up to which each has a white rim, which sets it off from its neighbours and from the
// ground. More points make clouds, which are seen without, and the file would be twice as large.
const mostRims = 250

// examples draws the points over the regions.
type examples struct {
	s      *sheet
	points []Point
}

func (e examples) Plot(c draw.Canvas, p *plot.Plot) {
	toX, toY := p.Transforms(&c)
	r := e.s.length(4.5)
	switch n := len(e.points); {
	case n <= 20:
		r = e.s.length(7)
	case n > 600:
		r = e.s.length(3)
	}
	for _, pt := range e.points {
		at := vg.Point{X: toX(pt.X), Y: toY(pt.Y)}
		if len(e.points) <= mostRims {
			c.DrawGlyph(draw.GlyphStyle{Color: paper, Radius: r * 1.35, Shape: marker(pt.Class)}, at)
		}
		c.DrawGlyph(draw.GlyphStyle{Color: Hue(pt.Class), Radius: r, Shape: marker(pt.Class)}, at)
	}
}

// table has the examples with their class, then every place with the network's answer.
func (b Boundary) table(w *csv.Writer) {
	head := []string{"kind", or(b.XLabel, "x0"), or(b.YLabel, "x1"), "class"}
	for _, name := range b.Classes {
		head = append(head, "p_"+name)
	}
	w.Write(head)
	name := func(k int) string {
		if k < len(b.Classes) {
			return b.Classes[k]
		}
		return fmt.Sprint(k)
	}
	for _, p := range b.Points {
		w.Write(append([]string{"example", number(p.X), number(p.Y), name(p.Class)}, make([]string, len(b.Classes))...))
	}
	for i := range len(b.X) * len(b.Y) {
		best, row := 0, []string{"place", number(b.X[i%len(b.X)]), number(b.Y[i/len(b.X)]), ""}
		for k := range b.P {
			if b.P[k][i] > b.P[best][i] {
				best = k
			}
			row = append(row, number(b.P[k][i]))
		}
		row[3] = name(best)
		w.Write(row)
	}
}

// Letter is how class k is written where there are no colours: its region, or an example of it.
func Letter(k int, example bool) rune {
	if example {
		return rune('A' + k%26)
	}
	return []rune(".:-=+*~^,;")[k%10]
}

// Letters draws the regions and the examples in characters: a line a row.
func (b Boundary) Letters(columns, rows int) []string {
	grid := letterGrid(columns, rows, func(tx, ty float64) rune {
		k, _ := b.at(tx, ty)
		return Letter(k, false)
	})
	x, y := b.spans()
	for _, p := range b.Points {
		grid.put(x.share(p.X), y.share(p.Y), Letter(p.Class, true))
	}
	return grid.lines()
}
