package recipe

import (
	"fmt"
	"iter"
	"math/rand/v2"

	"github.com/gradus-nn/gradus/dataset"
)

// foldStream keeps the draw of the folds apart from other uses of the seed.
const foldStream = 0x666f6c64 // "fold"

// Folds loads the data and yields the k divisions of a cross-validation: each example is in one test part. What is measured to
// scale features is measured on the rest alone, in each fold anew.
func (q *Request) Folds(k int) (iter.Seq2[*Data, error], error) {
	rng := rand.New(rand.NewPCG(or(q.Seed, 0), foldStream))
	all, divide, err := q.whole()
	if err != nil {
		return nil, err
	}
	if k < 2 || k > all.Len() {
		return nil, fieldf("folds", "is %d; want 2 to %d, the number of examples", k, all.Len())
	}
	return func(yield func(*Data, error) bool) {
		for train, test := range all.Folds(k, rng) {
			if !yield(divide(train, test)) {
				return
			}
		}
	}, nil
}

// whole returns all examples of the data undivided, and what makes data of two parts of them.
func (q *Request) whole() (*dataset.Set, func(train, test *dataset.Set) (*Data, error), error) {
	if err := checkScale(or(q.Scale, "auto")); err != nil {
		return nil, nil, err
	}
	if err := q.noHeld(); err != nil {
		return nil, nil, err
	}
	return q.form().whole(q)
}

// join returns the examples of both sets in one; each tells which part it is of.
func join(name string, a, b *dataset.Set) (*dataset.Set, error) {
	n, width := a.Len()+b.Len(), a.X.Width()
	x := make([]float32, n*width)
	dataset.GatherX(a.All(), x[:a.Len()*width], 0, a.Len())
	dataset.GatherX(b.All(), x[a.Len()*width:], 0, b.Len())
	rows := dataset.NewFloats(x, width)
	var all *dataset.Set
	var err error
	if a.Labels != nil {
		all, err = dataset.FromLabels(name, rows, a.Shape, append(append([]int32{}, a.Labels...), b.Labels...), a.Classes)
	} else {
		all, err = dataset.FromTargets(name, rows, a.Shape, append(append([]float32{}, a.Targets...), b.Targets...), a.Out, a.Classes)
	}
	if err != nil {
		return nil, err
	}
	return all.WithOrigin(func(row int) string {
		part, i, word := a, row, "train"
		if row >= a.Len() {
			part, i, word = b, row-a.Len(), "test"
		}
		if origin := part.Origin(i); origin != "" {
			return origin
		}
		return fmt.Sprintf("%s #%d", word, i)
	}), nil
}
