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
	task forwardTask[F]
	team *kernel.Team   // nil: alone
	self *kernel.Worker // of the alone
	pace pace           // of the team
	out  int            // numbers of a prediction
}

// Predictor returns a new predictor that works on the calling goroutine alone, for up to batch rows at a time
// (0 means a size that keeps the buffers in the cache).
func (n *Net[F]) Predictor(batch int) (*Predictor[F], error) {
	if batch < 0 {
		return nil, fmt.Errorf("nn: predictor: a batch of %d rows; want at least 1", batch)
	}
	if batch == 0 {
		batch = n.chunkRows()
	}
	return n.newPredictor(nil, kernel.NewWorker(), batch)
}

// ownPredictor returns the network's own predictor, which shares large batches among its workers. Layers that look
// across rows divide their work by themselves, which would not fit to workers with rows of their own.
func (n *Net[F]) ownPredictor() *Predictor[F] {
	if n.evaluator == nil {
		team := n.team
		if n.workspace.across {
			team = nil
		}
		p, err := n.newPredictor(team, n.alone, n.chunkRows())
		if err != nil {
			panic(err) // no larger than what Compile has checked
		}
		n.evaluator = p
	}
	return n.evaluator
}

func (n *Net[F]) newPredictor(team *kernel.Team, self *kernel.Worker, chunk int) (*Predictor[F], error) {
	p := &Predictor[F]{net: n, team: team, self: self, out: n.Out()}
	workers := 1
	if team != nil {
		workers = team.Size()
	}
	p.task.own = make([]workspace[F], workers)
	for i := range p.task.own {
		if err := p.task.own[i].build(n, chunk, workers, false); err != nil {
			return nil, err
		}
	}
	p.task.in, p.task.out = n.spec.Input.Size(), p.out
	return p, nil
}

// chunkRows is how many rows a worker takes through all layers at a time: enough to read every weight seldom, and few
// enough that they stay in the second-level cache.
func (n *Net[F]) chunkRows() int {
	const most, elements = 240, 1 << 17
	widest := n.spec.Input.Size()
	each(n.plan.nodes, func(node *node) error {
		widest = max(widest, node.out.Size(), node.plan.Cache)
		return nil
	})
	return max(1, min(most, elements/widest))
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
	p.task.x, p.task.y, p.task.losses = x, y, nil
	p.run(dataset.Batch{}, n)
	p.task.x, p.task.y = nil, nil // lets them go
	return nil
}

// judge writes the predictions for a batch into y [rows, out] and their losses into losses.
func (p *Predictor[F]) judge(b dataset.Batch, y []F, losses []float64) {
	p.task.y, p.task.losses = y, losses
	p.run(b, b.Len())
	p.task.y, p.task.losses = nil, nil
}

func (p *Predictor[F]) run(b dataset.Batch, rows int) {
	p.task.batch, p.task.rows = b, rows
	if p.team != nil {
		p.net.run(&p.task, rows, &p.pace)
	} else {
		p.task.Work(p.self)
	}
	p.task.batch = dataset.Batch{}
}

// forwardTask takes rows forward through workspaces of the workers' own: each goes through all layers with a few rows
// at a time and waits for nobody.
type forwardTask[F kernel.Float] struct {
	own     []workspace[F] // by number of the worker
	in, out int
	rows    int
	x       []F           // [rows, in], unless the rows are gathered from batch
	batch   dataset.Batch // of a set
	y       []F           // [rows, out]   predictions
	losses  []float64     // [rows], computed unless nil
}

func (t *forwardTask[F]) Work(w *kernel.Worker) {
	ws := &t.own[w.Index]
	lo, hi := w.Span(t.rows)
	for ; lo < hi; lo += ws.batch {
		n := min(ws.batch, hi-lo)
		ws.begin(n, false, 0)
		if t.x != nil {
			ws.read(t.x[lo*t.in : (lo+n)*t.in])
		} else {
			dataset.GatherX(t.part(lo, n), ws.x, 0, n)
		}
		ws.forwardRows(w, 0, n, n)
		ws.look(n)
		if t.losses != nil {
			dataset.GatherT(t.part(lo, n), ws.t, 0, n)
			ws.lossOp.Loss(t.losses[lo:lo+n], nil, ws.y, ws.t, 1, 0, n)
		}
		ws.lossOp.Output(t.y[lo*t.out:(lo+n)*t.out], ws.y, 0, n)
	}
	if t.x != nil {
		ws.letGo()
	}
}

// part returns n rows of the batch.
func (t *forwardTask[F]) part(lo, n int) dataset.Batch {
	return dataset.Batch{Set: t.batch.Set, Rows: t.batch.Rows[lo : lo+n]}
}
