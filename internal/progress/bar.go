package progress

import (
	"fmt"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/gradus-nn/gradus/train"
)

// bar is the one line that is redrawn.
type bar struct {
	progress *mpb.Progress
	line     *mpb.Bar
	state    atomic.Pointer[barState]
	begun    time.Time
	atStep   int // where this process began
	next     time.Time
}

type barState struct {
	epoch, epochs, step, steps int
	loss                       float64
}

// refresh is how often the bar moves: often enough to look smooth, seldom enough to cost nothing.
const refresh = 100 * time.Millisecond

func newBar(c Config, s *train.Start) *bar {
	b := &bar{begun: time.Now(), atStep: s.AtStep}
	b.state.Store(&barState{epoch: len(s.History) + 1, epochs: s.Epochs, step: s.AtStep, steps: s.Steps})
	b.progress = mpb.New(mpb.WithOutput(c.To), mpb.WithWidth(c.Width), mpb.WithRefreshRate(refresh), mpb.WithAutoRefresh())
	style := mpb.BarStyle().Lbound(" ").Rbound(" ").Filler("█").Tip("█").Padding("░")
	if c.ASCII {
		style = mpb.BarStyle().Lbound(" [").Rbound("] ").Filler("=").Tip(">").Padding(".")
	}
	b.line = b.progress.New(int64(s.Steps), style,
		mpb.BarRemoveOnComplete(),
		mpb.PrependDecorators(decor.Any(func(decor.Statistics) string {
			v := b.state.Load()
			return fmt.Sprintf("epoch %*d/%d", len(fmt.Sprint(v.epochs)), v.epoch, v.epochs)
		})),
		mpb.AppendDecorators(decor.Any(func(decor.Statistics) string { return b.tail() })),
	)
	b.line.SetCurrent(int64(s.AtStep))
	return b
}

// tail is what stands behind the bar. Its width is fixed, so that the bar does not dance.
func (b *bar) tail() string {
	v := b.state.Load()
	share, eta := 0.0, "        "
	if v.steps > 0 {
		share = float64(v.step) / float64(v.steps)
	}
	if done := v.step - b.atStep; done > 0 {
		rest := time.Since(b.begun).Seconds() / float64(done) * float64(v.steps-v.step)
		eta = Duration(rest)
	}
	return fmt.Sprintf("%3.0f %%  loss %-8s ETA %-12s", 100*share, Loss(v.loss), eta)
}

// step is called after every step and does nothing most of the time.
func (b *bar) step(s *train.Step) {
	now := time.Now()
	if now.Before(b.next) {
		return
	}
	b.next = now.Add(refresh)
	b.state.Store(&barState{epoch: s.Epoch, epochs: s.Epochs, step: s.Step, steps: s.Steps, loss: s.Loss})
	b.line.SetCurrent(int64(s.Step))
}

// keep writes a line above the bar.
func (b *bar) keep(line string) { fmt.Fprintln(b.progress, line) }

func (b *bar) close() {
	b.line.Abort(true)
	b.progress.Wait()
}
