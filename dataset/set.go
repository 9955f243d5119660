// Package dataset holds examples and walks them in batches.
//
// A [Set] is a table of features with a class or a target for every row. Sets are immutable and cheap to copy:
// Head, Split, Subset and the like are views of the same features. A [Batch] is a list of row numbers; the network
// gathers those rows into its own buffer, so that walking a set copies nothing twice and allocates nothing.
//
// The sets that come with the program are in the packages below: mnist, tabular, synthetic; catalog finds all of
// them by name.
package dataset

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/gradus-nn/gradus/tensor"
)

// A Set is n examples. Either Labels or Targets says what is to be learnt of them:
//
//	X       [n, Width]   features
//	Labels  [n]          a class for each example, 0 to Out-1
//	Targets [n, Out]     one-hot, multi-hot, soft or real targets
//
// Labels[i] and Targets[i*Out:(i+1)*Out] belong to example i of this set. X alone is shared between the views of a set,
// and its rows can be more, and in another order, than the examples: read them with [GatherX] or Example.
type Set struct {
	Name    string
	X       Rows
	Shape   tensor.Shape // of one example
	Labels  []int32      // class of each example; nil when Targets is used
	Classes []string     // class names; nil for regression
	Targets []float32    // target rows; nil when Labels is used
	Out     int          // width of a target row: the number of classes, or of real targets
	Many    bool         // the targets are labels, any number of them an example, even if each has one here
	Unit    float64      // what 1 is in real targets that were scaled, in the unit they were measured in; 0 means 1

	index  []uint32             // index[i] is the row of X that holds example i; nil: all rows in order
	origin func(row int) string // where a row of X comes from; nil: not known
}

// FromLabels returns a set of examples that each belong to one class. A nil shape is the flat one; nil classes are
// named by their numbers, "0" to the largest label. The slices are kept, not copied.
func FromLabels(name string, x Rows, shape tensor.Shape, labels []int32, classes []string) (*Set, error) {
	if classes == nil && len(labels) > 0 {
		classes = Numbered(max(0, int(slices.Max(labels))+1))
	}
	if labels == nil {
		labels = []int32{}
	}
	s := &Set{Name: name, X: x, Shape: shapeOf(x, shape), Labels: labels, Classes: classes, Out: len(classes)}
	return s, s.Check()
}

// FromTargets returns a set with a row of out targets for every example. Classes names the columns of one-hot,
// multi-hot and soft targets and is nil for regression. A nil shape is the flat one. The slices are kept, not copied.
func FromTargets(name string, x Rows, shape tensor.Shape, targets []float32, out int, classes []string) (*Set, error) {
	if targets == nil {
		targets = []float32{}
	}
	s := &Set{Name: name, X: x, Shape: shapeOf(x, shape), Targets: targets, Out: out, Classes: classes}
	return s, s.Check()
}

// maxNumbered bounds the names that FromLabels makes up, lest one wild label cost gigabytes.
const maxNumbered = 1 << 16

// Numbered returns the class names "0", "1", ... "n-1".
func Numbered(n int) []string {
	names := make([]string, min(n, maxNumbered))
	for i := range names {
		names[i] = strconv.Itoa(i)
	}
	return names
}

// Check reports the first way in which the sizes of the set do not fit together or a label is no class.
// It reads the labels but no feature; see [Set.CheckFinite].
func (s *Set) Check() error {
	if s.X == nil {
		return fmt.Errorf("dataset: %s: no features (X is nil)", s.name())
	}
	if err := s.Shape.Check(); err != nil {
		return fmt.Errorf("dataset: %s: %w", s.name(), err)
	}
	if size := s.Shape.Size(); size != s.X.Width() {
		return fmt.Errorf("dataset: %s: an example has %d features, but its shape %v has %d elements", s.name(), s.X.Width(), s.Shape, size)
	}
	if s.Out < 1 {
		return fmt.Errorf("dataset: %s: Out is %d; want the number of classes or of targets, at least 1", s.name(), s.Out)
	}
	if s.Classes != nil && len(s.Classes) != s.Out {
		return fmt.Errorf("dataset: %s: %d class names for %d outputs", s.name(), len(s.Classes), s.Out)
	}
	n := s.Len()
	switch {
	case !addressable(s.X):
		return fmt.Errorf("dataset: %s: %d rows; a set has at most %d", s.name(), s.X.Len(), uint32(math.MaxUint32))
	case s.Labels != nil && s.Targets != nil:
		return fmt.Errorf("dataset: %s: both labels and targets; want one of them", s.name())
	case s.Labels == nil && s.Targets == nil:
		return fmt.Errorf("dataset: %s: neither labels nor targets; want one of them", s.name())
	case s.Labels != nil && len(s.Labels) != n:
		return fmt.Errorf("dataset: %s: %d examples but %d labels", s.name(), n, len(s.Labels))
	case s.Targets != nil && (len(s.Targets)%s.Out != 0 || len(s.Targets)/s.Out != n):
		return fmt.Errorf("dataset: %s: %d examples with %d targets each, but %d target values", s.name(), n, s.Out, len(s.Targets))
	}
	if i := beyond(s.Labels, s.Out); i >= 0 {
		return fmt.Errorf("dataset: %s: example %d has label %d; want 0 to %d", s.name(), i, s.Labels[i], s.Out-1)
	}
	if i := beyond(s.index, s.X.Len()); i >= 0 {
		return fmt.Errorf("dataset: %s: example %d is row %d of a table of %d rows", s.name(), i, s.index[i], s.X.Len())
	}
	return nil
}

// beyond returns the place of the first number that is not one of 0 to n-1, or -1.
func beyond[N int32 | uint32](numbers []N, n int) int {
	largest := uint32(0) // as which a negative number is large, too
	for _, v := range numbers {
		largest = max(largest, uint32(v))
	}
	if len(numbers) == 0 || uint64(largest) < uint64(n) {
		return -1
	}
	return slices.IndexFunc(numbers, func(v N) bool { return uint64(uint32(v)) >= uint64(n) })
}

// CheckFinite reports the first example with a NaN or an infinity among its features or targets. It reads the whole set.
func (s *Set) CheckFinite() error {
	row := make([]float32, s.X.Width())
	one := []int{0}
	for i := range s.Len() {
		one[0] = i
		GatherX(Batch{s, one}, row, 0, 1)
		if !finite(row) {
			return fmt.Errorf("dataset: %s: example %d has a feature that is not a finite number", s.name(), i)
		}
		if s.Targets != nil && !finite(s.Targets[i*s.Out:(i+1)*s.Out]) {
			return fmt.Errorf("dataset: %s: example %d has a target that is not a finite number", s.name(), i)
		}
	}
	return nil
}

// Len returns the number of examples.
func (s *Set) Len() int {
	if s.index != nil {
		return len(s.index)
	}
	return s.X.Len()
}

// Example returns the features of example i, in a new slice.
func (s *Set) Example(i int) []float32 {
	x := make([]float32, s.X.Width())
	s.X.Gather32(x, []int{s.Row(i)})
	return x
}

// Target returns the target row of example i, in a new slice; a label becomes a one-hot row.
func (s *Set) Target(i int) []float32 {
	t := make([]float32, s.Out)
	GatherT(Batch{s, []int{i}}, t, 0, 1)
	return t
}

// Label returns the class of example i: its label, or where there are targets over classes, the first of the largest.
// It is -1 for a set without classes (regression).
func (s *Set) Label(i int) int {
	if s.Labels != nil {
		return int(s.Labels[i])
	}
	if s.Classes == nil {
		return -1
	}
	t := s.Targets[i*s.Out : (i+1)*s.Out]
	best := 0
	for j, v := range t {
		if v > t[best] {
			best = j
		}
	}
	return best
}

// ClassName returns the name of class c, or its number where classes have no names.
func (s *Set) ClassName(c int) string {
	if c >= 0 && c < len(s.Classes) {
		return s.Classes[c]
	}
	return strconv.Itoa(c)
}

// OneHot returns the same examples with one-hot target rows in place of labels; a set that has targets is returned as it is.
func (s *Set) OneHot() *Set {
	if s.Labels == nil {
		return s
	}
	t := *s
	t.Targets = make([]float32, len(s.Labels)*s.Out)
	for i, l := range s.Labels {
		t.Targets[i*s.Out+int(l)] = 1
	}
	t.Labels = nil
	return &t
}

// WithShape returns the same examples seen with another shape of as many elements, [1 28 28] in place of [784].
func (s *Set) WithShape(shape tensor.Shape) (*Set, error) {
	t := *s
	t.Shape = shape
	return &t, t.Check()
}

// WithRows returns the same examples with other features: x has a row for every row of s.X, as a wrapper that scales has.
func (s *Set) WithRows(x Rows, shape tensor.Shape) (*Set, error) {
	if x.Len() != s.X.Len() {
		return nil, fmt.Errorf("dataset: %s: the new features have %d rows; want %d", s.name(), x.Len(), s.X.Len())
	}
	t := *s
	t.X, t.Shape = x, shapeOf(x, shape)
	return &t, t.Check()
}

// WithName returns the same set under another name.
func (s *Set) WithName(name string) *Set {
	t := *s
	t.Name = name
	return &t
}

// name returns the name for a message.
func (s *Set) name() string {
	if s.Name == "" {
		return "unnamed set"
	}
	return s.Name
}

// String describes the set in a line: "iris: 150 examples, 4 → 3 classes".
func (s *Set) String() string {
	what := "targets"
	if s.Classes != nil || s.Labels != nil {
		what = "classes"
	}
	return fmt.Sprintf("%s: %d examples, %v → %d %s", s.name(), s.Len(), s.Shape, s.Out, what)
}
