package kernel

import (
	"errors"
	"runtime"
	"sync/atomic"
)

// A Task is work that every worker of a team does a share of.
type Task interface{ Work(w *Worker) }

// A Team is a fixed number of workers, the caller among them, that run one Task at a time. Between tasks they
// wait a fraction of a millisecond in a loop, ready for the next step of a training, and then sleep; a machine with one
// processor, or with fewer than workers, never sees them loop.
//
// A Team is used by one goroutine at a time. Close ends its goroutines; a team that is no longer reachable is
// closed by the garbage collector.
type Team struct {
	crew *crew
	self *Worker // worker 0, the caller
}

// crew is what the goroutines share. It does not point back to the Team, so that a forgotten Team can be collected.
type crew struct {
	workers []*Worker
	spins   int

	task    Task
	run     atomic.Uint32 // number of the task: a change starts it
	pending atomic.Int32  // workers that have not finished it
	done    atomic.Uint32 // number of finished tasks
	closed  atomic.Bool

	arrived atomic.Int32  // at the barrier
	passed  atomic.Uint32 // barriers passed

	broken atomic.Bool // a worker panicked: nobody waits for it
	cause  atomic.Pointer[any]
}

// A Worker is one member of a team: its place, its scratch memory, and the barrier it shares with the others.
type Worker struct {
	Index, Count int

	crew   *crew
	parked atomic.Bool
	wake   chan struct{}
	pack   packBuffers
	_      [64]byte // keeps the parked flags of two workers on different cache lines
}

// spinsBeforeSleep is how often a waiting worker looks before it sleeps: about 0.25 ms at the pause instruction's 40
// cycles, 0.8 ms at the 140 of other processors. A looping worker goes on within 0.1 µs; waking one that sleeps takes the
// scheduler 5 µs, and 150 µs on a virtual machine (a processor to be woken, then a pause before it may steal the
// goroutine). Looping must last longer than that: otherwise whoever waits for a waking peer falls asleep over it, wakes
// late in turn, and of two workers one computes at a time, step after step.
const spinsBeforeSleep = 16000

// spinsBeforeYield is how often it looks before it lets other goroutines run: on a machine that is busy with other
// programs, the peer that it waits for may be in the queue of the same processor.
const spinsBeforeYield = 2000

// errPeer ends a worker whose peer has panicked; the peer's value is what the caller sees.
var errPeer = errors.New("kernel: another worker of the team panicked")

// NewWorker returns a worker that is a team of its own, for serial use.
func NewWorker() *Worker { return &Worker{Count: 1} }

// NewTeam starts a team of n workers; n below 1 means one for each processor that Go may use.
func NewTeam(n int) *Team {
	if n < 1 {
		n = runtime.GOMAXPROCS(0)
	}
	c := &crew{workers: make([]*Worker, n)}
	if n <= runtime.GOMAXPROCS(0) && n <= runtime.NumCPU() {
		c.spins = spinsBeforeSleep
	}
	for i := range c.workers {
		c.workers[i] = &Worker{Index: i, Count: n, crew: c, wake: make(chan struct{}, 1)}
	}
	for _, w := range c.workers[1:] {
		go w.loop()
	}
	t := &Team{crew: c, self: c.workers[0]}
	runtime.AddCleanup(t, (*crew).close, c)
	return t
}

// Size returns the number of workers.
func (t *Team) Size() int { return len(t.crew.workers) }

// Close ends the team's goroutines. It is not needed for correctness and may be called twice.
func (t *Team) Close() { t.crew.close() }

func (c *crew) close() {
	if c.closed.CompareAndSwap(false, true) {
		c.run.Add(1)
		c.wakeSleepers(nil)
	}
}

// Run lets every worker do its share of task and returns when all have finished. It allocates nothing.
// If a share panics, Run panics with the same value in the caller's goroutine.
func (t *Team) Run(task Task) {
	c := t.crew
	if len(c.workers) == 1 {
		task.Work(t.self)
		return
	}
	if c.closed.Load() {
		panic("kernel: Run on a closed team")
	}
	finished := c.done.Load()
	c.task = task
	c.pending.Store(int32(len(c.workers)))
	c.run.Add(1)
	c.wakeSleepers(t.self)
	t.self.share()
	t.self.await(&c.done, finished)
	c.task = nil
	if c.broken.Load() {
		cause := *c.cause.Swap(nil)
		c.arrived.Store(0)
		c.broken.Store(false)
		panic(cause)
	}
}

func (w *Worker) loop() {
	for seen := uint32(0); ; seen++ {
		w.await(&w.crew.run, seen)
		if w.crew.closed.Load() {
			return
		}
		w.share()
	}
}

// share does one worker's part of the current task; the last to finish says so.
func (w *Worker) share() {
	c := w.crew
	defer func() {
		if cause := recover(); cause != nil {
			if cause != any(errPeer) {
				first := cause // a copy, so that only a panic allocates
				c.cause.CompareAndSwap(nil, &first)
			}
			c.broken.Store(true)
			c.passed.Add(1)
			c.wakeSleepers(w)
		}
		if c.pending.Add(-1) == 0 {
			c.done.Add(1)
			c.wakeSleepers(w)
		}
	}()
	c.task.Work(w)
}

// Barrier returns once every worker of the team has called it.
func (w *Worker) Barrier() {
	if w.Count == 1 {
		return
	}
	c := w.crew
	passed := c.passed.Load()
	if c.broken.Load() {
		panic(errPeer)
	}
	if c.arrived.Add(1) == int32(w.Count) {
		c.arrived.Store(0)
		c.passed.Add(1)
		c.wakeSleepers(w)
	} else {
		w.await(&c.passed, passed)
	}
	if c.broken.Load() {
		panic(errPeer)
	}
}

// Span returns this worker's contiguous share [lo, hi) of n things. Shares differ by at most one.
func (w *Worker) Span(n int) (lo, hi int) { return n * w.Index / w.Count, n * (w.Index + 1) / w.Count }

// SpanBy is Span with bounds that are multiples of grain (a tile, a cache line), but for n itself.
func (w *Worker) SpanBy(n, grain int) (lo, hi int) {
	lo, hi = w.Span((n + grain - 1) / grain)
	return min(lo*grain, n), min(hi*grain, n)
}

// await returns once x is no longer old: first it looks again and again, then it sleeps.
func (w *Worker) await(x *atomic.Uint32, old uint32) {
	for i := range w.crew.spins {
		if x.Load() != old {
			return
		}
		pause()
		if i%spinsBeforeYield == spinsBeforeYield-1 {
			runtime.Gosched()
		}
	}
	for x.Load() == old {
		w.parked.Store(true)
		if x.Load() != old && w.parked.CompareAndSwap(true, false) {
			return
		}
		<-w.wake // whoever cleared parked sends
	}
}

func (c *crew) wakeSleepers(self *Worker) {
	for _, w := range c.workers {
		if w != self && w.parked.CompareAndSwap(true, false) {
			w.wake <- struct{}{}
		}
	}
}
