package train

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/gradus-nn/gradus/dataset"
)

// What can be seen to be wrong before the first step: in the data, and in the weights that a training begins with.

// warnBefore looks at the data and the initial weights.
func (r *runner[F]) warnBefore() {
	for _, look := range []func() (code, text string){r.unscaled, r.missingClass, r.sortedData, r.equalUnits, r.divisor} {
		if code, text := look(); text != "" && !r.warned(code) {
			r.warn(Warning{code, text})
		}
	}
}

// largeFeature is the root mean square from which features are too large. Standardised ones have 1, pixels between 0 and 1
// about 0.3, digits between 0 and 16 about 8, pixels between 0 and 255 about 80.
const largeFeature = 10

func (r *runner[F]) unscaled() (code, text string) {
	x := features(r.observer.probe)
	var squares, largest float64
	pixels := true
	for _, v := range x {
		squares += float64(float64(v) * float64(v))
		largest = max(largest, math.Abs(float64(v)))
		pixels = pixels && v >= 0 && v <= 255 && v == float32(math.Trunc(float64(v)))
	}
	rms := math.Sqrt(squares / float64(len(x)))
	if !(rms > largeFeature) {
		return "", ""
	}
	remedy := "standardise the columns (preprocess.FitStandardize)"
	if pixels && largest > 100 {
		remedy = "they look like pixels from 0 to 255: divide them by 255 (preprocess.PixelScale)"
	}
	return Unscaled, fmt.Sprintf("the features are large, %.3g in the root mean square and up to %.4g, where a network expects about 1; %s", rms, largest, remedy)
}

// features returns all features of a set.
func features(set *dataset.Set) []float32 {
	x := make([]float32, set.Len()*set.X.Width())
	dataset.GatherX(set.All(), x, 0, set.Len())
	return x
}

// enoughForClasses is how many examples for each class make it suspicious that one has none.
const enoughForClasses = 20

func (r *runner[F]) missingClass() (code, text string) {
	counts := r.set.ClassCounts()
	if r.set.Labels == nil || r.set.Len() < enoughForClasses*len(counts) {
		return "", ""
	}
	var missing []string
	for c, n := range counts {
		if n == 0 {
			missing = append(missing, fmt.Sprintf("%d (%s)", c, r.set.ClassName(c)))
		}
	}
	if len(missing) == 0 {
		return "", ""
	}
	text = fmt.Sprintf("no example of %d has the class %s", r.set.Len(), strings.Join(missing, ", "))
	switch last := len(counts) - 1; {
	case len(missing) == 1 && counts[0] == 0:
		text += fmt.Sprintf("; if the labels count from 1, subtract 1 from each and give the network %d outputs", last)
	case len(missing) == 1 && counts[last] == 0:
		text += fmt.Sprintf("; if there are %d classes, give the network %d outputs", last, last)
	default:
		text += "; check the labels, or the part of the data that was taken"
	}
	return MissingClass, text
}

func (r *runner[F]) sortedData() (code, text string) {
	if r.cfg.Sampling != InOrder || r.cfg.Batch < 2 || r.cfg.Batch >= r.set.Len() || !r.set.Kind().SingleClass() {
		return "", ""
	}
	uniform, batches, first, several := 0, 0, r.set.Label(0), false
	for b := range r.set.Batches(r.cfg.Batch, nil) {
		class := r.set.Label(b.Rows[0])
		several = several || class != first
		batches++
		if !slices.ContainsFunc(b.Rows, func(i int) bool { return r.set.Label(i) != class }) {
			uniform++
		}
	}
	if !several || 2*uniform < batches {
		return "", ""
	}
	return SortedData, fmt.Sprintf("%d of %d batches hold examples of one class only, because the data are sorted and not shuffled: the network forgets one class while it learns the next; shuffle them (Config.Sampling)", uniform, batches)
}

// equalUnits looks for a layer whose units all have the same weights, in front of and behind them: they get the same
// gradient for ever.
func (r *runner[F]) equalUnits() (code, text string) {
	var weights []int
	segments := r.net.Segments()
	for i, s := range segments {
		if s.Decay && len(s.Shape) == 2 {
			weights = append(weights, i)
		}
	}
	for i := 0; i+1 < len(weights); i++ {
		s, next := segments[weights[i]], segments[weights[i+1]]
		in, out := s.Shape[0], s.Shape[1]
		if out < 2 || next.Shape[0] != out {
			continue
		}
		w, v := r.net.Params()[s.Off:s.Off+s.Len], r.net.Params()[next.Off:next.Off+next.Len]
		equal := true
		for row := range in {
			equal = equal && allEqual(w[row*out:(row+1)*out])
		}
		for row := 1; row < out; row++ {
			equal = equal && slices.Equal(v[:next.Shape[1]], v[row*next.Shape[1]:(row+1)*next.Shape[1]])
		}
		if equal {
			return EqualUnits, fmt.Sprintf("all %d units of %s begin with the same weights, so they will learn the same and stay equal; initialise them at random, for example with initializer.Xavier{}", out, s.Layer)
		}
	}
	return "", ""
}

func allEqual[F float32 | float64](x []F) bool {
	for _, v := range x {
		if v != x[0] {
			return false
		}
	}
	return true
}

func (r *runner[F]) divisor() (code, text string) {
	if n := r.net.Config().Examples; len(r.net.Spec().Regularizers) > 0 && n != r.set.Len() {
		return Divisor, fmt.Sprintf("the network was compiled with regularisers for %d training examples, and there are %d; in the styles that divide by their number the penalty is not what was meant: set nn.Config.Examples", n, r.set.Len())
	}
	return "", ""
}
