package gradcheck

import (
	"math"
	"sync/atomic"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
)

// incremental probes a chain by computing again only what a move changes. When W[i,j] moves by h:
//
//	z[r,j]  += h·x[r,i]                 one column, and only in the rows where x[r,i] is not 0
//	a[r,j]   = f(z[r,j])                one column
//	z₂[r,:] += (new a - old a)·W₂[j,:]  a rank-one update of the next layer
//
// and the layers after that on the rows that are left. For 784-50-10 that is 1/784 of the first product and 1/50 of the second.
type incremental struct {
	chain  chain
	params []float64
	rows   int
	values []values // of each link, where the parameters are
	t      []float64
	losses []float64
	lossOp loss.Op[float64]
	last   *softmaxChange // nil for other losses
	l1, l2 float64

	team    *kernel.Team
	scratch []*scratch // of each worker
	sweep   sweep
}

// values are what a link computes for the batch: x [n, in]   z, a [n, out].
type values struct{ x, z, a []float64 }

func newIncremental(c chain, net *nn.Net[float64], b dataset.Batch, cfg Config) *incremental {
	n, end := b.Len(), c[len(c)-1]
	e := &incremental{chain: c, params: net.Params(), rows: n, team: kernel.NewTeam(cfg.Threads)}
	e.t, e.losses = make([]float64, n*end.out), make([]float64, n)
	x := make([]float64, n*c[0].in)
	dataset.GatherX(b, x, 0, n)
	dataset.GatherT(b, e.t, 0, n)
	var view layer.View[float64]
	for _, k := range c {
		v := values{x, make([]float64, n*k.out), make([]float64, n*k.out)}
		k.affine(nil, e.params, v.z, x, n)
		spare := append([]float64(nil), v.z...) // apply may overwrite it
		apply(k.after, v.a, spare, n, &view)
		e.values = append(e.values, v)
		x = v.a
	}
	spec := net.Spec()
	shape, err := spec.Output()
	if err != nil {
		panic(err) // it was compiled
	}
	plan, err := spec.Loss.Plan(shape)
	if err != nil {
		panic(err)
	}
	e.lossOp = plan.F64
	e.lossOp.Loss(e.losses, nil, x, e.t, 1, 0, n)
	if s, ok := spec.Loss.(loss.SoftmaxCrossEntropy); ok && len(s.Weights) == 0 && len(end.after) == 0 {
		e.last = newSoftmaxChange(x, e.t, end.out)
	}
	for _, r := range spec.Regularizers {
		l1, l2 := r.Coefficients(net.Config().Examples, net.Config().Batch)
		e.l1, e.l2 = e.l1+l1, e.l2+l2
	}
	e.scratch = make([]*scratch, e.team.Size())
	return e
}

// affine is z = x·W + b for n rows.
func (k *link) affine(w *kernel.Worker, params, z, x []float64, n int) {
	p := kernel.Product[float64]{
		Form: kernel.NN, M: n, N: k.out, K: k.in,
		A: x[:n*k.in], B: params[k.w.Off:][:k.w.Len], C: z[:n*k.out],
	}
	if k.b.Len > 0 {
		p.Start, p.Bias = kernel.Bias, params[k.b.Off:][:k.b.Len]
	}
	kernel.Gemm(w, p)
}

func (e *incremental) close() { e.team.Close() }

// probe shares the coordinates among the workers, those with the same input together: they move the same rows.
func (e *incremental) probe(segment nn.Segment, index []int, moves, change []float64) {
	s := &e.sweep
	s.e, s.segment, s.index, s.moves, s.change = e, segment, index, moves, change
	s.m = len(moves) / len(index)
	s.groups = s.groups[:0]
	for l, k := range e.chain {
		if segment.Name == k.w.Name || segment.Name == k.b.Name {
			s.link, s.bias = l, segment.Name == k.b.Name
		}
	}
	out := e.chain[s.link].out
	for k := range index {
		if k == 0 || s.bias || index[k]/out != index[k-1]/out {
			s.groups = append(s.groups, k)
		}
	}
	s.next.Store(0)
	if len(index) == 1 {
		s.group(e.lend(0), 0) // not worth sharing
		return
	}
	e.team.Run(s)
}

// lend returns the memory of a worker.
func (e *incremental) lend(worker int) *scratch {
	if e.scratch[worker] == nil || e.scratch[worker].moves < e.sweep.m {
		e.scratch[worker] = newScratch(e.chain, e.rows, e.sweep.m)
	}
	return e.scratch[worker]
}

// scratch is a worker's memory for up to n rows times some moves.
type scratch struct {
	moves  int
	row    []int     // rows of the batch that the input of the group reaches
	x      []float64 // that input in these rows
	column []float64 // new values of column j: before and after the function
	moved  []float64
	origin []int // row and move that each recomputed row belongs to
	step   []int
	z, a   []float64 // recomputed rows
	t      []float64
	loss   []float64
	view   layer.View[float64]
}

func newScratch(c chain, n, moves int) *scratch {
	all, widest := n*moves, 0
	for _, k := range c {
		widest = max(widest, k.out)
	}
	return &scratch{
		moves: moves, row: make([]int, 0, n), x: make([]float64, 0, n),
		column: make([]float64, all), moved: make([]float64, all),
		origin: make([]int, 0, all), step: make([]int, 0, all),
		z: make([]float64, all*widest), a: make([]float64, all*widest),
		t: make([]float64, all*c[len(c)-1].out), loss: make([]float64, all),
	}
}

// A sweep is one call of probe, shared among workers who take groups of coordinates as they come.
type sweep struct {
	e             *incremental
	segment       nn.Segment
	index         []int
	moves, change []float64
	m             int  // moves a coordinate
	link          int  // whose parameter moves
	bias          bool // it is a bias: its input is 1 in every row
	groups        []int
	next          atomic.Int64
}

// Work takes one group after the other; which worker takes which changes no result.
func (s *sweep) Work(w *kernel.Worker) {
	mem := s.e.lend(w.Index)
	for {
		g := int(s.next.Add(1)) - 1
		if g >= len(s.groups) {
			return
		}
		s.group(mem, g)
	}
}

// group probes the coordinates of group g, which share their input.
func (s *sweep) group(mem *scratch, g int) {
	lo, hi := s.groups[g], len(s.index)
	if g+1 < len(s.groups) {
		hi = s.groups[g+1]
	}
	e, k := s.e, &s.e.chain[s.link]
	mem.row, mem.x = mem.row[:0], mem.x[:0]
	for r := range e.rows {
		x := 1.0
		if !s.bias {
			x = e.values[s.link].x[r*k.in+s.index[lo]/k.out]
		}
		if x != 0 {
			mem.row, mem.x = append(mem.row, r), append(mem.x, x)
		}
	}
	for c := lo; c < hi; c++ {
		moves, change := s.moves[c*s.m:(c+1)*s.m], s.change[c*s.m:(c+1)*s.m]
		clear(change)
		e.column(mem, s.link, s.index[c]%k.out, moves, change)
		for i := range change {
			change[i] /= float64(e.rows) // the cost is the mean over the batch
		}
		if s.segment.Decay {
			e.penalty(e.params[s.segment.Off+s.index[c]], moves, change)
		}
	}
}

// penalty adds what the regularisers make of moving the weight w.
func (e *incremental) penalty(w float64, moves, change []float64) {
	for i, h := range moves {
		if e.l2 != 0 {
			change[i] += e.l2 * float64(h*(w+h/2)) // ½(w+h)² - ½w²
		}
		if e.l1 != 0 {
			change[i] += e.l1 * (math.Abs(w+h) - math.Abs(w))
		}
	}
}

// column adds to change what moving column j of link l by moves·x does to the sum of the losses.
func (e *incremental) column(mem *scratch, l, j int, moves, change []float64) {
	k, v, n := &e.chain[l], &e.values[l], len(mem.row)
	atEnd := l == len(e.chain)-1
	if atEnd && e.last != nil {
		for s, h := range moves {
			change[s] += e.last.logit(mem, j, h)
		}
		return
	}
	q := 0
	for _, h := range moves {
		for i, r := range mem.row {
			mem.column[q] = v.z[r*k.out+j] + float64(h*mem.x[i])
			q++
		}
	}
	if atEnd || k.single == nil {
		e.wholeRows(mem, l, j, n, change)
		return
	}
	apply(k.single, mem.moved, mem.column, q, &mem.view)
	if e.last != nil && l == len(e.chain)-2 {
		end := &e.chain[l+1]
		for s := range moves {
			change[s] += e.last.rankOne(e.params[end.w.Off+j*end.out:][:end.out], mem.row, mem.moved[s*n:(s+1)*n], v.a[j:], k.out)
		}
		return
	}
	e.rankOne(mem, l, j, n, change)
}

// wholeRows goes on from new pre-activations of column j where the whole row must be computed again: at the end of the
// chain, or where the function mixes a row.
func (e *incremental) wholeRows(mem *scratch, l, j, n int, change []float64) {
	k, z := &e.chain[l], e.values[l].z
	mem.origin, mem.step = mem.origin[:0], mem.step[:0]
	for s := range change {
		for i, r := range mem.row {
			to := mem.z[len(mem.origin)*k.out:][:k.out]
			copy(to, z[r*k.out:])
			to[j] = mem.column[s*n+i]
			mem.origin, mem.step = append(mem.origin, r), append(mem.step, s)
		}
	}
	e.finish(mem, l, change)
}

// rankOne goes on from new activations of column j: z₂[r,:] += (new - old)·W₂[j,:]. Rows that have not changed, because
// the unit is off, are left out.
func (e *incremental) rankOne(mem *scratch, l, j, n int, change []float64) {
	k, next := &e.chain[l], &e.chain[l+1]
	a, z := e.values[l].a, e.values[l+1].z
	w := e.params[next.w.Off+j*next.out:][:next.out]
	mem.origin, mem.step = mem.origin[:0], mem.step[:0]
	for s := range change {
		for i, r := range mem.row {
			d := mem.moved[s*n+i] - a[r*k.out+j]
			if d == 0 {
				continue
			}
			to, from := mem.z[len(mem.origin)*next.out:][:next.out], z[r*next.out:][:next.out]
			for c, w := range w {
				to[c] = from[c] + float64(d*w)
			}
			mem.origin, mem.step = append(mem.origin, r), append(mem.step, s)
		}
	}
	e.finish(mem, l+1, change)
}

// finish runs the recomputed rows, which are pre-activations of link l, to the end.
func (e *incremental) finish(mem *scratch, l int, change []float64) {
	n := len(mem.origin)
	if n == 0 {
		return
	}
	for ; ; l++ {
		k := &e.chain[l]
		apply(k.after, mem.a[:n*k.out], mem.z[:n*k.out], n, &mem.view)
		if l == len(e.chain)-1 {
			break
		}
		e.chain[l+1].affine(nil, e.params, mem.z, mem.a, n)
	}
	out := e.chain[l].out
	for i, r := range mem.origin {
		copy(mem.t[i*out:(i+1)*out], e.t[r*out:])
	}
	e.lossOp.Loss(mem.loss, nil, mem.a[:n*out], mem.t[:n*out], 1, 0, n)
	for i, r := range mem.origin {
		change[mem.step[i]] += mem.loss[i] - e.losses[r]
	}
}
