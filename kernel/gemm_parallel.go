package kernel

// ParallelGemm is Gemm with the elements of c shared out among the workers of t. Each computes a rectangle of c
// on its own, so that the bits are those of Gemm.
func ParallelGemm[F Float](t *Team, p Product[F]) {
	p.check()
	// Handing work over costs what a core multiplies in half a microsecond.
	const alone = 1 << 15
	if t.Size() == 1 || p.M*p.N*p.K < alone && p.Act < ActSigmoid {
		Gemm(t.self, p)
		return
	}
	var g *gemmTask[F]
	switch f := any(&g).(type) {
	case **gemmTask[float32]:
		*f = &t.self.pack.task32
	case **gemmTask[float64]:
		*f = &t.self.pack.task64
	}
	g.Product, g.cols = p, gridCols(t.Size(), p.M, p.N)
	t.Run(g)
	g.Product = Product[F]{} // lets the operands go
}

// gemmTask is a product cut into a grid of workers; its memory belongs to the team's first worker.
type gemmTask[F Float] struct {
	Product[F]
	cols int // of the grid
}

// gridCols returns the number of columns of the grid of workers that costs each of them the least: with its m rows
// by v cache lines of columns, a worker computes m·v and reads or packs m + v.
func gridCols(workers, m, n int) int {
	best, cost := 1, 0
	for cols := 1; cols <= workers; cols++ {
		if workers%cols != 0 {
			continue
		}
		rows := workers / cols
		c := ((m+rows-1)/rows + 4) * ((n+columnGrain*cols-1)/(columnGrain*cols) + 1)
		if cost == 0 || c < cost {
			best, cost = cols, c
		}
	}
	return best
}

// columnGrain is the number of float32 in a cache line, and in the widest vector.
const columnGrain = 16

// Work computes w's rectangle of c.
func (g *gemmTask[F]) Work(w *Worker) {
	down := Worker{Index: w.Index / g.cols, Count: w.Count / g.cols}
	right := Worker{Index: w.Index % g.cols, Count: g.cols}
	lo, hi := down.Span(g.M)
	left, end := right.SpanBy(g.N, columnGrain)
	if lo == hi || left == end {
		return
	}
	p := g.Product
	p.M, p.N = hi-lo, end-left
	p.C = p.C[lo*p.LDC+left:]
	if p.Start == Bias {
		p.Bias = p.Bias[left:]
	}
	if p.K > 0 {
		ai, bj := p.LDA, 1
		if p.Form == TN {
			ai = 1
		}
		if p.Form == NT {
			bj = p.LDB
		}
		p.A, p.B = p.A[lo*ai:], p.B[left*bj:]
	}
	Gemm(w, p)
}
