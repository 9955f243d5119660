package arrays

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/format/npy"
	"github.com/gradus-nn/gradus/preprocess"
)

// SetOptions say what the arrays do not.
type SetOptions struct {
	// Classes are those that a network knows, for a part that judges it. Nil means that they are found in the targets.
	Classes []string
	// Numbers makes whole numbers targets of a regression, where they could be classes, too.
	Numbers bool
	// Labels makes whole numbers classes, however many different ones there are.
	Labels bool
}

const (
	mostClasses  = 1000 // different whole numbers that are classes
	fewClasses   = 20   // and of numbers that are stored as floating point ones
	rowsAClass   = 5    // of which each must stand for so many rows
	mostRealized = 1 << 30
)

// Set returns the pair as examples, each flat. Bytes are pixels and become v/255; everything else is taken as it is.
func (p *Pair) Set(name string, o SetOptions) (*dataset.Set, error) {
	x, err := p.X.features()
	if err != nil {
		return nil, err
	}
	y := p.Y
	if y == nil {
		return nil, fmt.Errorf("arrays: %v has no targets; name the array to learn with --target", p.X)
	}
	if err := y.load(); err != nil {
		return nil, err
	}
	if y.texts != nil {
		classes, labels, err := y.classTexts(o)
		if err != nil {
			return nil, err
		}
		return dataset.FromLabels(name, x, nil, labels, classes)
	}
	if y.values == nil {
		return nil, fmt.Errorf("arrays: %v is too large to be held in memory as targets", y)
	}
	values := y.values.Float64s()
	if i := slices.IndexFunc(values, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }); i >= 0 {
		return nil, fmt.Errorf("arrays: %v: row %d is %v; want numbers, of every example", y, i/y.Width(), values[i])
	}
	width := y.Width()
	switch {
	case width == 1 && !o.Numbers:
		classes, labels, err := y.labels(values, o)
		if err != nil {
			return nil, err
		}
		if classes != nil {
			return dataset.FromLabels(name, x, nil, labels, classes)
		}
	case !o.Numbers && y.oneHot():
		labels := make([]int32, y.Len())
		for i := range labels {
			labels[i] = int32(slices.Index(values[i*width:(i+1)*width], 1))
		}
		return dataset.FromLabels(name, x, nil, labels, named(o.Classes, width))
	case !o.Numbers && y.multiHot():
		return dataset.FromTargets(name, x, nil, y.values.Float32s(), width, named(o.Classes, width))
	}
	if o.Classes != nil {
		return nil, fmt.Errorf("arrays: %v holds numbers; want the numbers of %d classes", y, len(o.Classes))
	}
	return dataset.FromTargets(name, x, nil, y.values.Float32s(), width, nil)
}

// Rows returns the features of the pair alone, as examples with nothing to learn of them.
func (p *Pair) Rows(name string) (*dataset.Set, error) {
	x, err := p.X.features()
	if err != nil {
		return nil, err
	}
	return dataset.FromTargets(name, x, nil, make([]float32, x.Len()), 1, nil)
}

func named(classes []string, n int) []string {
	if len(classes) == n {
		return classes
	}
	return dataset.Numbered(n)
}

// features returns the rows of X.
func (a *Array) features() (dataset.Rows, error) {
	width := a.Width()
	if a.file != nil {
		return a.file, nil
	}
	if err := a.load(); err != nil {
		return nil, err
	}
	if a.texts != nil {
		return nil, fmt.Errorf("arrays: %v: want numbers as features", a)
	}
	if pixels, ok := a.values.Data.([]uint8); ok {
		return dataset.NewBytes(pixels, width), nil
	}
	if a.values.Len() > mostRealized {
		return nil, fmt.Errorf("arrays: %v is too large to be held in memory as float32; save it as float32 or uint8 in an .npy file, which is mapped", a)
	}
	x, ok := a.values.Data.([]float32)
	if !ok {
		x = a.values.Float32s()
	}
	if i := slices.IndexFunc(x, func(v float32) bool { return v-v != 0 }); i >= 0 { // NaN and infinities
		return nil, fmt.Errorf("arrays: %v: row %d has %v in column %d; want finite numbers", a, i/width, x[i], i%width)
	}
	return dataset.NewFloats(x, width), nil
}

// labels returns the classes of whole numbers and the number of each row's; no classes where the numbers are none.
func (a *Array) labels(values []float64, o SetOptions) ([]string, []int32, error) {
	distinct := map[float64]bool{}
	whole, largest, least := true, math.Inf(-1), math.Inf(1)
	for _, v := range values {
		whole = whole && v == math.Trunc(v) && math.Abs(v) <= 1<<53
		largest, least = max(largest, v), min(least, v)
		if len(distinct) <= mostClasses {
			distinct[v] = true
		}
	}
	integers := a.Type < npy.Float16
	n := len(distinct)
	classes := whole && n <= mostClasses && (integers || o.Labels || n <= fewClasses && len(values) >= rowsAClass*n)
	if integers && !o.Labels && n > fewClasses && len(values) < rowsAClass*n { // a number of each row, rather
		classes = false
	}
	if o.Classes != nil {
		labels, err := a.known(values, o.Classes)
		return o.Classes, labels, err
	}
	if !classes {
		if o.Labels {
			return nil, nil, fmt.Errorf("arrays: %v holds no classes: %d different numbers, or such that are not whole", a, n)
		}
		return nil, nil, nil
	}
	if n < 2 {
		return nil, nil, fmt.Errorf("arrays: %v is the same in every row: there is nothing to learn", a)
	}
	numbers := make([]float64, 0, n)
	for v := range distinct {
		numbers = append(numbers, v)
	}
	slices.Sort(numbers)
	if least >= 0 && largest < 2*float64(n) { // 0 to the largest, of which some do not occur
		numbers = numbers[:0]
		for v := range int(largest) + 1 {
			numbers = append(numbers, float64(v))
		}
	}
	names := make([]string, len(numbers))
	for i, v := range numbers {
		names[i] = strconv.FormatFloat(v, 'f', -1, 64)
	}
	if a.Type == npy.Bool {
		names = []string{"false", "true"}
	}
	labels := make([]int32, len(values))
	for i, v := range values {
		k, _ := slices.BinarySearch(numbers, v)
		labels[i] = int32(k)
	}
	return names, labels, nil
}

// classTexts returns the classes of texts, sorted, and the number of each row's.
func (a *Array) classTexts(o SetOptions) ([]string, []int32, error) {
	if a.Width() != 1 || o.Numbers {
		return nil, nil, fmt.Errorf("arrays: %v: texts are classes, one for each example", a)
	}
	classes := o.Classes
	if classes == nil {
		classes = slices.Compact(slices.Sorted(slices.Values(a.texts)))
	}
	if len(classes) < 2 || len(classes) > mostClasses {
		return nil, nil, fmt.Errorf("arrays: %v: %d different texts; want 2 to %d classes", a, len(classes), mostClasses)
	}
	number := map[string]int32{}
	for i, c := range classes {
		number[c] = int32(i)
	}
	labels := make([]int32, len(a.texts))
	for i, text := range a.texts {
		k, ok := number[text]
		if !ok {
			return nil, nil, fmt.Errorf("arrays: %v: row %d is of class %q, which was not there in training; known are %d classes", a, i, text, len(classes))
		}
		labels[i] = k
	}
	return classes, labels, nil
}

// known returns the numbers of classes that have been seen: of those called by numbers the one that is called so, of others the one at
// that place.
func (a *Array) known(values []float64, classes []string) ([]int32, error) {
	number := map[float64]int32{}
	for i, c := range classes {
		if v, err := strconv.ParseFloat(c, 64); err == nil {
			number[v] = int32(i)
		}
	}
	if len(number) < len(classes) {
		clear(number)
		for i := range classes {
			number[float64(i)] = int32(i)
		}
	}
	labels := make([]int32, len(values))
	for i, v := range values {
		k, ok := number[v]
		if !ok {
			return nil, fmt.Errorf("arrays: %v: row %d is of class %v, which was not there in training; known are %d classes", a, i, v, len(classes))
		}
		labels[i] = k
	}
	return labels, nil
}

// Scaled says what has been done to the features of Set already.
func (p *Pair) Scaled() preprocess.Pipeline {
	if p.X.Type == npy.Uint8 {
		return preprocess.Pipeline{preprocess.PixelScale{Divide: 255}}
	}
	return nil
}

// Scaling finds out what the features of a set need before a network learns well from them: pixels are divided by their largest value,
// small numbers are left alone, and columns with units of their own get mean 0 and deviation 1.
func (p *Pair) Scaling(s *dataset.Set) (preprocess.Pipeline, error) {
	if p.X.Type == npy.Uint8 || p.X.Type == npy.Bool {
		return nil, nil
	}
	whole, largest, least := true, float32(0), float32(0)
	row, one := make([]float32, s.X.Width()), make([]int, 1)
	for i := range s.Len() {
		one[0] = i
		dataset.GatherX(dataset.Batch{Set: s, Rows: one}, row, 0, 1)
		for _, v := range row {
			largest, least = max(largest, v), min(least, v)
			whole = whole && v == float32(math.Trunc(float64(v)))
		}
	}
	switch {
	case least >= -1 && largest <= 1:
		return nil, nil
	case least >= 0 && whole && largest <= 16:
		return preprocess.Pipeline{preprocess.PixelScale{Divide: 16}}, nil
	case least >= 0 && whole && largest <= 255:
		return preprocess.Pipeline{preprocess.PixelScale{Divide: 255}}, nil
	}
	t, err := preprocess.FitStandardize(s)
	return preprocess.Pipeline{t}, err
}
