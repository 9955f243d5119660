// Package preprocess turns features as they are measured into features that a network learns well from: scaled columns, pixels
// between 0 and 1.
//
// A [Step] is plain data that is stored with the model, so that whoever asks the model does to his data what was done to the training data.
// [Pipeline] is the list of them, with a form in JSON; [Pipeline.Set] shows a set through it, without a copy of its features.
package preprocess

import (
	"fmt"
	"math"

	"github.com/gradus-nn/gradus/dataset"
)

// A Step changes the features of examples in place. It must not depend on which examples stand together.
type Step interface {
	// Apply changes x [n, width]. It allocates nothing and may be called by several goroutines at once.
	Apply(x []float32, width int)
	// Check reports why the step is not sound, or cannot be applied to examples of the given width.
	Check(width int) error
}

// Standardize gives every column mean 0 and standard deviation 1 over the set that it was fitted to: x = (x - Mean) / Std.
type Standardize struct {
	Mean []float32 `json:"mean"`
	Std  []float32 `json:"std"`
}

// FitStandardize measures the columns of a set, which should be the training set alone. The standard deviation is that of the
// population (divided by n, as scikit-learn has it). A constant column gets Std 1, which makes it 0 everywhere.
func FitStandardize(s *dataset.Set) (Standardize, error) {
	n, width := s.Len(), s.X.Width()
	if n == 0 {
		return Standardize{}, fmt.Errorf("preprocess: standardize: %s has no examples to measure", s.Name)
	}
	// Welford 1962: mean and squared deviations in one pass, without the cancellation of Σx² - (Σx)²/n.
	mean, squares := make([]float64, width), make([]float64, width)
	x, one := make([]float32, width), make([]int, 1)
	for i := range n {
		one[0] = i
		dataset.GatherX(dataset.Batch{Set: s, Rows: one}, x, 0, 1)
		for j, v := range x {
			d := float64(v) - mean[j]
			mean[j] += d / float64(i+1)
			squares[j] += float64(d * (float64(v) - mean[j]))
		}
	}
	t := Standardize{make([]float32, width), make([]float32, width)}
	for j := range width {
		t.Mean[j] = float32(mean[j])
		t.Std[j] = float32(math.Sqrt(squares[j] / float64(n)))
		if t.Std[j] == 0 {
			t.Std[j] = 1
		}
	}
	if err := t.Check(width); err != nil {
		return Standardize{}, fmt.Errorf("%w; does %s hold numbers only?", err, s.Name)
	}
	return t, nil
}

// Apply is: for i := range x { x[i] = (x[i] - Mean[i%width]) / Std[i%width] }
func (t Standardize) Apply(x []float32, width int) {
	for ; len(x) >= width; x = x[width:] {
		row := x[:width]
		for j := range row {
			row[j] = (row[j] - t.Mean[j]) / t.Std[j]
		}
	}
}

// Check reports columns that do not fit, means that are no numbers and deviations that are not positive.
func (t Standardize) Check(width int) error {
	if len(t.Mean) != width || len(t.Std) != width {
		return fmt.Errorf("preprocess: standardize: %d means and %d deviations for %d columns", len(t.Mean), len(t.Std), width)
	}
	for j := range width {
		if m, d := float64(t.Mean[j]), float64(t.Std[j]); math.IsNaN(m) || math.IsInf(m, 0) || !(d > 0) || math.IsInf(d, 0) {
			return fmt.Errorf("preprocess: standardize: column %d has mean %v and deviation %v; want numbers, the second positive", j, m, d)
		}
	}
	return nil
}

// PixelScale makes pixels small numbers: x = x / Divide. MNIST's pixels, 0 to 255, want 255; the 8 by 8 digits 16.
type PixelScale struct {
	Divide float32 `json:"divide"`
}

// Apply is: for i := range x { x[i] /= Divide }
func (t PixelScale) Apply(x []float32, width int) {
	for i := range x {
		x[i] /= t.Divide
	}
}

// Check reports a divisor that is not a positive number.
func (t PixelScale) Check(width int) error {
	if d := float64(t.Divide); !(d > 0) || math.IsInf(d, 0) {
		return fmt.Errorf("preprocess: pixels: divide by %v; want a positive number", d)
	}
	return nil
}
