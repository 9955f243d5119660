package plot

import (
	"encoding/csv"
	"image/color"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"
)

// A Series is one curve: points (X[i], Y[i]) that are joined by lines. Where Y is not finite, the curve has a gap.
type Series struct {
	Name  string
	X, Y  []float64
	Color color.NRGBA // zero: the next hue
	Dash  int         // pattern 0 is solid, 1 dashed, 2 dotted, 3 dash-dot, 4 long dashes
	Dots  bool        // points instead of lines
}

// Curves is a picture of functions, or of anything over one number.
type Curves struct {
	Title, XLabel, YLabel string
	Series                []Series
	Y                     Span // what to show; zero: what there is, poles cut off
	Whole                 bool // x counts something, such as epochs: ticks stand at whole numbers
}

// Heading returns the title.
func (c Curves) Heading() string { return c.Title }

func (c Curves) draw(s *sheet) {
	s = s.titled(c.Title, titleSize)
	c.panel(s.legend(c.keys(s)))
}

// lone reports whether a legend would tell nothing.
func (c Curves) lone() bool { return len(c.Series) == 1 && c.Series[0].Name == "" }

func (c Curves) keys(s *sheet) []key {
	if c.lone() {
		return nil
	}
	var keys []key
	for i, curve := range c.Series {
		k := key{name: curve.Name}
		if curve.Dots {
			dot := c.dot(s, i)
			k.dot = &dot
		} else {
			line := c.line(s, i)
			k.line = &line
		}
		keys = append(keys, k)
	}
	return keys
}

func (c Curves) color(i int) color.NRGBA {
	if own := c.Series[i].Color; own != (color.NRGBA{}) {
		return own
	}
	return Hue(i)
}

func (c Curves) line(s *sheet, i int) draw.LineStyle {
	width := s.length(2)
	return draw.LineStyle{Color: c.color(i), Width: width, Dashes: dash(c.Series[i].Dash, width)}
}

func (c Curves) dot(s *sheet, i int) draw.GlyphStyle {
	return draw.GlyphStyle{Color: c.color(i), Radius: s.length(5), Shape: draw.CircleGlyph{}}
}

// panel draws the coordinates and the curves, without title and legend.
func (c Curves) panel(s *sheet) {
	x, y := nothing, c.span()
	for _, curve := range c.Series {
		for _, v := range curve.X {
			x.add(v)
		}
	}
	if x.Lo >= x.Hi {
		x = x.padded(0.05)
	}
	p := s.axes(x, y, c.XLabel, c.YLabel)
	if most, ok := p.X.Tick.Marker.(roundTicks); ok && c.Whole {
		p.X.Tick.Marker = wholeTicks(most)
	}
	p.Add(s.grid())
	for i, curve := range c.Series {
		if curve.Dots {
			p.Add(&plotter.Scatter{XYs: finite(curve), GlyphStyle: c.dot(s, i)})
			continue
		}
		for _, part := range pieces(curve) {
			p.Add(&plotter.Line{XYs: part, LineStyle: c.line(s, i)})
			if len(part) == 1 { // one epoch is a point
				p.Add(&plotter.Scatter{XYs: part, GlyphStyle: draw.GlyphStyle{Color: c.color(i), Radius: s.length(3), Shape: draw.CircleGlyph{}}})
			}
		}
	}
	s.place(p)
}

// poleRatio is how many times as long as the middle nine tenths of the values the whole range must be to be taken for that
// of a pole, such as 1/x at 0.
const poleRatio = 20

// span is what is shown of the values.
func (c Curves) span() Span {
	if c.Y != (Span{}) {
		return c.Y
	}
	var all []float64
	y := nothing
	for _, curve := range c.Series {
		for _, v := range curve.Y {
			if !math.IsNaN(v) && !math.IsInf(v, 0) {
				all = append(all, v)
				y.add(v)
			}
		}
	}
	if len(all) >= 40 {
		slices.Sort(all)
		inner := Span{all[len(all)/20], all[len(all)-1-len(all)/20]}
		if d := inner.Hi - inner.Lo; d > 0 && y.Hi-y.Lo > poleRatio*d {
			y = Span{max(y.Lo, inner.Lo-d), min(y.Hi, inner.Hi+d)}
		}
	}
	return y.padded(0.05)
}

// Shown returns the span of values that a picture shows.
func (c Curves) Shown() Span { return c.span() }

// pieces are the parts of a curve between its gaps.
func pieces(c Series) (parts []plotter.XYs) {
	var part plotter.XYs
	for i, y := range c.Y {
		if math.IsNaN(y) || math.IsInf(y, 0) {
			if part != nil {
				parts = append(parts, part)
			}
			part = nil
			continue
		}
		part = append(part, plotter.XY{X: c.X[i], Y: y})
	}
	if part != nil {
		parts = append(parts, part)
	}
	return parts
}

// Finite returns the curves that have a point to show.
func (c Curves) Finite() (all []Series) {
	for _, s := range c.Series {
		if len(finite(s)) > 0 {
			all = append(all, s)
		}
	}
	return all
}

func finite(c Series) (all plotter.XYs) {
	for _, part := range pieces(c) {
		all = append(all, part...)
	}
	return all
}

// sharedX reports whether all curves are over the same numbers, so that they fit into columns.
func (c Curves) sharedX() bool {
	for _, curve := range c.Series[min(1, len(c.Series)):] {
		if !slices.Equal(curve.X, c.Series[0].X) {
			return false
		}
	}
	return true
}

func (c Curves) table(w *csv.Writer) {
	x := or(c.XLabel, "x")
	if !c.sharedX() {
		w.Write([]string{"series", x, or(c.YLabel, "y")})
		for _, curve := range c.Series {
			for i := range curve.X {
				w.Write([]string{curve.Name, number(curve.X[i]), number(curve.Y[i])})
			}
		}
		return
	}
	head := []string{x}
	for _, curve := range c.Series {
		head = append(head, or(curve.Name, or(c.YLabel, "y")))
	}
	w.Write(head)
	if len(c.Series) == 0 {
		return
	}
	for i := range c.Series[0].X {
		row := []string{number(c.Series[0].X[i])}
		for _, curve := range c.Series {
			row = append(row, number(curve.Y[i]))
		}
		w.Write(row)
	}
}

// number writes v so that it reads back as the same float64.
func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

func or(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

// Panels is several pictures of curves on one sheet.
type Panels struct {
	Title   string
	Plots   []Curves
	Columns int // 0: 1
	// Legend, if set, explains the lines of all panels at once: of its series only names and styles count.
	Legend []Series
}

// Heading returns the title.
func (p Panels) Heading() string { return p.Title }

func (p Panels) draw(s *sheet) {
	s = s.titled(p.Title, titleSize)
	s = s.legend(Curves{Series: p.Legend}.keys(s))
	columns := max(1, p.Columns)
	rows := (len(p.Plots) + columns - 1) / columns
	cells := s.cells(columns, max(1, rows), s.length(10))
	for i, c := range p.Plots {
		cell := cells[i].titled(c.Title, labelSize)
		if i+columns < len(p.Plots) {
			c.XLabel = "" // that of the panel below is the same
		}
		if p.Legend == nil {
			cell = cell.legend(c.keys(cell))
		}
		c.panel(cell)
	}
}

func (p Panels) table(w *csv.Writer) {
	w.Write([]string{"panel", "series", "x", "y"})
	for _, c := range p.Plots {
		for _, curve := range c.Series {
			for i := range curve.X {
				w.Write([]string{or(c.Title, c.YLabel), curve.Name, number(curve.X[i]), number(curve.Y[i])})
			}
		}
	}
}

// Sample returns n numbers from lo to hi at equal distances, both ends included.
func Sample(lo, hi float64, n int) []float64 {
	xs := make([]float64, n)
	for i := range xs {
		xs[i] = lo + (hi-lo)*float64(i)/float64(n-1)
	}
	xs[n-1] = hi
	return xs
}
