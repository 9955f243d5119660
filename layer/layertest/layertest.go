// Package layertest examines layers: whoever writes one runs Check on it, or Examine in a test, and knows that it
// keeps the contract of package layer.
//
// The examination covers, for both precisions:
//
//   - gradients against numerical ones, in float64, and float32 results against float64 ones
//   - a row alone gives the bits of the same row in a batch, and a NaN in one row stays there
//   - any split into shares, of rows or of parameters, gives the same bits, and no share writes outside its part
//   - outputs are overwritten, whatever they held; inputs and parameters are left alone
//   - nobody may want DX, and the parameters' gradients are the same then
//   - Forward, Backward and Gradient do not allocate
//   - a fused operation gives the bits of the two that it stands for
package layertest

import (
	"errors"
	"fmt"
	"testing"

	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/tensor"
)

// Examine reports every fault that Check finds.
func Examine(t *testing.T, l layer.Layer, in tensor.Shape) {
	t.Helper()
	if err := Check(l, in); err != nil {
		t.Errorf("%s on [%v]: %v", l.Kind(), in, err)
	}
}

// Check examines l for the input shape in, and the layers inside it, and returns all faults that it finds.
// It draws inputs of magnitude 0.1 to 2, so that a kink at 0 is out of the differences' reach.
func Check(l layer.Layer, in tensor.Shape) error {
	plan, err := l.Plan(in)
	if err != nil {
		return err
	}
	if plan.Branches != nil {
		return checkContainer(plan, in)
	}
	if err := checkPlan(plan, in); err != nil || plan.F32 == nil {
		return err
	}
	return errors.Join(
		checkOp(plan, plan.F32, in.Size()),
		checkOp(plan, plan.F64, in.Size()),
		checkGradient(plan, in.Size()),
		checkPrecision(plan, in.Size()),
	)
}

// checkPlan looks at what a plan says about itself.
func checkPlan(p layer.Plan, in tensor.Shape) error {
	if err := p.Out.Check(); err != nil {
		return fmt.Errorf("plan's Out: %w", err)
	}
	if (p.F32 == nil) != (p.F64 == nil) {
		return errors.New("has an operation in one precision only")
	}
	if p.F32 == nil && (p.Out.Size() != in.Size() || len(p.Params)+len(p.State) > 0) {
		return fmt.Errorf("has no operation, yet makes [%v] of [%v] with %d parameters", p.Out, in, len(p.Params))
	}
	if _, learns := p.F32.(layer.Learner[float32]); !learns && len(p.Params) > 0 {
		return errors.New("has parameters, but its float32 operation is no Learner")
	}
	if _, learns := p.F64.(layer.Learner[float64]); !learns && len(p.Params) > 0 {
		return errors.New("has parameters, but its float64 operation is no Learner")
	}
	names := map[string]bool{}
	for _, q := range append(append([]layer.Param{}, p.Params...), p.State...) {
		if err := q.Shape.Check(); err != nil {
			return fmt.Errorf("%s: %w", q.Name, err)
		}
		if q.Name == "" || names[q.Name] {
			return fmt.Errorf("parameter name %q is empty or taken twice", q.Name)
		}
		names[q.Name] = true
	}
	return nil
}
