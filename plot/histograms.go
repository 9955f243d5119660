package plot

import (
	"encoding/csv"
	"fmt"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"
)

// A Histogram counts values in bins of equal width.
type Histogram struct {
	Name      string
	Span      Span // of the bins; what lies outside is counted in the first or last
	Counts    []int
	N         int
	Mean, Std float64
}

// NewHistogram counts the values that are finite in so many bins.
func NewHistogram(name string, values []float64, span Span, bins int) Histogram {
	h := Histogram{Name: name, Span: span, Counts: make([]int, bins)}
	sum, squares := 0.0, 0.0
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			continue
		}
		i := int(span.share(v) * float64(bins))
		h.Counts[max(0, min(i, bins-1))]++
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

func (h Histograms) draw(s *sheet) {
	s = s.titled(h.Title, titleSize)
	if len(h.Rows) == 0 {
		return
	}
	rows := s.cells(1, len(h.Rows), s.length(6))
	for r, row := range h.Rows {
		cell := rows[r].titled(row.Name, labelSize)
		most := 0.0
		for _, part := range row.Parts {
			for i := range part.Counts {
				most = max(most, part.Share(i))
			}
		}
		for i, sub := range cell.cells(len(row.Parts), 1, s.length(2)) {
			part := row.Parts[i]
			sub = sub.titled(part.Name, tickSize)
			sub = sub.footed(fmt.Sprintf("%.2g ± %.2g", part.Mean, part.Std))
			yLabel := ""
			if i == 0 {
				yLabel = "share"
			}
			xLabel := ""
			if r == len(h.Rows)-1 {
				xLabel = h.XLabel
			}
			p := sub.axes(part.Span, Span{0, most * 1.05}, xLabel, yLabel)
			var bars plotter.XYs
			for k := range part.Counts {
				lo, hi := part.Edges(k)
				y := part.Share(k)
				bars = append(bars, plotter.XY{X: lo, Y: y}, plotter.XY{X: hi, Y: y})
			}
			bars = append(bars, plotter.XY{X: part.Span.Hi, Y: 0}, plotter.XY{X: part.Span.Lo, Y: 0})
			p.Add(sub.grid(), &plotter.Polygon{
				XYs: []plotter.XYs{bars}, Color: TrainColor, LineStyle: draw.LineStyle{Color: color.NRGBA{0x1d, 0x4f, 0x78, 0xff}, Width: s.length(0.6)},
			})
			sub.place(p)
		}
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
