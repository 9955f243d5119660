package layertest

import (
	"math"
	"math/rand/v2"

	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/layer"
)

// rows is the size of the examined batches: odd, and more than one.
const rows = 5

// A bench is one operation with the memory that it needs for a batch, as nn would lend it.
type bench[F kernel.Float] struct {
	plan    layer.Plan
	op      layer.Op[F]
	in, out int
	view    layer.View[F]
	dy      []F // what DY holds before Backward, which may use it up
}

// newBench returns a bench of n rows with random inputs. The same plan gives the same inputs in both precisions.
func newBench[F kernel.Float](p layer.Plan, op layer.Op[F], in, n int) *bench[F] {
	rng := rand.New(rand.NewPCG(7, 1))
	b := &bench[F]{plan: p, op: op, in: in, out: p.Out.Size()}
	v := &b.view
	v.N, v.Seed, v.Step = n, 3, 5
	v.X, v.Y, v.DX, v.DY = draw[F](rng, n*in), make([]F, n*b.out), make([]F, n*in), make([]F, n*b.out)
	b.dy = draw[F](rng, n*b.out)
	for _, q := range p.Params {
		v.P = append(v.P, draw[F](rng, q.Shape.Size()))
		v.DP = append(v.DP, make([]F, q.Shape.Size()))
	}
	for _, q := range p.State {
		s := draw[F](rng, q.Shape.Size())
		for i := range s {
			s[i] = F(math.Abs(float64(s[i]))) // a running variance is positive
		}
		v.S = append(v.S, s)
	}
	v.C = make([]F, n*p.Cache)
	for range maxWorkers {
		v.Work = append(v.Work, make([]F, p.Work))
	}
	return b
}

// draw returns numbers of either sign and magnitude 0.1 to 2 that both precisions can hold.
func draw[F kernel.Float](rng *rand.Rand, n int) []F {
	x := make([]F, n)
	for i := range x {
		v := 0.1 + 1.9*rng.Float64()
		if rng.IntN(2) == 0 {
			v = -v
		}
		x[i] = F(float32(v))
	}
	return x
}

// row returns a bench of row i alone, with the same parameters.
func (b *bench[F]) row(i int) *bench[F] {
	one := newBench(b.plan, b.op, b.in, 1)
	copy(one.view.X, b.view.X[i*b.in:][:b.in])
	copy(one.dy, b.dy[i*b.out:][:b.out])
	one.view.P, one.view.S = b.view.P, b.view.S
	return one
}

// A result is everything that a run writes.
type result[F kernel.Float] struct {
	y, dx []F
	dp    [][]F
}

// run does a forward and a backward pass in the given shares of rows, and the gradient by so many workers. Everything that
// is to be written holds NaN before.
func (b *bench[F]) run(bounds []int, workers int) result[F] {
	b.spoil()
	for i := range bounds[1:] {
		b.op.Forward(&b.view, layer.Share{Lo: bounds[i], Hi: bounds[i+1], Worker: worker(i%maxWorkers, maxWorkers)})
	}
	copy(b.view.DY, b.dy)
	for i := range bounds[1:] {
		b.op.Backward(&b.view, layer.Share{Lo: bounds[i], Hi: bounds[i+1], Worker: worker(i%maxWorkers, maxWorkers)})
	}
	if l, ok := b.op.(layer.Learner[F]); ok {
		for i := range workers {
			l.Gradient(&b.view, worker(i, workers))
		}
	}
	return b.result()
}

func (b *bench[F]) whole() result[F] { return b.run([]int{0, b.view.N}, 1) }

// spoil fills everything that an operation writes with NaN.
func (b *bench[F]) spoil() {
	v := &b.view
	for _, x := range append(append([][]F{v.Y, v.DX, v.DY, v.C}, v.DP...), v.Work...) {
		kernel.Fill(x, F(math.NaN()))
	}
}

func (b *bench[F]) result() result[F] {
	r := result[F]{y: clone(b.view.Y), dx: clone(b.view.DX)}
	for _, dp := range b.view.DP {
		r.dp = append(r.dp, clone(dp))
	}
	return r
}

// maxWorkers is the largest team that is played: more workers than rows.
const maxWorkers = 8

// worker returns a member of a team that need not exist: shares are done one after the other, so nobody waits.
func worker(i, n int) *kernel.Worker { return &kernel.Worker{Index: i, Count: n} }

func clone[F kernel.Float](x []F) []F { return append([]F(nil), x...) }

// same reports equal bits, where all NaN are one.
func same[F kernel.Float](a, b F) bool {
	return a == b && math.Signbit(float64(a)) == math.Signbit(float64(b)) || a != a && b != b
}

// differ returns the first index at which a and b have different bits, or -1.
func differ[F kernel.Float](a, b []F) int {
	for i := range a {
		if !same(a[i], b[i]) {
			return i
		}
	}
	return -1
}
