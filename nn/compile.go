package nn

import (
	"fmt"
	"math/rand/v2"

	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
)

// Config is what Compile needs besides the description. The zero value is ready to use.
type Config struct {
	Batch    int    // largest batch; 0 means 32
	Seed     uint64 // of the initial parameters, and of the randomness of layers
	Threads  int    // workers; 0 means one for each processor. It never changes a bit of a result
	Examples int    // size of the training set, by which some regularisers divide; 0 means Batch
	Frozen   []int  // layers, by their places in Spec.Layers, whose parameters stay as they are: see Net.Learning
}

// A Segment is one named tensor's place in a slab.
type Segment struct {
	Name     string // "layer0.W"
	Layer    string // "layer 0 (dense)"
	Shape    []int
	Off, Len int
	Decay    bool // a weight: regularisers and weight decay act on it
}

// Streams of random numbers drawn from one seed, so that no two purposes share draws.
const (
	streamInit = iota + 1
	streamLayers
)

// Compile checks every shape of spec and builds the network with fresh parameters.
func Compile[F kernel.Float](spec Spec, cfg Config) (*Net[F], error) {
	b, err := draw(spec)
	if err != nil {
		return nil, err
	}
	if cfg.Batch == 0 {
		cfg.Batch = 32
	}
	if cfg.Batch < 0 || cfg.Threads < 0 || cfg.Examples < 0 {
		return nil, fmt.Errorf("nn: config: batch %d, threads %d, examples %d; want none of them below 0", cfg.Batch, cfg.Threads, cfg.Examples)
	}
	if cfg.Examples == 0 {
		cfg.Examples = cfg.Batch
	}
	n := &Net[F]{
		spec: spec, cfg: cfg, plan: b,
		params: make([]F, b.size), grads: make([]F, b.size), state: make([]F, b.stateLen),
		alone: kernel.NewWorker(),
	}
	if err := n.freeze(); err != nil {
		return nil, err
	}
	n.initialize()
	for _, r := range spec.Regularizers {
		l1, l2 := r.Coefficients(cfg.Examples, cfg.Batch)
		n.l1, n.l2 = n.l1+l1, n.l2+l2
	}
	n.team = kernel.NewTeam(cfg.Threads)
	if err := n.workspace.build(n, cfg.Batch, n.team.Size(), true); err != nil {
		n.team.Close()
		return nil, err
	}
	n.gradient.net, n.forward.net, n.update.net = n, n, n
	return n, nil
}

// initialize draws the parameters layer by layer, in float64, so that both precisions begin alike.
func (n *Net[F]) initialize() {
	rng := rand.New(rand.NewPCG(n.cfg.Seed, streamInit))
	fill := func(slab []F, s Segment, p layer.Param) {
		if p.Init == nil {
			return
		}
		w := make([]float64, s.Len)
		p.Init.Fill(w, initializer.Fan{In: p.FanIn, Out: p.FanOut}, rng)
		for i, v := range w {
			slab[s.Off+i] = F(v)
		}
	}
	each(n.plan.nodes, func(node *node) error {
		for i, p := range node.plan.Params {
			fill(n.params, n.plan.segments[node.params[i]], p)
		}
		for i, p := range node.plan.State {
			fill(n.state, n.plan.states[node.state[i]], p)
		}
		return nil
	})
}

// A step is one operation of the flat list, with the memory that it is lent.
type step[F kernel.Float] struct {
	node    *node
	op      layer.Op[F]
	learner layer.Learner[F] // op, if it has parameters
	across  bool
	view    layer.View[F]
}

// A workspace is the memory of one batch on its way through the network, and the steps that it takes.
type workspace[F kernel.Float] struct {
	batch   int
	learns  bool // has gradient buffers
	x       []F  // input    [batch, in]
	y, dy   []F  // output of the last layer and its gradient   [batch, out]
	t       []F  // targets  [batch, out]
	losses  []float64
	steps   []step[F]
	lossOp  loss.Op[F]
	across  bool // some step looks across rows
	workers int
	readers int // steps and joins that read x
	looks   int // how often there was a look at it, or could have been
}

// value is a whole-batch buffer and its gradient, which is nil where nothing before it learns.
type value[F kernel.Float] struct{ y, dy []F }

// build lowers the blueprint to steps over fresh buffers for up to batch rows.
func (ws *workspace[F]) build(n *Net[F], batch, workers int, learns bool) error {
	ws.batch, ws.workers, ws.learns = batch, workers, learns
	if err := each(n.plan.nodes, func(node *node) error {
		if largest := max(node.in.Size(), node.out.Size(), node.plan.Cache); !mulFits(batch, largest) {
			return fmt.Errorf("nn: %s: a batch of %d rows of [%v] → [%v] is more than %d elements; want a smaller batch or layer", node.title(), batch, node.in, node.out, maxElements)
		}
		return nil
	}); err != nil {
		return err
	}
	work := make([][]F, workers)
	for i := range work {
		work[i] = make([]F, n.plan.work)
	}
	lw := lowering[F]{net: n, ws: ws, work: work}
	ws.x = make([]F, batch*n.spec.Input.Size())
	out, _ := lw.list(n.plan.nodes, value[F]{y: ws.x}, false)
	ws.y, ws.dy = out.y, out.dy
	ws.t = make([]F, batch*n.plan.out.Size())
	ws.losses = make([]float64, batch)
	ws.lossOp = pick[loss.Op[F]](n.plan.loss.F32, n.plan.loss.F64)
	return nil
}

// pick returns whichever of the two operations has the precision that is asked for.
func pick[O any](f32, f64 any) O {
	if o, ok := f32.(O); ok {
		return o
	}
	o, _ := f64.(O)
	return o
}

// lowering carries what every step of build needs.
type lowering[F kernel.Float] struct {
	net  *Net[F]
	ws   *workspace[F]
	work [][]F
}

// buffer returns memory for one value of the given size an example; with a gradient if it is needed.
func (lw *lowering[F]) buffer(size int, needed bool) value[F] {
	v := value[F]{y: make([]F, lw.ws.batch*size)}
	if needed && lw.ws.learns {
		v.dy = make([]F, lw.ws.batch*size)
	}
	return v
}

// reads notes who reads the network's input.
func (lw *lowering[F]) reads(v value[F]) {
	if len(v.y) > 0 && &v.y[0] == &lw.ws.x[0] {
		lw.ws.readers++
	}
}

// read makes x the input of the next forward pass: without a copy where it only goes into the first step.
func (ws *workspace[F]) read(x []F) {
	if ws.direct() {
		ws.steps[0].view.X = x
	} else {
		copy(ws.x, x)
	}
}

// letGo undoes read.
func (ws *workspace[F]) letGo() {
	if ws.direct() {
		ws.steps[0].view.X = ws.x
	}
}

// direct reports whether the first step, and nobody else, reads the input. No step writes into it.
func (ws *workspace[F]) direct() bool { return ws.readers == 1 && len(ws.steps[0].view.X) > 0 }

// list lowers layers in order. learnt says whether anything before in has parameters, that is, whether
// the gradient of in is needed.
func (lw *lowering[F]) list(nodes []*node, in value[F], learnt bool) (value[F], bool) {
	for i := 0; i < len(nodes); i++ {
		n := nodes[i]
		switch {
		case n.plan.Branches != nil:
			in, learnt = lw.container(n, in, learnt)
			continue
		case n.plan.F32 == nil: // only renames the axes
			continue
		}
		op := pick[layer.Op[F]](n.plan.F32, n.plan.F64)
		last := n
		if fuser, ok := op.(layer.Fuser[F]); ok && i+1 < len(nodes) && simple(nodes[i+1]) {
			if fused, ok := fuser.Fuse(pick[layer.Op[F]](nodes[i+1].plan.F32, nodes[i+1].plan.F64)); ok {
				op, last = fused, nodes[i+1]
				i++
			}
		}
		learnt = learnt || len(n.plan.Params) > 0 && !n.frozen
		out := lw.buffer(last.out.Size(), learnt)
		lw.add(n, op, in, out)
		in = out
	}
	return in, learnt
}

// simple reports whether a node is nothing but an element operation, which may be fused into the one before.
func simple(n *node) bool {
	p := n.plan
	return p.F32 != nil && p.Branches == nil && p.Params == nil && p.State == nil && p.Cache == 0 && p.Work == 0 && !p.Across
}

func (lw *lowering[F]) add(n *node, op layer.Op[F], in, out value[F]) {
	s := step[F]{node: n, op: op, across: n.plan.Across}
	lw.reads(in)
	s.view = layer.View[F]{X: in.y, DX: in.dy, Y: out.y, DY: out.dy, Work: lw.work, Seed: lw.net.cfg.Seed*0x9e3779b97f4a7c15 + uint64(len(lw.ws.steps)) + streamLayers}
	for _, i := range n.params {
		g := lw.net.plan.segments[i]
		s.view.P = append(s.view.P, lw.net.params[g.Off:g.Off+g.Len:g.Off+g.Len])
		s.view.DP = append(s.view.DP, lw.net.grads[g.Off:g.Off+g.Len:g.Off+g.Len])
	}
	for _, i := range n.state {
		g := lw.net.plan.states[i]
		s.view.S = append(s.view.S, lw.net.state[g.Off:g.Off+g.Len:g.Off+g.Len])
	}
	if n.plan.Cache > 0 {
		s.view.C = make([]F, lw.ws.batch*n.plan.Cache)
	}
	if len(n.params) > 0 && !n.frozen {
		s.learner, _ = op.(layer.Learner[F])
	}
	lw.ws.across = lw.ws.across || s.across
	lw.ws.steps = append(lw.ws.steps, s)
}

// container lowers the branches of n one after the other. They share the input, but each has its own gradient of it:
// the fork adds these up on the way back.
func (lw *lowering[F]) container(n *node, in value[F], learnt bool) (value[F], bool) {
	join := &joinOp[F]{op: pick[layer.JoinOp[F]](n.joined.F32, n.joined.F64)}
	fork := &forkOp[F]{width: n.in.Size()}
	if in.dy != nil {
		lw.add(&node{name: n.name, layer: n.layer, in: n.in, out: n.in}, fork, in, value[F]{y: in.y, dy: in.dy})
	}
	learns := learnt
	for _, branch := range n.branches {
		lw.reads(in) // an empty branch hands it on to the join
		own := value[F]{y: in.y}
		if in.dy != nil {
			own.dy = make([]F, len(in.y))
			fork.dxs = append(fork.dxs, own.dy)
		}
		out, l := lw.list(branch, own, learnt)
		learns = learns || l
		join.xs, join.dxs = append(join.xs, out.y), append(join.dxs, out.dy)
	}
	out := lw.buffer(n.out.Size(), learns)
	lw.add(&node{name: n.name, layer: n.layer, in: n.in, out: n.out}, join, value[F]{}, out)
	return out, learns
}

// joinOp puts the outputs of branches together.
type joinOp[F kernel.Float] struct {
	op      layer.JoinOp[F]
	xs, dxs [][]F
}

func (j *joinOp[F]) Forward(v *layer.View[F], s layer.Share)  { j.op.Join(v.Y, j.xs, s.Lo, s.Hi) }
func (j *joinOp[F]) Backward(v *layer.View[F], s layer.Share) { j.op.Split(j.dxs, v.DY, s.Lo, s.Hi) }

// forkOp is where branches begin. Forward there is nothing to do; backward dx = Σ over the branches of dx.
type forkOp[F kernel.Float] struct {
	width int
	dxs   [][]F
}

func (f *forkOp[F]) Forward(*layer.View[F], layer.Share) {}

func (f *forkOp[F]) Backward(v *layer.View[F], s layer.Share) {
	lo, hi := s.Lo*f.width, s.Hi*f.width
	copy(v.DX[lo:hi], f.dxs[0][lo:hi])
	for _, dx := range f.dxs[1:] {
		kernel.Add(v.DX[lo:hi], v.DX[lo:hi], dx[lo:hi])
	}
}
