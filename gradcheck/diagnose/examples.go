package diagnose

import (
	"fmt"
	"math"

	"github.com/gradus-nn/gradus/dataset"
)

// A part is some of the batch's examples.
type part struct {
	name string
	rows []int
}

// parts are those that loops and slices take by mistake.
func (e *evidence) parts() []part {
	rows, n := e.batch.Rows, e.n
	if n < 2 {
		return nil
	}
	return []part{
		{"the first example", rows[:1]},
		{"the last example", rows[n-1:]},
		{"all examples but the last", rows[:n-1]},
		{"all examples but the first", rows[1:]},
	}
}

// otherExamples finds the gradient of a part of the batch, or of the examples with each other's labels.
func otherExamples(e *evidence) *Diagnosis {
	for _, p := range e.parts() {
		f, ok := e.matches(e.gradient(e.spec, dataset.Batch{Set: e.batch.Set, Rows: p.rows}))
		if share := float64(len(p.rows)) / float64(e.n); ok && (f == 1 || math.Abs(f/share-1) < 1e-3) {
			return &Diagnosis{
				Bug:  "a part of the batch",
				Says: fmt.Sprintf("this is the gradient of %s of the batch only", p.name),
				Look: "the bounds of the loop over the examples, and `=` in place of `+=` where their gradients are added",
			}
		}
	}
	if e.batch.Set.Labels == nil {
		return nil
	}
	for _, shift := range []int{1, e.out - 1} {
		set := *e.batch.Set
		set.Labels = make([]int32, len(e.batch.Set.Labels))
		for i, l := range e.batch.Set.Labels {
			set.Labels[i] = int32((int(l) + shift) % e.out)
		}
		if d := e.try(variant{spec: e.spec, bug: "labels off by one", says: "this is the gradient for labels that are off by one class", look: "where labels are made into one-hot rows: do classes begin at 0?"},
			dataset.Batch{Set: &set, Rows: e.batch.Rows}); d != nil {
			return d
		}
	}
	for _, shift := range []int{1, e.n - 1} {
		set := e.batch.Set.Subset(e.batch.Rows)
		labels := make([]int32, e.n)
		for i := range labels {
			labels[i] = set.Labels[(i+shift)%e.n]
		}
		moved := *set
		moved.Labels = labels
		if d := e.try(variant{spec: e.spec, bug: "another example's labels", says: "this is the gradient with the labels shifted by one example", look: "whether images and labels are taken with the same indices"}, moved.All()); d != nil {
			return d
		}
	}
	return nil
}

// partOfBatch finds one tensor whose gradient takes a part of the batch only.
func partOfBatch(e *evidence, t *tensorEvidence) *Diagnosis {
	for _, p := range e.parts() {
		grads := e.gradient(e.spec, dataset.Batch{Set: e.batch.Set, Rows: p.rows})
		if grads == nil {
			return nil
		}
		f, ok := factor(t.claimed, at(grads[t.segment.Off:][:t.segment.Len], t.report.Index))
		if share := float64(len(p.rows)) / float64(e.n); ok && (math.Abs(f-1) < 1e-3 || math.Abs(f/share-1) < 1e-3) {
			return &Diagnosis{
				Bug:  "a part of the batch",
				Says: fmt.Sprintf("this is the gradient of %s of the batch only; the sum over the batch is meant", p.name),
				Look: "db = dz.sum(axis=0), not dz[0]; and `=` in place of `+=` in a loop over the examples",
			}
		}
	}
	return nil
}
