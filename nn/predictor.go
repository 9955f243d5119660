package nn

import (
	"fmt"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/kernel"
)

// A Predictor runs a network forward with buffers of its own: one for each goroutine, over shared parameters. The
// network must not be trained meanwhile.
type Predictor[F kernel.Float] struct {
	net  *Net[F]
	ws   workspace[F]
	task forwardTask[F]
	team *kernel.Team   // nil: alone
	self *kernel.Worker // of the alone
}

// Predictor returns a new predictor that works on the calling goroutine alone, for up to batch rows at a time
// (0 means a size that keeps the buffers in the cache).
func (n *Net[F]) Predictor(batch int) (*Predictor[F], error) {
	if batch < 0 {
		return nil, fmt.Errorf("nn: predictor: a batch of %d rows; want at least 1", batch)
	}
	if batch == 0 {
		batch = n.comfortableBatch()
	}
	p := &Predictor[F]{net: n, self: kernel.NewWorker()}
	if err := p.ws.build(n, batch, 1, false); err != nil {
		return nil, err
	}
	p.task.ws = &p.ws
	return p, nil
}

// ownPredictor returns the network's own predictor, which shares large batches among its workers.
func (n *Net[F]) ownPredictor() *Predictor[F] {
	if n.evaluator == nil {
		p := &Predictor[F]{net: n, team: n.team, self: n.alone}
		if err := p.ws.build(n, n.comfortableBatch(), n.team.Size(), false); err != nil {
			panic(err) // no larger than what Compile has checked
		}
		p.task.ws = &p.ws
		n.evaluator = p
	}
	return n.evaluator
}

// comfortableBatch is how many rows a forward pass takes at a time: enough to share among threads and to read every
// weight seldom, but no more than comfortElements in the widest buffer (4 MiB of float32).
func (n *Net[F]) comfortableBatch() int {
	const comfortRows, comfortElements = 512, 1 << 20
	widest := n.spec.Input.Size()
	each(n.plan.nodes, func(node *node) error {
		widest = max(widest, node.out.Size(), node.plan.Cache)
		return nil
	})
	return max(1, min(comfortRows, comfortElements/widest))
}

// Predict returns the outputs for any number of rows: probabilities for classes, numbers for a regression.
//
//	x [n, in]   result [n, out]
func (n *Net[F]) Predict(x []F) ([]F, error) {
	in := n.spec.Input.Size()
	if len(x)%in != 0 {
		return nil, fmt.Errorf("nn: predict: %d values are no whole number of examples of %d features [%v]", len(x), in, n.spec.Input)
	}
	y := make([]F, len(x)/in*n.Out())
	return y, n.ownPredictor().PredictInto(y, x)
}

// PredictInto writes the outputs for the rows of x into y. It allocates nothing.
//
//	x [n, in]   y [n, out]
func (p *Predictor[F]) PredictInto(y, x []F) error {
	in, out := p.net.spec.Input.Size(), p.net.Out()
	n := len(x) / in
	if len(x)%in != 0 || len(y) != n*out {
		return fmt.Errorf("nn: predict: %d values in and room for %d out; want n times %d [%v] and n times %d", len(x), len(y), in, p.net.spec.Input, out)
	}
	p.task.judge, p.task.output = false, true
	for lo := 0; lo < n; lo += p.ws.batch {
		hi := min(lo+p.ws.batch, n)
		p.task.input = x[lo*in : hi*in]
		p.pass(dataset.Batch{}, hi-lo)
		copy(y[lo*out:hi*out], p.ws.y)
	}
	p.task.input = nil // lets it go
	return nil
}

// pass runs one batch forward, of a set or of the task's input.
func (p *Predictor[F]) pass(b dataset.Batch, rows int) {
	p.ws.begin(rows, false, 0)
	p.task.batch, p.task.rows = b, rows
	if p.team != nil {
		p.net.run(&p.task, rows)
	} else {
		p.task.Work(p.self)
	}
	p.task.batch = dataset.Batch{}
}

// forwardTask is a forward pass as every worker does it.
type forwardTask[F kernel.Float] struct {
	ws     *workspace[F]
	batch  dataset.Batch // gathered first, unless its Set is nil
	input  []F           // copied first, unless it is nil
	rows   int
	judge  bool // compute the losses
	output bool // turn the last layer's output into predictions
}

func (t *forwardTask[F]) Work(w *kernel.Worker) {
	ws := t.ws
	lo, hi := w.Span(t.rows)
	if t.batch.Set != nil {
		dataset.GatherX(t.batch, ws.x, lo, hi)
	}
	if t.input != nil { // every worker its own rows: to read them takes longer than to compute with them
		in := len(ws.x) / ws.batch
		copy(ws.x[lo*in:hi*in], t.input[lo*in:hi*in])
	}
	ws.forwardRows(w, lo, hi, t.rows)
	if t.judge {
		dataset.GatherT(t.batch, ws.t, lo, hi)
		ws.lossOp.Loss(ws.losses, nil, ws.y, ws.t, 1, lo, hi)
	}
	if t.output {
		ws.lossOp.Output(ws.y, ws.y, lo, hi)
	}
}
