package train

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// finish says why the training ended, tells monitors, and puts the best weights in place.
func (r *runner[F]) finish(ctx context.Context, err error) error {
	h := r.history
	h.Seconds = r.seconds()
	switch {
	case err == nil && h.Steps < r.total:
		h.Stopped = EarlyStop
		h.Why = fmt.Sprintf("%s has not been better than at epoch %d for %d evaluations", r.cfg.Watch, h.Best.Epoch, r.waited)
	case err == nil:
		h.Stopped, h.Why = Finished, fmt.Sprintf("all %d steps are done", h.Steps)
	case errors.Is(err, Stop):
		h.Stopped, h.Why, err = Stopped, err.Error(), nil
	case ctx.Err() != nil && errors.Is(err, ctx.Err()):
		h.Stopped, h.Why = Interrupted, err.Error()
	default:
		h.Stopped, h.Why = Failed, err.Error()
	}
	f := &Finish{Live: r.live(), History: h, Err: err}
	errs := []error{err}
	for _, m := range r.cfg.Monitors[:r.started] {
		if m, ok := m.(Finisher); ok {
			errs = append(errs, m.Finish(f))
		}
	}
	if r.cfg.RestoreBest && r.bestParams != nil && h.Stopped != Interrupted && h.Stopped != Failed {
		copy(r.net.Params(), r.bestParams)
		copy(r.net.State(), r.bestState)
		h.Restored = true
	}
	return join(errs)
}

// join is errors.Join that leaves a single error as it is.
func join(errs []error) error {
	errs = slices.DeleteFunc(errs, func(err error) bool { return err == nil })
	if len(errs) == 1 {
		return errs[0]
	}
	return errors.Join(errs...)
}

// seconds returns how long the training has taken, before a resumption too.
func (r *runner[F]) seconds() float64 {
	return r.clock.before + time.Since(r.clock.began).Seconds()
}
