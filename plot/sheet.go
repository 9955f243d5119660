package plot

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/gradus-nn/gradus/internal/terminal"
)

// A sheet is the paper that is left to draw on, and how large letters and lines are on it.
type sheet struct {
	draw.Canvas
	scale float64
}

// newSheet fills the paper and keeps a margin. Letters shrink less than the picture does, so that they can still be read.
func newSheet(c draw.Canvas, size Size) *sheet {
	c.SetColor(paper)
	c.Fill(c.Rectangle.Path())
	side := math.Sqrt(float64(size.Width) * float64(size.Height) / (800 * 600))
	s := &sheet{c, math.Pow(side, 0.6)}
	return s.inset(s.length(10))
}

// Sizes of letters in points at 800 by 600.
const (
	titleSize = 16
	labelSize = 13
	tickSize  = 11.5
)

// length is so many points at 800 by 600.
func (s *sheet) length(points float64) vg.Length { return vg.Length(points * s.scale) }

func (s *sheet) width() vg.Length  { return s.Max.X - s.Min.X }
func (s *sheet) height() vg.Length { return s.Max.Y - s.Min.Y }

func (s *sheet) inset(d vg.Length) *sheet { return s.crop(d, d, d, d) }

// crop takes so much away at each side.
func (s *sheet) crop(left, right, bottom, top vg.Length) *sheet {
	return &sheet{draw.Crop(s.Canvas, left, -right, bottom, -top), s.scale}
}

// style is how text of a size is written.
func (s *sheet) style(size float64, c color.Color) text.Style {
	return text.Style{
		Color: c, Font: sans(s.length(size)),
		XAlign: text.XCenter, YAlign: text.YCenter, Handler: plot.DefaultTextHandler,
	}
}

// slack is how much wider text may be in another font, where a viewer has none like Liberation Sans.
const slack = 1.12

// fitted makes text harmless, and its letters smaller or the text shorter until it fits a width.
func (s *sheet) fitted(st text.Style, txt string, width vg.Length) (text.Style, string) {
	txt = terminal.Clean(txt)
	width /= slack
	for range 4 {
		if st.Width(txt) <= width {
			return st, txt
		}
		st.Font.Size *= 0.93
	}
	runes := []rune(txt)
	for len(runes) > 1 && st.Width(string(runes)+"…") > width {
		runes = runes[:len(runes)-1]
	}
	if len(runes) < len([]rune(txt)) {
		return st, string(runes) + "…"
	}
	return st, txt
}

// write puts text into the middle of a place of the given width.
func (s *sheet) write(st text.Style, at vg.Point, width vg.Length, txt string) {
	st, txt = s.fitted(st, txt, width)
	s.FillText(st, at, txt)
}

// titled writes a title at the top and returns the sheet below it.
func (s *sheet) titled(txt string, size float64) *sheet {
	if txt == "" {
		return s
	}
	st := s.style(size, ink)
	st.YAlign = text.YTop
	s.write(st, vg.Point{X: s.Center().X, Y: s.Max.Y}, s.width(), txt)
	return s.crop(0, 0, 0, s.length(size*1.6))
}

// footed writes a line at the bottom and returns the sheet above it.
func (s *sheet) footed(txt string) *sheet {
	st := s.style(tickSize, faint)
	st.YAlign = text.YBottom
	s.write(st, vg.Point{X: s.Center().X, Y: s.Min.Y + s.length(2)}, s.width(), txt)
	return s.crop(0, 0, s.length(tickSize*1.7), 0)
}

// columns is how many columns let n panels have about the shape 4:3.
func (s *sheet) columns(n int) int {
	shape := float64(s.width()/s.height()) * 3 / 4
	return max(1, min(n, int(math.Round(math.Sqrt(float64(n)*shape)+0.2))))
}

// cells cuts the sheet into rows of columns, with a gap between them, from the top left on.
func (s *sheet) cells(columns, rows int, gap vg.Length) []*sheet {
	w := (s.width() - gap*vg.Length(columns-1)) / vg.Length(columns)
	h := (s.height() - gap*vg.Length(rows-1)) / vg.Length(rows)
	var all []*sheet
	for r := range rows {
		for c := range columns {
			left, top := vg.Length(c)*(w+gap), vg.Length(r)*(h+gap)
			all = append(all, s.crop(left, s.width()-left-w, s.height()-top-h, top))
		}
	}
	return all
}

// A key is an entry of a legend.
type key struct {
	name string
	line *draw.LineStyle
	dot  *draw.GlyphStyle
}

// legend writes entries side by side below the title, in as many lines as they take, and returns the sheet below them:
// above the data, a legend never hides any.
func (s *sheet) legend(keys []key) *sheet {
	if len(keys) == 0 {
		return s
	}
	st := s.style(labelSize, ink)
	sample, gap := s.length(30), s.length(16)
	if keys[0].line == nil {
		sample = s.length(12)
	}
	var lines [][]key
	var widths []vg.Length
	for _, k := range keys {
		_, k.name = s.fitted(st, k.name, s.width()-sample-gap) // of this size, shorter if need be
		w := sample + s.length(5) + st.Width(k.name)*slack
		n := len(lines)
		if n == 0 || widths[n-1]+gap+w > s.width() {
			lines, widths = append(lines, []key{k}), append(widths, w)
			continue
		}
		lines[n-1], widths[n-1] = append(lines[n-1], k), widths[n-1]+gap+w
	}
	pitch := s.length(labelSize * 1.45)
	for i, line := range lines {
		x, y := s.Center().X-widths[i]/2, s.Max.Y-pitch*(vg.Length(i)+0.5)
		for _, k := range line {
			if k.line != nil {
				s.StrokeLine2(*k.line, x, y, x+sample, y)
			}
			if k.dot != nil {
				s.DrawGlyph(*k.dot, vg.Point{X: x + sample/2, Y: y})
			}
			room := st.Width(k.name) * slack
			s.FillText(st, vg.Point{X: x + sample + s.length(5) + room/2, Y: y}, k.name)
			x += sample + s.length(5) + room + gap
		}
	}
	return s.crop(0, 0, 0, pitch*vg.Length(len(lines))+s.length(4))
}

// axes returns a system of coordinates without data.
func (s *sheet) axes(x, y Span, xLabel, yLabel string) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil
	for i, axis := range []*plot.Axis{&p.X, &p.Y} {
		span, room, label := x, s.width(), xLabel
		if i == 1 {
			span, room, label = y, s.height(), yLabel
		}
		axis.Min, axis.Max = span.Lo, span.Hi
		axis.Padding = 0
		axis.LineStyle = draw.LineStyle{Color: faint, Width: s.length(0.8)}
		axis.Tick.LineStyle = axis.LineStyle
		axis.Tick.Length = s.length(4)
		align := axis.Tick.Label
		axis.Tick.Label = s.style(tickSize, ink)
		axis.Tick.Label.XAlign, axis.Tick.Label.YAlign = align.XAlign, align.YAlign
		align = axis.Label.TextStyle
		axis.Label.TextStyle = s.style(labelSize, ink)
		axis.Label.TextStyle.XAlign, axis.Label.TextStyle.YAlign = align.XAlign, align.YAlign
		axis.Label.Padding = s.length(3)
		_, axis.Label.Text = s.fitted(axis.Label.TextStyle, label, room*9/10)
		each := s.length(tickSize * 2.6) // of height
		if i == 0 {
			each = s.length(tickSize * 4.2)
		}
		axis.Tick.Marker = roundTicks(max(3, int(room/each)))
	}
	return p
}

// grid is the lines behind curves.
func (s *sheet) grid() plot.Plotter {
	g := plotter.NewGrid()
	g.Vertical = draw.LineStyle{Color: rule, Width: s.length(0.7)}
	g.Horizontal = g.Vertical
	return g
}

// place draws p onto the sheet. Where there is little room, the names of the axes are left out, and where there is hardly
// any, the axes.
func (s *sheet) place(p *plot.Plot) {
	if min(s.width(), s.height()) < s.length(90) {
		p.X.Label.Text, p.Y.Label.Text = "", ""
	}
	if min(s.width(), s.height()) < s.length(45) {
		p.HideAxes()
	}
	// The last tick's label reaches beyond the axis.
	p.Draw(s.crop(0, s.length(8), 0, s.length(5)).Canvas)
}
