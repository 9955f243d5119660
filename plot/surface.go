package plot

import (
	"encoding/csv"
	"image"
	"image/color"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Surface is a function of two variables as a map of heights in steps, with their scale beside it.
type Surface struct {
	Title, XLabel, YLabel, ZLabel string
	Grid                          Grid
}

// Heading returns the title.
func (f Surface) Heading() string { return f.Title }

func (f Surface) draw(s *sheet) {
	s = s.titled(f.Title, titleSize)
	z := f.Grid.values()
	if z.Lo == z.Hi {
		z = z.padded(0)
	}
	bar := s.length(70)
	x, y := f.Grid.spans()
	left := s.crop(0, bar, 0, 0)
	p := left.axes(x, y, f.XLabel, f.YLabel)
	w, h := left.pixels()
	p.Add(plotter.NewImage(small(f.Grid.terraces(w, h, height, paper)), x.Lo, y.Lo, x.Hi, y.Hi))
	left.place(p)
	s.scaleBar(bar, z, f.ZLabel, height, p.X.Tick.Length*5)
}

// Image returns the heights as colours, from dark to light, with lines of equal height.
func (f Surface) Image(width, hgt int) *image.NRGBA {
	return f.Grid.terraces(width, hgt, height, paper)
}

func (f Surface) table(w *csv.Writer) { f.Grid.table(w, or(f.XLabel, "x0"), or(f.YLabel, "x1")) }

// scaleBar draws what colour stands for what number at the right edge of the sheet.
func (s *sheet) scaleBar(width vg.Length, z Span, label string, of func(t float64) color.NRGBA, above vg.Length) {
	b := s.crop(s.width()-width+s.length(8), 0, above*2, above)
	strip := b.crop(0, b.width()-s.length(14), 0, 0)
	const steps = 64
	strip.DrawImage(strip.Rectangle, paint(1, steps, func(_, ty float64) color.NRGBA { return of(ty) }))
	st := s.style(tickSize, ink)
	st.XAlign = text.XLeft
	for _, tick := range roundTicks(max(3, int(b.height()/s.length(tickSize*2.6)))).Ticks(z.Lo, z.Hi) {
		at := strip.Min.Y + vg.Length(z.share(tick.Value))*strip.height()
		s.StrokeLine2(draw.LineStyle{Color: faint, Width: s.length(0.8)}, strip.Max.X, at, strip.Max.X+s.length(4), at)
		own, txt := s.fitted(st, tick.Label, b.Max.X-strip.Max.X-s.length(6))
		s.FillText(own, vg.Point{X: strip.Max.X + s.length(6), Y: at}, txt)
	}
	if label != "" {
		name := s.style(labelSize, ink)
		s.write(name, vg.Point{X: b.Center().X, Y: b.Max.Y + s.length(10)}, b.width(), label)
	}
}
