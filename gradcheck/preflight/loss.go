package preflight

import (
	"fmt"
	"math"
	"slices"

	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/optim"
)

// initialLoss compares the first loss with that of a network that gives all answers the same probability: ln(classes).
func initialLoss(f *flight) (Finding, error) {
	var want float64
	var text string
	switch f.spec.Loss.(type) {
	case loss.SoftmaxCrossEntropy:
		want, text = math.Log(float64(f.net.Out())), fmt.Sprintf("ln %d", f.net.Out())
	case loss.BinaryCrossEntropy:
		want, text = float64(f.net.Out())*math.Ln2, fmt.Sprintf("%d·ln 2", f.net.Out())
	default:
		return Finding{}, nil
	}
	have := f.net.Loss(f.set.All())
	d := Finding{Name: "initial loss", OK: true, Says: fmt.Sprintf("%.4g; a network that knows nothing has %s = %.4g", have, text, want)}
	switch {
	case !(have <= 2*want):
		d.OK = false
		d.Says += ": the initial weights make it sure of wrong answers; are they too large, or the inputs unscaled?"
	case have < want/2:
		d.OK = false
		d.Says += ": it knows answers that it has not learnt; are the labels among the inputs?"
	}
	return d, nil
}

// labelsMatter gives every example another's target and looks whether the loss changes.
func labelsMatter(f *flight) (Finding, error) {
	n := f.set.Len()
	other := *f.set
	if other.Labels != nil {
		other.Labels = append(slices.Clone(f.set.Labels[1:n]), f.set.Labels[0])
	} else {
		other.Targets = append(slices.Clone(f.set.Targets[f.set.Out:]), f.set.Targets[:f.set.Out]...)
	}
	if slices.Equal(other.Labels, f.set.Labels) && slices.Equal(other.Targets, f.set.Targets) {
		return Finding{Name: "labels", OK: true, Says: "cannot be checked here: all examples of the batch have the same target"}, nil
	}
	// Single examples are compared, since a mean may stay the same by chance where weights are equal.
	for i := range n {
		here, there := f.net.Loss(f.set.Subset([]int{i}).All()), f.net.Loss(other.Subset([]int{i}).All())
		if math.Abs(here-there) > 1e-12*math.Abs(here) {
			return Finding{Name: "labels", OK: true, Says: "the loss changes when labels are exchanged"}, nil
		}
	}
	return Finding{Name: "labels", Bug: true, Says: "the loss stays the same when labels are exchanged: it does not depend on them; is the target overwritten by the prediction?"}, nil
}

// memorySteps is how many steps a batch is learnt for, and memoryRate how fast, by Adam.
const (
	memorySteps = 500
	memoryRate  = 0.01
)

// byHeart trains on the one batch alone, without penalties. A network that cannot learn even that has a bug.
func byHeart(f *flight) (Finding, error) {
	spec := f.spec
	spec.Regularizers = nil
	net, err := nn.Compile[float64](spec, nn.Config{Batch: f.set.Len(), Seed: f.cfg.Seed, Threads: f.cfg.Threads})
	if err != nil {
		return Finding{}, err
	}
	defer net.Close()
	steps := f.cfg.Steps
	if steps == 0 {
		steps = memorySteps
	}
	stepper, b := net.NewStepper(optim.NewAdam(memoryRate)), f.set.All()
	first := net.Gradient(b)
	last, step := first, 0
	for ; step < steps && last > first/100 && !math.IsNaN(last); step++ {
		net.Update(stepper, memoryRate)
		last = net.Gradient(b)
	}
	d := Finding{Name: "one batch by heart", OK: last <= first/10,
		Says: fmt.Sprintf("the loss of %d examples fell from %.4g to %.4g in %d steps", f.set.Len(), first, last, step)}
	if !d.OK {
		d.Says += ": it cannot learn even these; look for a wrong gradient, labels that contradict each other, dead units, or too few units"
	}
	return d, nil
}
