package scores

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// A Suspect is an example whose label looks wrong.
type Suspect struct {
	Index  int     // of the example, in the order of Add
	Label  int     // that it has
	Looks  int     // that it looks like
	Own    float64 // probability of the label that it has
	Likely float64 // probability of the one that it looks like
}

// Suspects looks for wrong labels by confident learning (Northcutt, Jiang & Chuang 2021): an example is suspect if a model takes it
// for another class at least as surely as it takes the examples of that class on average for what they are. The probabilities
// should come from a model that has not been trained on the example.
type Suspects struct {
	sum, n []float64 // of the examples of each class: probabilities of it, and how many there are
	added  int
	kept   int // probabilities in doubts
	doubts []doubts
}

// Doubts are examples of which another class than their own is likelier: no other can turn out to be suspect. They are kept in blocks,
// which are never copied, so that there is never more memory than what they take.
type doubts struct {
	index, label []int32
	p            []float32 // [examples, classes]
}

// blockProbabilities is how many probabilities a block of doubts holds.
const blockProbabilities = 1 << 14

// NewSuspects returns a judge of labels.
func NewSuspects(classes int) *Suspects {
	return &Suspects{sum: make([]float64, classes), n: make([]float64, classes)}
}

// Add takes an example with its label and the probabilities of all classes.
func (s *Suspects) Add(label int, p []float32) error {
	s.sum[label] += float64(p[label])
	s.n[label]++
	s.added++
	if !slices.ContainsFunc(p, func(v float32) bool { return v > p[label] }) {
		return nil
	}
	if s.kept += len(p); s.kept > keptAnswers {
		return fmt.Errorf("suspect labels are looked for among %d probabilities at most of examples that look wrong, and these are more: judge a part of the data", keptAnswers)
	}
	if k := len(s.doubts); k == 0 || len(s.doubts[k-1].index) == cap(s.doubts[k-1].index) {
		rows := max(1, blockProbabilities/len(p))
		s.doubts = append(s.doubts, doubts{make([]int32, 0, rows), make([]int32, 0, rows), make([]float32, 0, rows*len(p))})
	}
	d := &s.doubts[len(s.doubts)-1]
	d.index, d.label, d.p = append(d.index, int32(s.added-1)), append(d.label, int32(label)), append(d.p, p...)
	return nil
}

// Find returns how many labels are suspect, and of them the worst, at most so many: those whose other class is likelier than their own
// by most.
func (s *Suspects) Find(most int) (all int, worst []Suspect) {
	found := NewWorst(most, func(a, b Suspect) int { return cmp.Compare(b.Likely-b.Own, a.Likely-a.Own) })
	classes := len(s.n)
	for _, d := range s.doubts {
		for i, label := range d.label {
			p := d.p[i*classes : (i+1)*classes]
			if looks := s.looksLike(p); looks >= 0 && p[looks] > p[label] {
				found.Add(Suspect{int(d.index[i]), int(label), looks, float64(p[label]), float64(p[looks])})
			}
		}
	}
	return found.Given(), found.List()
}

// looksLike returns the likeliest of the classes that are as likely as they are on average to examples of their own; -1 if none is.
func (s *Suspects) looksLike(p []float32) int {
	looks := -1
	for c, v := range p {
		if s.n[c] > 0 && float64(v)*s.n[c] >= s.sum[c] && (looks < 0 || v > p[looks]) {
			looks = c
		}
	}
	return looks
}

// An Odd number is one that is far from what a model says.
type Odd struct {
	Index int
	Error float64 // of the model: what it says less what the number is
	Times float64 // the error in robust deviations of all errors
}

// oddFrom is how many deviations make a number odd: of normal errors one in 16,000 is as far.
const oddFrom = 4

// FindOdd returns how many errors are further from their median than 4 robust deviations (1.4826 times the median distance from the
// median, which is the standard deviation where errors are normal), and the worst of them.
func FindOdd(errors []float64, most int) (all int, worst []Odd) {
	if len(errors) == 0 {
		return 0, nil
	}
	sorted := slices.Clone(errors)
	center := median(sorted)
	for i, e := range errors {
		sorted[i] = math.Abs(e - center)
	}
	const normal = 1.4826
	unit := normal * median(sorted)
	if !(unit > 0) {
		return 0, nil
	}
	found := NewWorst(most, func(a, b Odd) int { return cmp.Compare(b.Times, a.Times) })
	for i, e := range errors {
		if d := math.Abs(e - center); d > oddFrom*unit {
			found.Add(Odd{i, e, d / unit})
		}
	}
	return found.Given(), found.List()
}

// median sorts the values.
func median(values []float64) float64 {
	slices.Sort(values)
	n := len(values)
	return values[(n-1)/2]/2 + values[n/2]/2
}
