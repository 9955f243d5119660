// Package diagnose names the mistake behind a wrong gradient: it compares the pattern of the mismatch with the mistakes
// that people make.
//
// A rule is a line in the table below and a function in the file of its family. Rules about the whole gradient come first, since
// one mistake often spoils all tensors; what they leave open is explained tensor by tensor.
package diagnose

import (
	"fmt"
	"strings"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/gradcheck"
	"github.com/gradus-nn/gradus/nn"
)

// A Diagnosis names a mistake.
type Diagnosis struct {
	Bug     string   `json:"bug"`            // in a few words: "the mean over the batch is missing"
	Tensors []string `json:"tensors"`        // what it explains
	Says    string   `json:"says"`           // in a sentence: what shows
	Look    string   `json:"look,omitempty"` // the line to look at, as it should be
}

// String returns the diagnosis in a line or two.
func (d Diagnosis) String() string {
	text := fmt.Sprintf("%s: %s", strings.Join(d.Tensors, ", "), d.Says)
	if d.Look != "" {
		text += "; look at " + d.Look
	}
	return text
}

// Unknown is the Bug of a mismatch that no rule explains.
const Unknown = "no known pattern"

// A Claim is a gradient as somebody else's program has it, if it has not the shape of its tensor.
type Claim struct {
	Shape  []int
	Values []float64
}

// Gradient explains the tensors that report calls wrong. The network must be where it was when report was made.
// misshapen holds, by the names of their tensors, gradients that could not be compared because of their shape; it may be nil.
func Gradient(net *nn.Net[float64], b dataset.Batch, report gradcheck.Report, misshapen map[string]Claim) []Diagnosis {
	e := newEvidence(net, b, report, misshapen)
	var all []Diagnosis
	for _, rule := range shapeRules {
		all = append(all, e.each(rule)...)
	}
	for _, rule := range wholeRules {
		if len(e.open()) == 0 {
			return all
		}
		if d := rule(e); d != nil {
			for _, t := range e.open() {
				d.Tensors = append(d.Tensors, t.name())
				t.explained = true
			}
			return append(all, *d)
		}
	}
	for _, rule := range tensorRules {
		all = append(all, e.each(rule)...)
	}
	return append(all, e.each(unknown)...)
}

// A wholeRule explains the whole gradient by one mistake. It leaves Tensors to the caller.
type wholeRule func(e *evidence) *Diagnosis

// A tensorRule explains one tensor by itself.
type tensorRule func(e *evidence, t *tensorEvidence) *Diagnosis

// The rules, most telling first. A new one is a line here.
var (
	shapeRules = []tensorRule{printedShape, notSummed, transposedShape, otherShape}

	wholeRules = []wholeRule{zeroEverywhere, scaledEverywhere, reusedBias, otherLoss, wrongDerivative, wrongWeights, otherExamples}

	tensorRules = []tensorRule{
		notFinite, zero, swapped, scaled, otherPenalty, regularizedBias, imprecise, transposed, permuted, partlyZero, partOfBatch,
	}
)

// each applies a rule to what is not explained yet, and puts tensors with the same diagnosis together.
func (e *evidence) each(rule tensorRule) []Diagnosis {
	var all []Diagnosis
next:
	for _, t := range e.open() {
		d := rule(e, t)
		if d == nil {
			continue
		}
		t.explained = true
		for i := range all {
			if all[i].Bug == d.Bug && all[i].Says == d.Says {
				all[i].Tensors = append(all[i].Tensors, t.name())
				continue next
			}
		}
		d.Tensors = []string{t.name()}
		all = append(all, *d)
	}
	return all
}

// imprecise finds gradients that are right but for their last digits.
func imprecise(_ *evidence, t *tensorEvidence) *Diagnosis {
	d := distance(t.claimed, t.right)
	if !(d < near) {
		return nil
	}
	return &Diagnosis{
		Bug:  "imprecise",
		Says: fmt.Sprintf("the gradient is right but for a relative error of %.1g: it was computed in float32, by differences with a coarse step, or from a loss with another small constant (log(y + 1e-7))", d),
		Look: "float64 throughout; or check with a larger --tolerance",
	}
}

// unknown says what can be said of any mismatch.
func unknown(_ *evidence, t *tensorEvidence) *Diagnosis {
	return &Diagnosis{
		Bug: Unknown,
		Says: fmt.Sprintf("the shape is right and the numbers are not (relative error %.2g, cosine %.2f): a check that compares shapes would not see it",
			distance(t.claimed, t.right), cosine(t.claimed, t.right)),
		Look: "the lines that make it, from the last layer backwards: the first wrong tensor is nearest to the mistake",
	}
}
