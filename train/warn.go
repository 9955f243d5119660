package train

import (
	"context"

	"github.com/gradus-nn/gradus/kernel"
)

// A Warning says in words what is probably wrong and what to try. It never ends a training.
type Warning struct {
	Code string // one of the constants below: each but SaveFailed arises once in a training
	Text string
}

// Codes of warnings.
const (
	RateTooHigh  = "rate-too-high"
	RateTooLow   = "rate-too-low"
	EqualUnits   = "equal-units"   // hidden units begin with the same weights
	SortedData   = "sorted-data"   // batches of a single class
	MissingClass = "missing-class" // a class without examples
	ShiftedLabel = "shifted-label" // labels of the held-out examples are off by one
	Unscaled     = "unscaled"      // features are much larger than 1
	HeldOutWorse = "held-out-worse"
	SaveFailed   = "save-failed"
)

// observer looks for what cannot work.
type observer[F kernel.Float] struct{}

func (r *runner[F]) observeStart(ctx context.Context) error           { return nil }
func (r *runner[F]) observeEpoch(ctx context.Context, e *Epoch) error { return nil }

// warn adds a warning to the history and tells monitors.
func (r *runner[F]) warn(w Warning) {
	r.history.Warnings = append(r.history.Warnings, w)
	for _, m := range r.cfg.Monitors[:r.started] {
		if m, ok := m.(Warner); ok {
			m.Warn(w)
		}
	}
}
