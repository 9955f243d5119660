package session

import (
	"context"
	"errors"

	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/progress"
	"github.com/gradus-nn/gradus/internal/recipe"
)

// errStopped is the end of a command that was interrupted before it had data.
var errStopped = &exit.Error{Code: exit.Interrupted, Err: errors.New("stopped while the data were read, before anything had begun")}

// Watched returns the request with somebody who shows how far reading has got, and who ends it with ctx. When the data have been read, end
// takes the line away; it returns the error of a reading that was ended.
func Watched(ctx context.Context, q *recipe.Request, show progress.Config) (_ *recipe.Request, end func() error) {
	w := newWatch(ctx, show)
	return (&recipe.Request{Watch: w}).Over(q), w.end
}

// A watch shows how far reading has got, and ends it with a context.
type watch struct {
	ctx  context.Context
	line *progress.Reading
}

func newWatch(ctx context.Context, show progress.Config) *watch {
	return &watch{ctx, progress.NewReading(show)}
}

// At is recipe.Watcher.
func (w *watch) At(r recipe.Reading) error {
	w.line.At(r.Done, r.Of, r.Unit)
	return w.stopped()
}

func (w *watch) end() error {
	w.line.Close()
	return w.stopped()
}

func (w *watch) stopped() error {
	if w.ctx.Err() != nil {
		return errStopped
	}
	return nil
}
