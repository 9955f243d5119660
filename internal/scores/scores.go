// Package scores judges a classifier in detail: which class it takes for which, and precision, recall and F1 of each.
package scores

import (
	"context"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/nn"
)

// A Confusion counts how often each true class was taken for each.
type Confusion struct {
	Classes []string
	counts  []int // [true, predicted]
}

// NewConfusion returns a confusion without examples.
func NewConfusion(classes []string) *Confusion {
	return &Confusion{classes, make([]int, len(classes)*len(classes))}
}

// Confuse runs the network over a set of classes.
func Confuse(ctx context.Context, net *nn.Net[float32], set *dataset.Set) (*Confusion, error) {
	c := NewConfusion(names(set))
	err := net.Each(ctx, set, func(i int, p []float32, _ float64) { c.Add(set.Label(i), nn.Argmax(p)) })
	return c, err
}

// names returns the names of all classes of a set, made up where it has none.
func names(set *dataset.Set) []string {
	all := make([]string, set.Out)
	for i := range all {
		all[i] = set.ClassName(i)
	}
	return all
}

// Add counts an example.
func (c *Confusion) Add(truth, predicted int) { c.counts[truth*len(c.Classes)+predicted]++ }

// Count returns how many examples of class truth were taken for predicted.
func (c *Confusion) Count(truth, predicted int) int { return c.counts[truth*len(c.Classes)+predicted] }

// Total returns the number of examples, and how many of them were right.
func (c *Confusion) Total() (n, correct int) {
	for i := range c.Classes {
		for j := range c.Classes {
			n += c.Count(i, j)
		}
		correct += c.Count(i, i)
	}
	return n, correct
}

// A Score is how well one class is told from the others. A share of nothing is 0, as scikit-learn has it.
type Score struct {
	Class     string  `json:"class"`
	Examples  int     `json:"examples"`  // that are of the class
	Predicted int     `json:"predicted"` // that were taken for it
	Correct   int     `json:"correct"`
	Precision float64 `json:"precision"` // Correct / Predicted
	Recall    float64 `json:"recall"`    // Correct / Examples
	F1        float64 `json:"f1"`        // 2·Precision·Recall / (Precision + Recall)
}

// Scores returns the score of every class.
func (c *Confusion) Scores() []Score {
	all := make([]Score, len(c.Classes))
	for i, name := range c.Classes {
		s := Score{Class: name, Correct: c.Count(i, i)}
		for j := range c.Classes {
			s.Examples += c.Count(i, j)
			s.Predicted += c.Count(j, i)
		}
		s.Precision = share(float64(s.Correct), float64(s.Predicted))
		s.Recall = share(float64(s.Correct), float64(s.Examples))
		s.F1 = share(2*s.Precision*s.Recall, s.Precision+s.Recall)
		all[i] = s
	}
	return all
}

// Macro returns the mean of precision, recall and F1 over the classes, each counting the same.
func Macro(all []Score) (m Score) {
	m.Class = "macro"
	for _, s := range all {
		m.Examples += s.Examples
		m.Predicted += s.Predicted
		m.Correct += s.Correct
		m.Precision += s.Precision / float64(len(all))
		m.Recall += s.Recall / float64(len(all))
		m.F1 += s.F1 / float64(len(all))
	}
	return m
}

func share(part, whole float64) float64 {
	if whole == 0 {
		return 0
	}
	return part / whole
}
