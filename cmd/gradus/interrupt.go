package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/gradus-nn/gradus/internal/exit"
)

// interruptible returns a context that the first Ctrl-C or SIGTERM cancels, so that what is under way can be saved; the
// second one ends the program at once.
func interruptible(c *console) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		if _, ok := <-signals; !ok {
			return
		}
		cancel()
		if c.errCaps().Redraw && !c.quiet { // a line that is redrawn stays as it is, with the terminal's ^C behind it
			fmt.Fprintln(c.err)
		}
		c.note("stopping", "after what is at hand; once more stops at once")
		if _, ok := <-signals; ok {
			os.Exit(exit.Interrupted)
		}
	}()
	return ctx, func() {
		if ctx.Err() != nil {
			return // a second signal still means the same, until the program has ended
		}
		signal.Stop(signals)
		close(signals)
		cancel()
	}
}
