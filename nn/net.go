package nn

import (
	"fmt"
	"math"
	"time"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/optim"
)

// A Net is a compiled Spec. Its methods belong to one goroutine at a time; other goroutines predict with a Predictor.
type Net[F kernel.Float] struct {
	spec   Spec
	cfg    Config
	plan   *blueprint
	params []F
	grads  []F
	state  []F
	spans  []Span  // of the parameters that learn
	l1, l2 float64 // coefficients of the regularisers
	step   uint64  // training steps begun: the clock of random layers

	workspace workspace[F]
	team      *kernel.Team
	alone     *kernel.Worker // does what is too small to share
	pace      pace           // of gradients
	lossPace  pace           // of losses
	solo      bool           // the last step was done alone, and so is its update

	gradient gradientTask[F]
	forward  lossTask[F]
	update   updateTask[F]

	evaluator *Predictor[F] // made when first needed
}

// Spec returns the description that the network was compiled from.
func (n *Net[F]) Spec() Spec { return n.spec }

// Config returns the configuration with its defaults filled in.
func (n *Net[F]) Config() Config { return n.cfg }

// Params and Grads are the slabs: equal indices belong together. Decaying weights come first.
func (n *Net[F]) Params() []F { return n.params }
func (n *Net[F]) Grads() []F  { return n.grads }

// State is the slab of what is saved but not trained, such as running statistics.
func (n *Net[F]) State() []F { return n.state }

// Segments lists the named tensors of the parameter slab, in slab order; StateSegments those of the state slab.
func (n *Net[F]) Segments() []Segment      { return n.plan.segments }
func (n *Net[F]) StateSegments() []Segment { return n.plan.states }

// Decay returns the length of the slab's first part, the weights that regularisers and weight decay act on.
func (n *Net[F]) Decay() int { return n.plan.decay }

// Task tells what the loss is for.
func (n *Net[F]) Task() loss.Task { return n.plan.loss.Task }

// Out returns the number of outputs of one example.
func (n *Net[F]) Out() int { return n.plan.out.Size() }

// Threads returns the number of workers.
func (n *Net[F]) Threads() int { return n.team.Size() }

// Steps returns the number of gradients computed so far, the clock of layers that draw random numbers; SetSteps sets
// it when a run is resumed.
func (n *Net[F]) Steps() uint64        { return n.step }
func (n *Net[F]) SetSteps(step uint64) { n.step = step }

// Close ends the worker threads. A network that is no longer reachable is closed by the garbage collector.
func (n *Net[F]) Close() { n.team.Close() }

// Trainable returns an error that names the first layer without a gradient, or the lack of parameters.
func (n *Net[F]) Trainable() error {
	if n.plan.stuck != nil {
		return n.plan.stuck
	}
	if n.plan.size == 0 {
		return fmt.Errorf("nn: the network has no parameters to learn; give it a layer.Dense")
	}
	return nil
}

// Fits returns an error that says in which way the examples of set do not match the network.
func (n *Net[F]) Fits(set *dataset.Set) error {
	if have, want := set.X.Width(), n.spec.Input.Size(); have != want {
		return fmt.Errorf("nn: %s has examples of %d features [%v]; the network wants %d [%v]", set.Name, have, set.Shape, want, n.spec.Input)
	}
	if have, want := set.Out, n.Out(); have != want {
		return fmt.Errorf("nn: %s has %d targets an example (classes, or numbers to predict); the network has %d outputs: make the last layer %d units wide", set.Name, have, want, have)
	}
	return nil
}

// Sizes of a task in multiply-adds of its forward pass.
const (
	shareFrom = 100_000    // below, handing work over (about a microsecond) costs more than it saves
	shareSure = 50_000_000 // from here on sharing pays in any case; in between the pace decides
)

// worthSharing reports whether the work of a batch of rows is large enough for several workers.
func (n *Net[F]) worthSharing(rows int) bool {
	return rows > 1 && rows*n.plan.size >= shareFrom && n.team.Size() > 1
}

// run does task for a batch of rows, shared among the team or alone, and reports which. Where that is open, the pace of
// such tasks says which is faster.
func (n *Net[F]) run(task kernel.Task, rows int, pace *pace) (alone bool) {
	switch alone = !n.worthSharing(rows); {
	case alone:
		task.Work(n.alone)
	case rows*n.plan.size >= shareSure:
		n.team.Run(task)
	default:
		alone = pace.next()
		began := time.Now()
		if alone {
			task.Work(n.alone)
		} else {
			n.team.Run(task)
		}
		pace.took(time.Since(began), rows)
	}
	return alone
}

// Gradient computes the gradient of the objective on a batch: the mean loss plus the regularisers. It leaves it in
// Grads and returns the mean loss without the regularisers. It allocates nothing.
//
// It panics if the batch is empty, larger than Config.Batch, or does not fit (see Fits), and if a layer cannot learn
// (see Trainable).
func (n *Net[F]) Gradient(b dataset.Batch) float64 {
	n.demand(b)
	if n.plan.stuck != nil {
		panic(n.plan.stuck)
	}
	n.gradient.batch = b
	n.workspace.begin(b.Len(), true, n.step)
	n.solo = n.run(&n.gradient, b.Len(), &n.pace)
	n.workspace.look(b.Len())
	n.gradient.batch = dataset.Batch{}
	n.step++
	return n.workspace.meanLoss(b.Len())
}

// Cost returns the objective of which Gradient computes the gradient, mean loss plus Penalty, in training mode and
// with the random draws of the next step. It changes no parameter, gradient or clock.
func (n *Net[F]) Cost(b dataset.Batch) float64 {
	n.demand(b)
	n.workspace.begin(b.Len(), true, n.step)
	return n.lossOf(b) + n.Penalty()
}

// Loss returns the mean loss of a batch in inference mode, without regularisers.
func (n *Net[F]) Loss(b dataset.Batch) float64 {
	n.demand(b)
	n.workspace.begin(b.Len(), false, 0)
	return n.lossOf(b)
}

// LossAgain is Loss of the batch that Gradient, Cost or Loss was given last, with the parameters as they are now. The rows
// are still in the network: they are not fetched a second time, as a training that looks at its loss after every update
// would do. It panics if there has been no batch.
func (n *Net[F]) LossAgain() float64 {
	rows := n.forward.rows
	if rows == 0 {
		panic("nn: LossAgain before the first batch")
	}
	n.workspace.begin(rows, false, 0)
	n.run(&n.forward, rows, &n.lossPace)
	return n.workspace.meanLoss(rows)
}

func (n *Net[F]) lossOf(b dataset.Batch) float64 {
	n.forward.batch = b
	n.run(&n.forward, b.Len(), &n.lossPace)
	n.forward.batch = dataset.Batch{}
	return n.workspace.meanLoss(b.Len())
}

// demand panics on what only a programmer can get wrong: the rest of the program checks with Fits.
func (n *Net[F]) demand(b dataset.Batch) {
	if b.Len() < 1 || b.Len() > n.workspace.batch {
		panic(fmt.Sprintf("nn: a batch of %d rows; the network was compiled for 1 to %d", b.Len(), n.workspace.batch))
	}
	if b.Set.X.Width() != n.spec.Input.Size() || b.Set.Out != n.Out() {
		panic(n.Fits(b.Set))
	}
	n.forward.rows = b.Len()
}

// Penalty returns the cost that the regularisers add: l1·Σ|w| + l2/2·Σw² over the weights, summed in float64 in slab order.
func (n *Net[F]) Penalty() float64 {
	if n.l1 == 0 && n.l2 == 0 {
		return 0
	}
	var abs, squares float64
	for _, w := range n.params[:n.plan.decay] {
		abs += math.Abs(float64(w))
		squares += float64(float64(w) * float64(w))
	}
	return float64(n.l1*abs) + float64(n.l2/2*squares)
}

// NewStepper returns the memory of an optimiser for this network.
func (n *Net[F]) NewStepper(o optim.Optimizer) optim.Stepper[F] {
	return optim.NewStepper[F](o, optim.Layout{Size: n.plan.size, Decay: n.plan.decay})
}

// Update applies one step of the optimiser to the parameters, at the given learning rate. It allocates nothing.
func (n *Net[F]) Update(s optim.Stepper[F], rate float64) {
	s.Begin(rate)
	n.update.stepper = s
	if n.solo || n.plan.size < shareFrom/4 || n.team.Size() == 1 {
		n.update.Work(n.alone)
	} else {
		n.team.Run(&n.update)
	}
	n.update.stepper = nil
}

// NonFinite names the first place, in the order of computation, where the last Gradient met a NaN or an infinity: the
// input, a layer's parameters, its output, or the gradient of a parameter. It is empty if there is none.
func (n *Net[F]) NonFinite(rows int) string {
	ws := &n.workspace
	if !kernel.AllFinite(ws.x[:rows*n.spec.Input.Size()]) {
		return "the input"
	}
	for i := range ws.steps {
		s := &ws.steps[i]
		for j, p := range s.view.P {
			if !kernel.AllFinite(p) {
				return "parameter " + n.plan.segments[s.node.params[j]].Name + " of " + s.node.title()
			}
		}
		if !kernel.AllFinite(s.view.Y[:len(s.view.Y)/ws.batch*rows]) {
			return "the output of " + s.node.title()
		}
	}
	for _, g := range n.plan.segments {
		if !kernel.AllFinite(n.grads[g.Off : g.Off+g.Len]) {
			return "the gradient of " + g.Name
		}
	}
	return ""
}

// begin readies the views for a batch of so many rows.
func (ws *workspace[F]) begin(rows int, train bool, step uint64) {
	for i := range ws.steps {
		v := &ws.steps[i].view
		v.N, v.Train, v.Step = rows, train, step
	}
}

// meanLoss adds up the losses of the rows in order.
func (ws *workspace[F]) meanLoss(rows int) float64 {
	var sum float64
	for _, l := range ws.losses[:rows] {
		sum += l
	}
	return sum / float64(rows)
}

// forwardRows runs every step on a worker's rows of a batch of n. Workers meet only where a step looks across rows.
func (ws *workspace[F]) forwardRows(w *kernel.Worker, lo, hi, n int) {
	for i := range ws.steps {
		s := &ws.steps[i]
		if s.across {
			w.Barrier()
			s.op.Forward(&s.view, layer.Share{Lo: 0, Hi: n, Worker: w})
			w.Barrier()
		} else if lo < hi {
			s.op.Forward(&s.view, layer.Share{Lo: lo, Hi: hi, Worker: w})
		}
	}
}

// backwardRows runs the steps in reverse: BP1 and BP2 for a worker's rows.
func (ws *workspace[F]) backwardRows(w *kernel.Worker, lo, hi, n int) {
	for i := len(ws.steps) - 1; i >= 0; i-- {
		s := &ws.steps[i]
		switch {
		case s.across:
			w.Barrier()
			if s.view.DY != nil {
				s.op.Backward(&s.view, layer.Share{Lo: 0, Hi: n, Worker: w})
			}
			w.Barrier()
		case lo < hi && s.view.DY != nil:
			s.op.Backward(&s.view, layer.Share{Lo: lo, Hi: hi, Worker: w})
		}
	}
}

// lossTask is Loss and Cost as every worker does them.
type lossTask[F kernel.Float] struct {
	net   *Net[F]
	batch dataset.Batch // without a set: the rows that were gathered last
	rows  int
}

func (t *lossTask[F]) Work(w *kernel.Worker) {
	ws := &t.net.workspace
	lo, hi := w.Span(t.rows)
	if t.batch.Set != nil {
		dataset.GatherX(t.batch, ws.x, lo, hi)
		dataset.GatherT(t.batch, ws.t, lo, hi)
	}
	ws.forwardRows(w, lo, hi, t.rows)
	ws.lossOp.Loss(ws.losses, nil, ws.y, ws.t, 1, lo, hi)
}

// gradientTask is Gradient as every worker does it.
type gradientTask[F kernel.Float] struct {
	net   *Net[F]
	batch dataset.Batch
}

func (t *gradientTask[F]) Work(w *kernel.Worker) {
	n, ws, rows := t.net, &t.net.workspace, t.batch.Len()
	lo, hi := w.Span(rows)
	dataset.GatherX(t.batch, ws.x, lo, hi)
	dataset.GatherT(t.batch, ws.t, lo, hi)
	ws.forwardRows(w, lo, hi, rows)
	ws.lossOp.Loss(ws.losses, ws.dy, ws.y, ws.t, 1/F(rows), lo, hi) // the mean over the batch: 1/n
	ws.backwardRows(w, lo, hi, rows)
	w.Barrier() // from here on a worker reads all rows and writes its part of the gradients
	for i := range ws.steps {
		if s := &ws.steps[i]; s.learner != nil {
			s.learner.Gradient(&s.view, w)
		}
	}
	if n.l1 != 0 || n.l2 != 0 {
		w.Barrier()
		n.regularize(w)
	}
}

// regularize adds the gradient of the penalties to a worker's part of the weights' gradients.
func (n *Net[F]) regularize(w *kernel.Worker) {
	from, to := w.SpanBy(n.plan.decay, lineElements)
	for _, s := range n.spans {
		lo, hi := s.within(from, to)
		if lo >= hi {
			continue
		}
		if n.l2 != 0 {
			kernel.AddL2(n.grads[lo:hi], n.params[lo:hi], F(n.l2))
		}
		if n.l1 != 0 {
			kernel.AddL1(n.grads[lo:hi], n.params[lo:hi], F(n.l1))
		}
	}
}

// lineElements keeps two workers off one cache line: 64 bytes of float32.
const lineElements = 16

// updateTask is Update as every worker does it.
type updateTask[F kernel.Float] struct {
	net     *Net[F]
	stepper optim.Stepper[F]
}

func (t *updateTask[F]) Work(w *kernel.Worker) {
	from, to := w.SpanBy(t.net.plan.size, lineElements)
	for _, s := range t.net.spans {
		if lo, hi := s.within(from, to); lo < hi {
			t.stepper.Apply(t.net.params, t.net.grads, lo, hi)
		}
	}
}
