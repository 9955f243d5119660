package gradcheck

import (
	"fmt"
	"strconv"
	"strings"
)

// A Verdict is the outcome of a check.
type Verdict uint8

const (
	OK        Verdict = iota
	Unchecked         // no numerical gradient can be had here: neither right nor wrong
	Wrong
)

func (v Verdict) String() string {
	return [...]string{"ok", "cannot check here", "wrong"}[v]
}

// A Report holds what was found about every tensor, in the order of the slab.
type Report struct {
	Tensors   []Tensor
	Cost      float64 // the objective at the point of the check
	Tolerance float64
}

// A Tensor is what was found about one tensor of parameters. Backprop, Numeric and NumericError belong to the
// coordinates at the positions Index, counted in row-major order.
type Tensor struct {
	Name  string // "layer0.W"
	Layer string // "layer 0 (dense)"
	Shape []int

	Index        []int
	Backprop     []float64 // the gradient that was checked
	Numeric      []float64 // the numerical one
	NumericError []float64 // its own estimated error

	Relative float64 // largest relative error of the coordinates that could be checked
	Worst    int     // where it is: a position in Index, or -1 if none could be checked
	Wrong    int     // coordinates that differ by more than the tolerance

	// Coordinates that could not be checked:
	OnKink     int // the cost bends here (ReLU, max, |x|, coarse rounding): derivatives from the left and from the right differ
	InRounding int // the cost is too rough in float64 to tell
	NotFinite  int // the cost is no finite number

	// Degenerate is the title of a layer that looks across the examples of a batch (batch normalisation) where there is
	// only one: nothing can be said about the tensor then. It is empty otherwise.
	Degenerate string

	Misshapen []int // the shape of a claim that has another shape than the tensor, which makes it wrong; nil otherwise
}

// Verdict returns Wrong if any coordinate is, and Unchecked if most could not be checked.
func (t Tensor) Verdict() Verdict {
	switch {
	case t.Misshapen != nil:
		return Wrong
	case t.Degenerate != "":
		return Unchecked
	case t.Wrong > 0:
		return Wrong
	case 2*(t.OnKink+t.InRounding+t.NotFinite) > len(t.Index):
		return Unchecked
	}
	return OK
}

// At returns the coordinates of position k of Index in the tensor.
func (t Tensor) At(k int) []int {
	at, i := make([]int, len(t.Shape)), t.Index[k]
	for axis := len(t.Shape) - 1; axis >= 0; axis-- {
		at[axis] = i % t.Shape[axis]
		i /= t.Shape[axis]
	}
	return at
}

// Remark says in words what the figures do not.
func (t Tensor) Remark() string {
	if t.Misshapen != nil {
		return fmt.Sprintf("the gradient has the shape [%s]", shapeText(t.Misshapen))
	}
	if t.Verdict() == Wrong {
		return fmt.Sprintf("%d of %d differ, most at %v: %.6g by backpropagation, %.6g numerically",
			t.Wrong, len(t.Index), t.At(t.Worst), t.Backprop[t.Worst], t.Numeric[t.Worst])
	}
	if t.Degenerate != "" {
		return "a batch of one example makes " + t.Degenerate + " degenerate; try two examples or more"
	}
	var parts []string
	for _, reason := range []struct {
		count int
		words string
	}{
		{t.OnKink, "on a kink of the cost (ReLU, max, |x|), where left and right derivatives differ"},
		{t.InRounding, "lost in the rounding of the cost"},
		{t.NotFinite, "where the cost is not finite"},
	} {
		if reason.count > 0 {
			parts = append(parts, fmt.Sprintf("%d of %d %s", reason.count, len(t.Index), reason.words))
		}
	}
	return strings.Join(parts, "; ")
}

// Verdict returns the worst verdict of all tensors.
func (r Report) Verdict() Verdict {
	worst := OK
	for _, t := range r.Tensors {
		worst = max(worst, t.Verdict())
	}
	return worst
}

// OK reports whether no gradient is wrong.
func (r Report) OK() bool { return r.Verdict() != Wrong }

// Worst returns the tensor with the largest relative error among those of the worst verdict; nil if there is none.
func (r Report) Worst() *Tensor {
	var worst *Tensor
	for i := range r.Tensors {
		t := &r.Tensors[i]
		if worst == nil || t.Verdict() > worst.Verdict() || t.Verdict() == worst.Verdict() && t.Relative > worst.Relative {
			worst = t
		}
	}
	return worst
}

// String returns a table, a line a tensor:
//
//	layer0.W  784x30  6.0e-08  ok
func (r Report) String() string {
	name, shape := 0, 0
	for _, t := range r.Tensors {
		name, shape = max(name, len(t.Name)), max(shape, len(shapeText(t.Shape)))
	}
	var b strings.Builder
	for _, t := range r.Tensors {
		relative := "      -"
		if t.Worst >= 0 && t.Misshapen == nil {
			relative = fmt.Sprintf("%7.1e", t.Relative)
		}
		fmt.Fprintf(&b, "%-*s  %-*s  %s  %s", name, t.Name, shape, shapeText(t.Shape), relative, t.Verdict())
		if remark := t.Remark(); remark != "" {
			fmt.Fprintf(&b, ": %s", remark)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// Summary returns the report in one sentence.
func (r Report) Summary() string {
	counts, coordinates := [3]int{}, 0
	for _, t := range r.Tensors {
		counts[t.Verdict()]++
		coordinates += len(t.Index)
	}
	worst := r.Worst()
	switch {
	case worst == nil:
		return "no parameters to check"
	case counts[Wrong] > 0:
		return fmt.Sprintf("%d of %d tensors have a wrong gradient; the worst is %s of %s", counts[Wrong], len(r.Tensors), worst.Name, worst.Layer)
	case counts[Unchecked] > 0:
		return fmt.Sprintf("no gradient is wrong, but %d of %d tensors cannot be checked here; try other parameters (another seed) or more examples", counts[Unchecked], len(r.Tensors))
	}
	return fmt.Sprintf("all %d tensors are right: %d coordinates, largest relative error %.1e in %s", len(r.Tensors), coordinates, worst.Relative, worst.Name)
}

func shapeText(shape []int) string {
	parts := make([]string, len(shape))
	for i, d := range shape {
		parts[i] = strconv.Itoa(d)
	}
	return strings.Join(parts, "x")
}
