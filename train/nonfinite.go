package train

import (
	"fmt"
	"math"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/kernel"
)

// A NonFiniteError says that a training has left the realm of numbers: its loss or its weights have become NaN or
// infinite. No checkpoint is written from there on, so the last good one remains.
type NonFiniteError struct {
	Step  int     // the step that met it, from 1
	Epoch int     // from 1
	Where string  // the first place in the order of computation: "the output of layer 2 (dense)"
	Loss  float64 // of that step
	Rate  float64 // learning rate
}

func (e *NonFiniteError) Error() string {
	return fmt.Sprintf("train: step %d (epoch %d): %s is not finite any more, the loss is %v; try a lower learning rate than %v, or clip the gradients", e.Step, e.Epoch, e.Where, e.Loss, e.Rate)
}

// nonFinite names the place where the last gradient met a number that is not finite.
func (r *runner[F]) nonFinite(loss float64) error {
	where := r.net.NonFinite(r.rows)
	if where == "" {
		where = "the loss"
	}
	if where == "the input" {
		if err := dataset.RowsErr(r.set.X); err != nil {
			return fmt.Errorf("train: %w", err)
		}
		return fmt.Errorf("train: step %d (epoch %d): %s has a feature that is not a finite number; remove or fill in such examples", r.history.Steps+1, len(r.history.Epochs)+1, r.set.Name)
	}
	return &NonFiniteError{Step: r.history.Steps + 1, Epoch: len(r.history.Epochs) + 1, Where: where, Loss: loss, Rate: r.rate}
}

// checkFinite looks at the weights and the state after an update.
func (r *runner[F]) checkFinite(loss float64) error {
	if kernel.AllFinite(r.net.Params()) && kernel.AllFinite(r.net.State()) {
		return nil
	}
	err := &NonFiniteError{Step: r.history.Steps, Epoch: len(r.history.Epochs) + 1, Loss: loss, Rate: r.rate}
	for _, s := range r.net.Segments() {
		if !kernel.AllFinite(r.net.Params()[s.Off : s.Off+s.Len]) {
			err.Where = fmt.Sprintf("parameter %s of %s", s.Name, s.Layer)
			return err
		}
	}
	for _, s := range r.net.StateSegments() {
		if !kernel.AllFinite(r.net.State()[s.Off : s.Off+s.Len]) {
			err.Where = fmt.Sprintf("state %s of %s", s.Name, s.Layer)
		}
	}
	return err
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
