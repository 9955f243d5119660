package diagnose

import (
	"math"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/gradcheck"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
)

// evidence is what the rules see.
type evidence struct {
	net     *nn.Net[float64]
	batch   dataset.Batch
	spec    nn.Spec // without the wrappers that plant faults
	tensors []*tensorEvidence
	n, out  int
}

// tensorEvidence is what is known about one tensor, at the positions index.
type tensorEvidence struct {
	report    gradcheck.Tensor
	segment   nn.Segment
	claimed   []float64
	right     []float64 // the numerical gradient
	w         []float64 // the parameters
	whole     bool      // all positions are there, in order
	wrong     bool
	explained bool
	misshapen *Claim
}

func (t *tensorEvidence) name() string { return t.segment.Name }

// bias reports whether the tensor is a vector added to a layer's output.
func (t *tensorEvidence) bias() bool { return len(t.segment.Shape) == 1 }

func newEvidence(net *nn.Net[float64], b dataset.Batch, report gradcheck.Report, misshapen map[string]Claim) *evidence {
	e := &evidence{net: net, batch: b, spec: bare(net.Spec()), n: b.Len(), out: net.Out()}
	for i, s := range net.Segments() {
		r := report.Tensors[i]
		t := &tensorEvidence{
			report: r, segment: s, claimed: r.Backprop, right: r.Numeric,
			w: at(net.Params()[s.Off:s.Off+s.Len], r.Index), whole: len(r.Index) == s.Len,
			wrong: r.Verdict() == gradcheck.Wrong,
		}
		if c, ok := misshapen[s.Name]; ok {
			t.misshapen, t.wrong = &c, true
		}
		e.tensors = append(e.tensors, t)
	}
	return e
}

// open lists the wrong tensors that no rule has explained yet.
func (e *evidence) open() (list []*tensorEvidence) {
	for _, t := range e.tensors {
		if t.wrong && !t.explained {
			list = append(list, t)
		}
	}
	return list
}

// compared lists the tensors that have numbers to compare.
func (e *evidence) compared() (list []*tensorEvidence) {
	for _, t := range e.tensors {
		if t.misshapen == nil && t.report.Verdict() != gradcheck.Unchecked {
			list = append(list, t)
		}
	}
	return list
}

// bare returns the spec with the layers and the loss that wrappers say they are made of: a wrapper has a method
// Unwrap() layer.Layer, or Unwrap() loss.Loss.
func bare(s nn.Spec) nn.Spec {
	layers := make([]layer.Layer, len(s.Layers))
	for i, l := range s.Layers {
		for w, ok := l.(interface{ Unwrap() layer.Layer }); ok; w, ok = l.(interface{ Unwrap() layer.Layer }) {
			l = w.Unwrap()
		}
		layers[i] = l
	}
	s.Layers = layers
	for w, ok := s.Loss.(interface{ Unwrap() loss.Loss }); ok; w, ok = s.Loss.(interface{ Unwrap() loss.Loss }) {
		s.Loss = w.Unwrap()
	}
	return s
}

// gradient returns the gradient that a variant of the network has on a batch with the same parameters; nil if there is
// no such network.
func (e *evidence) gradient(spec nn.Spec, b dataset.Batch) []float64 {
	cfg := e.net.Config()
	net, err := nn.Compile[float64](spec, cfg)
	if err != nil || len(net.Params()) != len(e.net.Params()) || net.Trainable() != nil || net.Fits(b.Set) != nil {
		return nil
	}
	defer net.Close()
	copy(net.Params(), e.net.Params())
	copy(net.State(), e.net.State())
	net.SetSteps(e.net.Steps())
	net.Gradient(b)
	return net.Grads()
}

// near is the distance within which a claimed gradient counts as the one that a mistake would make: claims come in
// float32, too.
const near = 1e-4

// matches reports whether the claimed gradient is alt in every tensor, up to a common factor, which it returns.
func (e *evidence) matches(alt []float64) (factor float64, ok bool) {
	if alt == nil {
		return 0, false
	}
	var ac, aa float64
	for _, t := range e.compared() {
		a := at(alt[t.segment.Off:][:t.segment.Len], t.report.Index)
		ac, aa = ac+dot(a, t.claimed), aa+dot(a, a)
	}
	if aa == 0 {
		return 0, false
	}
	factor = ac / aa
	if math.Abs(factor-1) < near {
		factor = 1
	}
	for _, t := range e.compared() {
		a := scale(factor, at(alt[t.segment.Off:][:t.segment.Len], t.report.Index))
		if !(distance(t.claimed, a) < near) {
			return 0, false
		}
	}
	return factor, true
}

func at(values []float64, index []int) []float64 {
	picked := make([]float64, len(index))
	for k, i := range index {
		picked[k] = values[i]
	}
	return picked
}

func dot(a, b []float64) (sum float64) {
	for i, v := range a {
		sum += float64(v * b[i])
	}
	return sum
}

func norm(a []float64) float64 { return math.Sqrt(dot(a, a)) }

func scale(f float64, a []float64) []float64 {
	scaled := make([]float64, len(a))
	for i, v := range a {
		scaled[i] = f * v
	}
	return scaled
}

func minus(a, b []float64) []float64 {
	d := make([]float64, len(a))
	for i, v := range a {
		d[i] = v - b[i]
	}
	return d
}

// distance is |a - b| relative to the larger of the two.
func distance(a, b []float64) float64 {
	d := norm(minus(a, b))
	if d == 0 {
		return 0
	}
	return d / max(norm(a), norm(b))
}

func cosine(a, b []float64) float64 {
	if norm(a) == 0 || norm(b) == 0 {
		return 0
	}
	return dot(a, b) / norm(a) / norm(b)
}
