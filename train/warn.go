package train

// A Warning says in words what is probably wrong and what to try. It never ends a training.
type Warning struct {
	Code string `json:"code"` // one of the constants below: each but SaveFailed arises once in a training
	Text string `json:"text"`
}

// Codes of warnings.
const (
	RateTooHigh   = "rate-too-high"
	RateTooLow    = "rate-too-low"
	SquashedTwice = "squashed-twice" // the last layer does what the loss does too
	EqualUnits    = "equal-units"    // hidden units begin with the same weights
	SortedData    = "sorted-data"    // batches of a single class
	MissingClass  = "missing-class"  // a class without examples
	ShiftedLabels = "shifted-labels" // labels are off by one class, or by one example
	Unscaled      = "unscaled"       // features are much larger than 1
	HeldOutWorse  = "held-out-worse" // than the training examples by far
	Divisor       = "divisor"        // regularisers divide by another number than that of the training examples
	OtherVersion  = "other-version"  // a training goes on under another version of the program
	SaveFailed    = "save-failed"
)

// warn adds a warning to the history and tells monitors.
func (r *runner[F]) warn(w Warning) {
	r.history.Warnings = append(r.history.Warnings, w)
	for _, m := range r.cfg.Monitors[:r.started] {
		if m, ok := m.(Warner); ok {
			m.Warn(w)
		}
	}
}

// warned reports whether a warning has arisen, in this run or before it was resumed.
func (r *runner[F]) warned(code string) bool {
	for _, w := range r.history.Warnings {
		if w.Code == code {
			return true
		}
	}
	return false
}
