package plot

import (
	"encoding/csv"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Histogram counts values in bins of equal width.
type Histogram struct {
	Name      string
	Span      Span // of the bins
	Counts    []int
	N         int // values in all, those outside the bins too
	Mean, Std float64
}

// NewHistogram counts the values that are finite in so many bins; the last one holds its upper end, too.
func NewHistogram(name string, values []float64, span Span, bins int) Histogram {
	h := Histogram{Name: name, Span: span, Counts: make([]int, bins)}
	sum, squares := 0.0, 0.0
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			continue
		}
		if v >= span.Lo && v <= span.Hi {
			h.Counts[min(int(span.share(v)*float64(bins)), bins-1)]++
		}
		h.N++
		sum += v
	}
	h.Mean = sum / float64(max(1, h.N))
	for _, v := range values {
		if d := v - h.Mean; !math.IsNaN(v) && !math.IsInf(v, 0) {
			squares += d * d
		}
	}
	h.Std = math.Sqrt(squares / float64(max(1, h.N)))
	return h
}

// Edges returns where bin i begins and ends.
func (h Histogram) Edges(i int) (lo, hi float64) {
	w := (h.Span.Hi - h.Span.Lo) / float64(len(h.Counts))
	return h.Span.Lo + float64(i)*w, h.Span.Lo + float64(i+1)*w
}

// Share returns the share of the values in bin i.
func (h Histogram) Share(i int) float64 { return float64(h.Counts[i]) / float64(max(1, h.N)) }

// A HistogramRow is histograms side by side, such as the activations of the layers of one network.
type HistogramRow struct {
	Name  string
	Parts []Histogram
}

// Histograms is rows of histograms.
type Histograms struct {
	Title, XLabel string
	Rows          []HistogramRow
}

// Heading returns the title.
func (h Histograms) Heading() string { return h.Title }

// draw gives every row one scale of heights, which stands at its left, and every column one of values, at the bottom.
func (h Histograms) draw(s *sheet) {
	s = s.titled(h.Title, titleSize)
	if len(h.Rows) == 0 {
		return
	}
	label := s.style(labelSize, ink)
	s.write(label, vg.Point{X: s.Center().X, Y: s.Min.Y + s.length(labelSize*0.7)}, s.width(), h.XLabel)
	s = s.crop(0, 0, s.length(labelSize*1.5), 0)
	left := s.length(labelSize*1.6 + tickSize*3)
	for r, row := range s.cells(1, len(h.Rows), s.length(10)) {
		name := label
		name.Rotation = math.Pi / 2
		name, txt := row.fitted(name, h.Rows[r].Name, row.height())
		row.FillText(name, vg.Point{X: row.Min.X + s.length(labelSize*0.7), Y: row.Center().Y}, txt)
		most := h.Rows[r].most()
		for i, cell := range row.crop(left, 0, 0, 0).cells(len(h.Rows[r].Parts), 1, s.length(10)) {
			cell.histogram(h.Rows[r].Parts[i], most, i == 0)
		}
	}
}

// most is the share at which the row's bars reach the top: the highest, but at most four times the highest of the bins
// that are not first, because the zeros of ReLU would leave nothing of the rest to be seen.
func (r HistogramRow) most() float64 {
	first, rest := 1e-9, 0.0
	for _, part := range r.Parts {
		for i := range part.Counts {
			if i == 0 {
				first = max(first, part.Share(i))
			} else {
				rest = max(rest, part.Share(i))
			}
		}
	}
	if rest > 0 && first > 4*rest {
		return 4 * rest
	}
	return max(first, rest)
}

// histogram draws one histogram whose bars reach the top at the share most.
func (s *sheet) histogram(h Histogram, most float64, first bool) {
	mean := math.Round(100*h.Mean)/100 + 0 // the sum makes a negative zero positive
	title := fmt.Sprintf("%s: %.2f ± %.2f", h.Name, mean, h.Std)
	if s.style(tickSize*0.8, ink).Width(title) > s.width() {
		title = h.Name
	}
	s = s.titled(title, tickSize)
	tick := s.style(tickSize*0.9, ink)
	s = s.crop(0, 0, s.length(tickSize*1.3), 0)
	w := s.width() / vg.Length(len(h.Counts))
	s.SetColor(TrainColor)
	for i := range h.Counts {
		if h.Counts[i] == 0 {
			continue
		}
		from := vg.Point{X: s.Min.X + w*vg.Length(i), Y: s.Min.Y}
		top := from.Y + s.height()*vg.Length(min(1, h.Share(i)/most))
		s.Fill(vg.Rectangle{Min: from, Max: vg.Point{X: from.X + w, Y: top}}.Path())
	}
	if h.Share(0) > most { // cut off: the number says how high it is
		tick.XAlign = text.XLeft
		s.FillText(tick, vg.Point{X: s.Min.X + w + s.length(3), Y: s.Max.Y - s.length(tickSize*0.4)}, fmt.Sprintf("↑ %.0f %%", 100*h.Share(0)))
	}
	line := draw.LineStyle{Color: faint, Width: s.length(0.8)}
	s.StrokeLine2(line, s.Min.X, s.Min.Y, s.Max.X, s.Min.Y)
	s.StrokeLine2(line, s.Min.X, s.Min.Y, s.Min.X, s.Max.Y)
	at := s.Min.Y - s.length(tickSize*0.75)
	for _, t := range []struct {
		share float64
		align text.XAlignment
	}{{0, text.XLeft}, {0.5, text.XCenter}, {1, text.XRight}} {
		tick.XAlign = t.align
		s.FillText(tick, vg.Point{X: s.Min.X + s.width()*vg.Length(t.share), Y: at}, fmt.Sprintf("%.3g", h.Span.Lo+t.share*(h.Span.Hi-h.Span.Lo)))
	}
	if first {
		tick.XAlign = text.XRight
		s.FillText(tick, vg.Point{X: s.Min.X - s.length(4), Y: s.Max.Y - s.length(tickSize*0.4)}, fmt.Sprintf("%.0f %%", 100*most))
		s.FillText(tick, vg.Point{X: s.Min.X - s.length(4), Y: s.Min.Y}, "0")
	}
}

func (h Histograms) table(w *csv.Writer) {
	w.Write([]string{"row", "part", "from", "to", "count", "share"})
	for _, row := range h.Rows {
		for _, part := range row.Parts {
			for i, n := range part.Counts {
				lo, hi := part.Edges(i)
				w.Write([]string{row.Name, part.Name, number(lo), number(hi), fmt.Sprint(n), number(part.Share(i))})
			}
		}
	}
}

// quantile returns the value below which share q of the values lie; it sorts them.
func quantile(values []float64, q float64) float64 {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return values[min(len(values)-1, int(q*float64(len(values))))]
}
