// Package importance measures what a model owes to each of its inputs, by dealing the values of one input out anew among the
// examples: what gets worse by that has hung on it (Breiman 2001, "Random forests", 10; Fisher, Rudin & Dominici 2019).
//
// Inputs that tell the same stand in for one another: of two copies, neither may seem important.
package importance

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
)

// An Input is one or several features that belong together, as the places of a category do, and are dealt out together.
type Input struct {
	Name   string
	Lo, Hi int // features Lo to Hi-1
}

// Options say how thoroughly to measure.
type Options struct {
	Repeats int    // how often each input is dealt out, at least 1
	Seed    uint64 // of what is drawn
	Most    int    // examples that are drawn from larger sets; 0: all
}

// A Result is how much worse a network is without what an input tells.
type Result struct {
	Input  string `json:"input"`
	Loss   Rise   `json:"loss"`   // how much the mean loss rises
	Figure Rise   `json:"figure"` // how much the accuracy falls, or the root mean squared error rises, in the target's unit
}

// A Rise is a mean over the repeats and the standard deviation (n-1) between them.
type Rise struct {
	Mean float64 `json:"mean"`
	SD   float64 `json:"sd"`
}

// stream keeps the draws apart from other uses of the seed.
const stream = 0x696d706f7274 // "import"

// Measure returns the importance of every input, the most important first by the loss. The draws of an input depend on the seed, its
// place and the repeat alone.
func Measure(ctx context.Context, net *nn.Net[float32], set *dataset.Set, inputs []Input, o Options) ([]Result, error) {
	if o.Most > 0 && set.Len() > o.Most {
		set = set.Subset(dataset.Sample(set.Len(), o.Most, rand.New(rand.NewPCG(o.Seed, stream))))
	}
	set, err := gathered(set)
	if err != nil {
		return nil, err
	}
	base, err := net.Evaluate(ctx, set)
	if err != nil {
		return nil, err
	}
	var results []Result
	for k, in := range inputs {
		var losses, figures []float64
		for repeat := range max(1, o.Repeats) {
			rng := rand.New(rand.NewPCG(o.Seed, stream+uint64(k)<<32+uint64(repeat)+1))
			dealt, err := deal(set, in, rng)
			if err != nil {
				return nil, err
			}
			e, err := net.Evaluate(ctx, dealt)
			if err != nil {
				return nil, err
			}
			losses = append(losses, e.Loss-base.Loss)
			figures = append(figures, figure(base)-figure(e))
		}
		results = append(results, Result{in.Name, rise(losses), rise(figures)})
	}
	slices.SortStableFunc(results, func(a, b Result) int { return cmp.Compare(b.Loss.Mean, a.Loss.Mean) })
	return results, nil
}

// keptFeatures bounds the features that are kept side by side: 16 MiB.
const keptFeatures = 1 << 22

// gathered returns the set with its features side by side in memory, unless they are many: they are read twice for every input and repeat,
// and examples that were drawn from millions lie far apart.
func gathered(set *dataset.Set) (*dataset.Set, error) {
	n, width := set.Len(), set.X.Width()
	if n*width > keptFeatures {
		return set, nil
	}
	x := make([]float32, n*width)
	dataset.GatherX(set.All(), x, 0, n)
	return with(dataset.NewFloats(x, width), set)
}

// with returns the examples of set with other features.
func with(x dataset.Rows, set *dataset.Set) (s *dataset.Set, err error) {
	if set.Labels != nil {
		s, err = dataset.FromLabels(set.Name, x, set.Shape, set.Labels, set.Classes)
	} else {
		s, err = dataset.FromTargets(set.Name, x, set.Shape, set.Targets, set.Out, set.Classes)
	}
	if err != nil {
		return nil, err
	}
	s.Many, s.Unit = set.Many, set.Unit
	return s, nil
}

// figure is what people look at, more of which is better.
func figure(e nn.Evaluation) float64 {
	if e.Task == loss.Regression {
		return -e.RMSE
	}
	return e.Accuracy()
}

func rise(values []float64) (r Rise) {
	n := float64(len(values))
	for _, v := range values {
		r.Mean += v / n
	}
	for _, v := range values {
		r.SD += (v - r.Mean) * (v - r.Mean)
	}
	r.SD = math.Sqrt(r.SD / max(1, n-1))
	return r
}

// deal returns the set with the values of an input dealt out anew.
func deal(set *dataset.Set, in Input, rng *rand.Rand) (*dataset.Set, error) {
	return with(&dealt{own: set, other: set.Subset(dataset.Order(set.Len(), rng)), in: in}, set)
}

// dealt shows the features of own, but those of one input as the same examples of other have them.
type dealt struct {
	own, other *dataset.Set
	in         Input
	pool32     sync.Pool // of *[]float32
	pool64     sync.Pool // of *[]float64
}

func (d *dealt) Len() int   { return d.own.Len() }
func (d *dealt) Width() int { return d.own.X.Width() }

func (d *dealt) Gather32(dst []float32, rows []int) { gather(d, &d.pool32, dst, rows) }
func (d *dealt) Gather64(dst []float64, rows []int) { gather(d, &d.pool64, dst, rows) }

func gather[F float32 | float64](d *dealt, pool *sync.Pool, dst []F, rows []int) {
	n, width := len(rows), d.Width()
	dataset.GatherX(dataset.Batch{Set: d.own, Rows: rows}, dst, 0, n)
	buffer, _ := pool.Get().(*[]F)
	if buffer == nil || cap(*buffer) < n*width {
		fresh := make([]F, n*width)
		buffer = &fresh
	}
	from := (*buffer)[:n*width]
	dataset.GatherX(dataset.Batch{Set: d.other, Rows: rows}, from, 0, n)
	for lo := 0; lo < n*width; lo += width {
		copy(dst[lo+d.in.Lo:lo+d.in.Hi], from[lo+d.in.Lo:lo+d.in.Hi])
	}
	pool.Put(buffer)
}

// Useful returns the names of the inputs, at most so many, without which the loss rises by more than chance makes it, and by no less
// than a twentieth of what it rises without the most important one.
func Useful(results []Result, most int) []string {
	var names []string
	for _, r := range results {
		if len(names) < most && r.Loss.Mean > 2*r.Loss.SD && r.Loss.Mean >= results[0].Loss.Mean/20 {
			names = append(names, r.Input)
		}
	}
	return names
}
