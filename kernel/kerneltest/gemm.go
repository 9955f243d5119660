package kerneltest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gradus-nn/gradus/kernel"
)

// Gemm examines the matrix product of the named path against the reference, bit for bit: every form, start and
// activation, sizes around the edges of tiles and of blocks, strides with room between the rows, special values.
//
// The operands end where readable memory ends (on Linux; elsewhere the heap goes on), with NaN between the rows
// of a and b; c has guard words before, behind and between its rows. So a read beyond an operand is a fault or a NaN
// in the result, and a write beyond c is a fault or a changed guard word.
func Gemm(t *testing.T, path string) {
	usePath(t, path)
	t.Run("sizes", func(t *testing.T) { gemmSizes(t, path) })
	t.Run("blocks", func(t *testing.T) { gemmBlocks(t, path) })
	t.Run("specials", func(t *testing.T) { gemmSpecials(t, path) })
	t.Run("random", func(t *testing.T) { gemmRandom(t, path) })
	t.Run("team", func(t *testing.T) { gemmTeam(t, path) })
	t.Run("sparse", func(t *testing.T) { gemmSparse(t, path) })
}

// usePath switches to path for the time of the test.
func usePath(t *testing.T, path string) {
	t.Helper()
	before := kernel.Active()
	if err := kernel.Use(path); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = kernel.Use(before) })
}

var (
	forms       = []kernel.Form{kernel.NN, kernel.TN, kernel.NT}
	starts      = []kernel.Start{kernel.Zero, kernel.Bias, kernel.Accumulate}
	activations = []kernel.Activation{kernel.ActNone, kernel.ActReLU, kernel.ActSigmoid, kernel.ActTanh}
)

// gemmCase is one product: its sizes, and how many words lie between the rows of its operands.
type gemmCase struct {
	form             kernel.Form
	m, n, k          int
	start            kernel.Start
	act              kernel.Activation
	padA, padB, padC int
}

func (c gemmCase) String() string {
	return fmt.Sprintf("form %s, m %d, n %d, k %d, start %s, act %d, %d %d %d words between the rows of a, b, c",
		[]string{"NN", "TN", "NT"}[c.form], c.m, c.n, c.k, []string{"zero", "bias", "accumulate"}[c.start], c.act, c.padA, c.padB, c.padC)
}

// every cycles through starts, activations and paddings, so that neighbouring sizes meet different ones.
func every(i int, c gemmCase) gemmCase {
	c.start, c.act = starts[i%3], activations[i/3%4]
	c.padA, c.padB, c.padC = []int{0, 3, 0, 1, 17}[i%5], []int{1, 0, 5, 0}[i%4], []int{2, 0, 7}[i%3]
	return c
}

func gemmSizes(t *testing.T, path string) {
	x := newGemmExam(t, path)
	i := 0
	for _, m := range []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16, 17, 25} {
		for _, n := range []int{0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 23, 24, 31, 32, 33, 47, 48, 49, 63, 64, 65, 79, 80, 81, 96, 97} {
			for _, k := range []int{0, 1, 2, 3, 5, 8, 15, 16, 17, 33} {
				for _, form := range forms {
					x.check(every(i, gemmCase{form: form, m: m, n: n, k: k}))
					i++
				}
			}
		}
	}
}

// gemmBlocks crosses the edges of the blocks in each direction, and meets the strides that are powers of two.
func gemmBlocks(t *testing.T, path string) {
	x := newGemmExam(t, path)
	sizes := []gemmCase{
		{m: 7, n: 80, k: 113}, {m: 7, n: 80, k: 230}, {m: 60, n: 81, k: 144}, {m: 3, n: 20, k: 700},
		{m: 181, n: 17, k: 5}, {m: 179, n: 96, k: 40}, {m: 361, n: 3, k: 9}, {m: 200, n: 161, k: 20},
		{m: 5, n: 479, k: 11}, {m: 5, n: 481, k: 11}, {m: 50, n: 500, k: 30}, {m: 49, n: 1030, k: 7}, {m: 50, n: 1040, k: 400},
		{m: 48, n: 128, k: 128}, {m: 64, n: 256, k: 32}, {m: 17, n: 512, k: 33}, {m: 9, n: 1024, k: 3},
		{m: 16, n: 330, k: 1024}, {m: 1, n: 1500, k: 40}, {m: 1, n: 40, k: 1500}, {m: 2, n: 1025, k: 31}, {m: 50, n: 490, k: 600},
		{m: 1100, n: 18, k: 16}, {m: 1024, n: 5, k: 64},
	}
	i := 0
	for _, c := range sizes {
		for _, form := range forms {
			c.form = form
			x.check(every(i, c))
			c = every(i+1, c)
			c.padA, c.padB, c.padC = 0, 0, 0
			x.check(c)
			i++
		}
	}
	// Few columns and many rows, as in the gradient of a last layer, plain and with paddings.
	for i := range 40 {
		c := every(i, gemmCase{m: []int{16, 37, 128, 401}[i%4], n: 1 + i%5, k: []int{32, 64, 200}[i%3]})
		c.form, c.start, c.act = kernel.TN, kernel.Zero, kernel.ActNone
		x.check(c)
	}
	// Several blocks of k, packed or not: what must happen only in the first or only in the last of them.
	for _, c := range []gemmCase{{m: 6, n: 75, k: 1000}, {m: 50, n: 200, k: 1300}} {
		for i := range 12 {
			c = every(i, c)
			c.form = forms[i/2%3]
			x.check(c)
		}
	}
}

// specials are the values where a product can go wrong other than by rounding.
var specials = []float32{
	0, float32(math.Copysign(0, -1)), 1, -1, float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)),
	math.SmallestNonzeroFloat32, -math.SmallestNonzeroFloat32, 0x1p-126, -0x1p-127, 0x1p-75, -0x1p-74, math.MaxFloat32, -math.MaxFloat32, 0x1p64,
}

func gemmSpecials(t *testing.T, path string) {
	x := newGemmExam(t, path)
	// Few specials among ordinary values, so that most elements of c stay numbers.
	for i, rate := range []float64{0.01, 0.03, 0.2, 1} {
		x.value = func() float32 {
			if x.rng.Float64() < rate {
				return specials[x.rng.IntN(len(specials))]
			}
			return float32(x.rng.NormFloat64())
		}
		for j, c := range []gemmCase{{m: 7, n: 83, k: 9}, {m: 13, n: 20, k: 40}, {m: 1, n: 100, k: 12}, {m: 60, n: 100, k: 5}} {
			for f, form := range forms {
				for s, start := range starts {
					for a, act := range activations {
						c := every(i+j+f+s+a, c)
						c.form, c.start, c.act = form, start, act
						x.check(c)
					}
				}
			}
		}
	}
	// Zeros of both signs: ReLU of -0 is +0, in every tile.
	x.value = func() float32 { return specials[x.rng.IntN(2)] }
	for m := range 17 {
		for _, n := range []int{1, 8, 16, 30, 47, 64, 77} {
			x.check(gemmCase{m: m, n: n, k: m % 2, start: kernel.Accumulate, act: activations[m/2%2]})
			x.check(gemmCase{m: m, n: n, k: m % 2, start: kernel.Bias, act: kernel.ActReLU})
		}
	}
	// Everything below the normal numbers: no flush to zero.
	x.value = func() float32 { return float32(x.rng.NormFloat64() * 0x1p-70) }
	for _, form := range forms {
		x.check(gemmCase{form: form, m: 6, n: 90, k: 10})
	}
}

func gemmRandom(t *testing.T, path string) {
	x := newGemmExam(t, path)
	for i := range 40 {
		r := x.rng
		c := gemmCase{form: forms[r.IntN(3)], m: 1 + r.IntN(150), n: 1 + r.IntN(250), k: 1 + r.IntN(300)}
		c = every(i, c)
		c.padA, c.padB, c.padC = r.IntN(40), r.IntN(40), r.IntN(40)
		x.check(c)
	}
}

// gemmTeam checks that a team of any size returns the same bits.
func gemmTeam(t *testing.T, path string) {
	for _, n := range []int{1, 2, 3, 5} {
		team := kernel.NewTeam(n)
		x := newGemmExam(t, path)
		x.product = func(p kernel.Product[float32]) { kernel.ParallelGemm(team, p) }
		i := 0
		for _, m := range []int{1, 2, 6, 31, 120} {
			for _, n := range []int{1, 10, 80, 81, 300} {
				for _, form := range forms {
					x.check(every(i, gemmCase{form: form, m: m, n: n, k: 50}))
					i++
				}
			}
		}
		team.Close()
	}
}

// gemmExam computes cases by the path and by the reference.
type gemmExam struct {
	t       *testing.T
	path    string
	rng     *rand.Rand
	value   func() float32
	product func(kernel.Product[float32])
	w       *kernel.Worker
	a, b, c *guarded
}

func newGemmExam(t *testing.T, path string) *gemmExam {
	x := &gemmExam{
		t: t, path: path, rng: rand.New(rand.NewPCG(1, 2)), w: kernel.NewWorker(),
		a: newGuarded(t), b: newGuarded(t), c: newGuarded(t),
	}
	x.value = func() float32 { return float32(x.rng.NormFloat64()) }
	x.product = func(p kernel.Product[float32]) { kernel.Gemm(x.w, p) }
	return x
}

const guardWords = 24

var guardWord = math.Float32frombits(0x7fc0dead) // a NaN that nobody computes

func (x *gemmExam) check(c gemmCase) {
	x.t.Helper()
	ra, ca, rb, cb := c.m, c.k, c.k, c.n
	if c.form == kernel.TN {
		ra, ca = c.k, c.m
	}
	if c.form == kernel.NT {
		rb, cb = c.n, c.k
	}
	lda, ldb, ldc := ca+c.padA, cb+c.padB, c.n+c.padC
	p := kernel.Product[float32]{
		Form: c.form, M: c.m, N: c.n, K: c.k, LDA: lda, LDB: ldb, LDC: ldc, Start: c.start, Act: c.act,
		A: x.a.end(extent(ra, ca, lda)), B: x.b.end(extent(rb, cb, ldb)),
	}
	x.fill(p.A, ra, ca, lda)
	x.fill(p.B, rb, cb, ldb)
	if c.start == kernel.Bias {
		p.Bias = make([]float32, c.n)
		x.fill(p.Bias, 1, c.n, c.n)
	}

	// c: guard words, the matrix with guard words between its rows, and the end of memory or more guard words.
	size := extent(c.m, c.n, ldc)
	behind := guardWords * (x.rng.IntN(2))
	whole := x.c.end(guardWords + size + behind)
	for i := range whole {
		whole[i] = guardWord
	}
	p.C = whole[guardWords:][:size]
	if c.start == kernel.Accumulate {
		for i := range c.m {
			for j := range c.n {
				p.C[i*ldc+j] = x.value()
			}
		}
	}
	want := append([]float32(nil), whole...)
	q := p
	q.C = want[guardWords:][:size]
	use(x.t, "reference")
	if x.path == "reference" {
		chains(q)
	} else {
		kernel.Gemm(x.w, q)
	}
	use(x.t, x.path)
	x.product(p)

	for i := range whole {
		have, want := whole[i], want[i]
		at := i - guardWords
		inside := at >= 0 && at < size && at%ldc < c.n
		switch {
		case inside && !same(have, want):
			x.t.Fatalf("%v: c[%d,%d] is %v (%#08x), want %v (%#08x)", c, at/ldc, at%ldc,
				have, math.Float32bits(have), want, math.Float32bits(want))
		case !inside && math.Float32bits(have) != math.Float32bits(guardWord):
			x.t.Fatalf("%v: wrote %v outside c, at word %d of %d with rows %d apart", c, have, at, size, ldc)
		}
	}
}

// chains is the definition of the product word for word, by which the reference itself is examined.
func chains(p kernel.Product[float32]) {
	a := func(i, k int) float32 { return p.A[i*p.LDA+k] }
	b := func(k, j int) float32 { return p.B[k*p.LDB+j] }
	switch p.Form {
	case kernel.TN:
		a = func(i, k int) float32 { return p.A[k*p.LDA+i] }
	case kernel.NT:
		b = func(k, j int) float32 { return p.B[j*p.LDB+k] }
	}
	for i := range p.M {
		if p.N == 0 {
			break
		}
		row := p.C[i*p.LDC:][:p.N]
		for j := range row {
			var s float32
			switch p.Start {
			case kernel.Bias:
				s = p.Bias[j]
			case kernel.Accumulate:
				s = row[j]
			}
			for k := range p.K {
				s = kernel.FMA32(a(i, k), b(k, j), s)
			}
			row[j] = s
		}
		switch p.Act {
		case kernel.ActReLU:
			kernel.ReLU(row, row)
		case kernel.ActSigmoid:
			kernel.Sigmoid(row, row)
		case kernel.ActTanh:
			kernel.Tanh(row, row)
		}
	}
}

// extent returns how many words a matrix spans.
func extent(rows, cols, stride int) int {
	if rows == 0 || cols == 0 {
		return 0
	}
	return (rows-1)*stride + cols
}

// fill writes values into a matrix and NaN between its rows.
func (x *gemmExam) fill(dst []float32, rows, cols, stride int) {
	for i := range dst {
		dst[i] = guardWord
	}
	if len(dst) == 0 {
		return
	}
	for i := range rows {
		for j := range cols {
			dst[i*stride+j] = x.value()
		}
	}
}
