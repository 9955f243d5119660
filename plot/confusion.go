package plot

import (
	"encoding/csv"
	"fmt"
	"image/color"
	"math"
	"strings"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
)

// Confusion is the table of which class was taken for which, with counts and the share of the true class. What is right
// is blue, what is wrong is orange; the colour grows with the square root of the share, so that few mistakes are seen.
type Confusion struct {
	Title   string
	Classes []string
	Counts  [][]int // [true, predicted]
}

// Heading returns the title.
func (c Confusion) Heading() string { return c.Title }

// Share returns the share of the examples of class truth that were taken for answer.
func (c Confusion) Share(truth, answer int) float64 {
	n := 0
	for _, v := range c.Counts[truth] {
		n += v
	}
	return float64(c.Counts[truth][answer]) / float64(max(1, n))
}

func (c Confusion) color(i, j int) color.NRGBA {
	full := Negative
	if i == j {
		full = Positive
	}
	return mix(paper, full, 0.6*math.Sqrt(c.Share(i, j)))
}

func (c Confusion) draw(s *sheet) {
	s = s.titled(c.Title, titleSize)
	n := len(c.Classes)
	if n == 0 {
		return
	}
	label := s.style(labelSize, ink)
	names := s.style(tickSize, ink)
	widest := vg.Length(0)
	for _, name := range c.Classes {
		widest = max(widest, names.Width(name))
	}
	widest = min(widest, s.width()/5)
	side := s.length(labelSize*1.6) + widest + s.length(6)
	bottom := s.length(labelSize*1.6) + s.length(tickSize*1.6)
	t := s.crop(side, 0, bottom, 0)
	w, h := t.width()/vg.Length(n), t.height()/vg.Length(n)

	s.write(label, vg.Point{X: t.Center().X, Y: s.Min.Y + s.length(labelSize*0.7)}, t.width(), "predicted")
	upright := label
	upright.Rotation = math.Pi / 2
	s.FillText(upright, vg.Point{X: s.Min.X + s.length(labelSize*0.7), Y: t.Center().Y}, "true")

	for i, cell := range t.cells(n, n, 0) {
		truth, answer := i/n, i%n
		s.SetColor(c.color(truth, answer))
		s.Fill(cell.Rectangle.Path())
		s.frame(cell.Rectangle)
		c.cell(cell, truth, answer, w, h)
		if answer == 0 {
			right := names
			right.XAlign = text.XRight
			right, txt := s.fitted(right, c.Classes[truth], widest)
			s.FillText(right, vg.Point{X: t.Min.X - s.length(5), Y: cell.Center().Y}, txt)
		}
		if truth == n-1 {
			s.write(names, vg.Point{X: cell.Center().X, Y: t.Min.Y - s.length(tickSize*0.8)}, w*0.95, c.Classes[answer])
		}
	}
}

// cell writes the count, and below it the share if there is room. Zeros are left out: what is wrong stands out.
func (c Confusion) cell(s *sheet, truth, answer int, w, h vg.Length) {
	count := c.Counts[truth][answer]
	if count == 0 {
		return
	}
	st := s.style(labelSize, ink)
	txt := fmt.Sprint(count)
	small := s.style(tickSize*0.82, ink)
	share := strings.TrimSuffix(fmt.Sprintf("%.1f", 100*c.Share(truth, answer)), ".0") + " %"
	if h >= st.Height(txt)+small.Height(share)+s.length(6) && small.Width(share) <= w*0.92 {
		s.write(st, vg.Point{X: s.Center().X, Y: s.Center().Y + s.length(6.5)}, w*0.92, txt)
		s.FillText(small, vg.Point{X: s.Center().X, Y: s.Center().Y - s.length(8)}, share)
		return
	}
	for st.Font.Size > 1 && (st.Width(txt) > w*0.92 || st.Font.Size > h*0.9) {
		st.Font.Size *= 0.9
	}
	s.FillText(st, s.Center(), txt)
}

func (c Confusion) table(w *csv.Writer) {
	w.Write([]string{"true", "predicted", "count", "share"})
	for i, truth := range c.Classes {
		for j, answer := range c.Classes {
			w.Write([]string{truth, answer, fmt.Sprint(c.Counts[i][j]), number(c.Share(i, j))})
		}
	}
}
