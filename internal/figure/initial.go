package figure

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/plot"
)

// The experiment of Saito's section 6.2: a thousand standard normal inputs through five layers of a hundred units.
const (
	initialInputs = 1000
	initialUnits  = 100
	initialLayers = 5
	initialBins   = 30
)

// Initial is the histograms of what each layer puts out before any training: a row for each initialiser, which are given
// as a list with commas. "xavier" is the book's, 1/√in.
func Initial(inits, activation string, seed uint64) (plot.Picture, error) {
	layers, err := nn.ParseLayers(activation)
	if err != nil || len(layers) != 1 {
		return nil, exit.Usagef("gradus plot activations: --act %q; want one activation, such as sigmoid", activation)
	}
	act := layers[0]
	h := plot.Histograms{Title: fmt.Sprintf("Activations of %d layers of %d units, %s", initialLayers, initialUnits, act.Kind()), XLabel: "activation"}
	for _, name := range strings.Split(inits, ",") {
		row, err := initialRow(strings.TrimSpace(name), act, seed)
		if err != nil {
			return nil, err
		}
		h.Rows = append(h.Rows, row)
	}
	if len(h.Rows) > 6 {
		return nil, exit.Usagef("gradus plot activations: %d initialisers; want at most 6 on one picture", len(h.Rows))
	}
	return h, nil
}

func initialRow(name string, act layer.Layer, seed uint64) (row plot.HistogramRow, err error) {
	rule := name
	if std, ok := strings.CutPrefix(name, "std="); ok {
		rule = "normal:" + std
	}
	if rule == "xavier" {
		rule, name = "lecun", "xavier (1/√n)"
	}
	init, err := initializer.Parse(rule)
	if err != nil {
		return row, exit.Usagef("gradus plot activations: --init %q: %w", name, err)
	}
	row.Name = name
	draw := rand.New(rand.NewPCG(seed, 0))
	x := make([]float64, initialInputs*initialUnits)
	for i := range x {
		x[i] = draw.NormFloat64()
	}
	w := make([]float64, initialUnits*initialUnits)
	sums := make([]float64, len(x))
	for l := range initialLayers {
		init.Fill(w, initializer.Fan{In: initialUnits, Out: initialUnits}, draw)
		product(sums, x, w)
		y, _, err := plot.Apply(act, sums)
		if err != nil {
			return row, exit.With(exit.Usage, err)
		}
		row.Parts = append(row.Parts, plot.NewHistogram(fmt.Sprintf("layer %d", l+1), y, outputs(act, y), initialBins))
		copy(x, y)
	}
	return row, nil
}

// product is y = x·w with x [inputs, units] and w [units, units].
func product(y, x, w []float64) {
	clear(y)
	for i := range initialInputs {
		for k := range initialUnits {
			v := x[i*initialUnits+k]
			for j := range initialUnits {
				y[i*initialUnits+j] += float64(v * w[k*initialUnits+j])
			}
		}
	}
}

// outputs is the range of an activation to show; where it has no end, that of 99 % of the values. ReLU is shown from 0 to 1,
// as in the book.
func outputs(act layer.Layer, y []float64) plot.Span {
	switch act.Kind() {
	case "sigmoid", "step":
		return plot.Span{Lo: 0, Hi: 1}
	case "tanh":
		return plot.Span{Lo: -1, Hi: 1}
	case "relu":
		return plot.Span{Lo: 0, Hi: 1}
	}
	sorted := slices.Clone(y)
	slices.Sort(sorted)
	lo, hi := sorted[len(sorted)/200], sorted[len(sorted)-1-len(sorted)/200]
	if lo == hi {
		return plot.Span{Lo: lo - 1, Hi: hi + 1}
	}
	return plot.Span{Lo: lo, Hi: hi}
}
