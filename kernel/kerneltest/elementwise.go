package kerneltest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gradus-nn/gradus/kernel"
)

// A subject is a function of slices that all have one length. What it returns, if anything, is compared, too.
type subject struct {
	name  string
	args  int
	alias []int // which arguments may be the first one
	run   func(a [][]float32) float64
}

func subjects() []subject {
	var list []subject
	unary := func(name string, f func(dst, x []float32)) {
		list = append(list, subject{name, 2, []int{1}, func(a [][]float32) float64 { f(a[0], a[1]); return 0 }})
	}
	binary := func(name string, f func(dst, a, b []float32)) {
		list = append(list, subject{name, 3, []int{1, 2}, func(a [][]float32) float64 { f(a[0], a[1], a[2]); return 0 }})
	}
	reduce := func(name string, f func(x []float32) float64) {
		list = append(list, subject{name, 1, nil, func(a [][]float32) float64 { return f(a[0]) }})
	}
	update := func(name string, args int, f func(a [][]float32)) {
		list = append(list, subject{name, args, nil, func(a [][]float32) float64 { f(a); return 0 }})
	}
	unary("Exp", kernel.Exp)
	unary("Log", kernel.Log)
	unary("Tanh", kernel.Tanh)
	unary("Sigmoid", kernel.Sigmoid)
	unary("ReLU", kernel.ReLU)
	unary("Scale", func(dst, x []float32) { kernel.Scale(dst, -1.7, x) })
	unary("Axpy", func(y, x []float32) { kernel.Axpy(y, -1.7, x) })
	binary("SigmoidGrad", kernel.SigmoidGrad)
	binary("TanhGrad", kernel.TanhGrad)
	binary("ReLUGrad", kernel.ReLUGrad)
	unary("ELU", func(dst, x []float32) { kernel.ELU(dst, x, 0.7) })
	unary("GELU", kernel.GELU)
	unary("Softplus", kernel.Softplus)
	binary("GELUGrad", kernel.GELUGrad)
	unary("LeakyReLU", func(dst, x []float32) { kernel.LeakyReLU(dst, x, 0.01) })
	unary("AddL1", func(g, p []float32) { kernel.AddL1(g, p, 0.01) })
	binary("LeakyReLUGrad", func(dx, dy, y []float32) { kernel.LeakyReLUGrad(dx, dy, y, 0.01) })
	binary("ELUGrad", func(dx, dy, y []float32) { kernel.ELUGrad(dx, dy, y, 0.7) })
	binary("SoftplusGrad", kernel.SoftplusGrad)
	binary("Add", kernel.Add)
	binary("Sub", kernel.Sub)
	binary("Mul", kernel.Mul)
	reduce("Sum", func(x []float32) float64 { return float64(kernel.Sum(x)) })
	reduce("Max", func(x []float32) float64 { return float64(kernel.Max(x)) })
	reduce("SumSquares", kernel.SumSquares[float32])
	reduce("AllFinite", func(x []float32) float64 {
		if kernel.AllFinite(x) {
			return 1
		}
		return 0
	})
	update("SGDStep", 2, func(a [][]float32) { kernel.SGDStep(a[0], a[1], 0.1) })
	update("MomentumStep", 3, func(a [][]float32) { kernel.MomentumStep(a[0], a[1], a[2], 0.1, 0.9) })
	update("NesterovStep", 3, func(a [][]float32) { kernel.NesterovStep(a[0], a[1], a[2], 0.1, 0.9) })
	update("AdaGradStep", 3, func(a [][]float32) { kernel.AdaGradStep(a[0], a[1], a[2], 0.1, 1e-7) })
	update("RMSPropStep", 3, func(a [][]float32) { kernel.RMSPropStep(a[0], a[1], a[2], 0.1, 0.9, 1e-7) })
	update("AdamUpdate", 4, func(a [][]float32) {
		kernel.AdamUpdate(a[0], a[1], a[2], a[3], kernel.AdamStep[float32]{Rate: 0.01, Beta1: 0.9, Beta2: 0.999, Eps: 1e-8, Keep: 0.99})
	})
	return list
}

// Elementwise examines every kernel that is not a matrix product: all lengths around the vectors' edges, starts at
// every alignment, in place where that is allowed, with NaN, infinities, denormals and both zeros.
func Elementwise(t *testing.T, path string) {
	defer use(t, "")
	for _, s := range subjects() {
		t.Run(s.name, func(t *testing.T) {
			for _, n := range lengths() {
				for _, k := range []kind{tame, wild} {
					s.examine(t, path, n, k, 0)
					for _, a := range s.alias {
						s.examine(t, path, n, k, a)
					}
				}
			}
			s.fence(t, path)
		})
	}
	t.Run("Softmax", func(t *testing.T) { softmax(t, path, kernel.Softmax) })
	t.Run("LogSoftmax", func(t *testing.T) { softmax(t, path, kernel.LogSoftmax) })
	t.Run("ColSums", func(t *testing.T) { colSums(t, path) })
	t.Run("Gather", func(t *testing.T) { gather(t, path) })
	t.Run("GatherBytes", func(t *testing.T) { gatherBytes(t, path) })
}

// lengths are all up to 70, and some around multiples of the vectors' lengths.
func lengths() []int {
	var list []int
	for n := range 71 {
		list = append(list, n)
	}
	for _, n := range []int{80, 96, 112, 128, 256, 1008, 4096} {
		list = append(list, n-1, n, n+1)
	}
	return list
}

// examine compares the path with the reference on n elements. If alias is not 0, that argument is the first one.
func (s subject) examine(t *testing.T, path string, n int, k kind, alias int) {
	t.Helper()
	var fields [2][]*field
	var values [2]float64
	for i, p := range []string{"reference", path} {
		rng := rand.New(rand.NewPCG(uint64(n), uint64(k)))
		var args [][]float32
		for a := range s.args {
			f := newField(rng, n, (n+5*a)%17, k)
			fields[i] = append(fields[i], f)
			args = append(args, f.x)
		}
		if alias != 0 {
			args[alias] = args[0]
		}
		use(t, p)
		values[i] = s.run(args)
	}
	what := fmt.Sprintf("%s(%d elements, %v, alias %d)", s.name, n, k, alias)
	if want, got := values[0], values[1]; math.Float64bits(want) != math.Float64bits(got) && (want == want || got == got) {
		t.Fatalf("%s = %v, reference %v", what, got, want)
	}
	for a := range fields[0] {
		fields[1][a].compare(t, fmt.Sprintf("%s, argument %d", what, a), fields[0][a])
	}
}

// fence runs the kernel on slices that end at forbidden memory.
func (s subject) fence(t *testing.T, path string) {
	use(t, path)
	var memory []*guarded
	for range s.args {
		memory = append(memory, newGuarded(t))
	}
	args := make([][]float32, s.args)
	for n := range 50 {
		for a := range args {
			args[a] = memory[a].end(n)
		}
		s.run(args)
	}
}

func softmax(t *testing.T, path string, f func(dst, x []float32, cols int)) {
	a, b := newGuarded(t), newGuarded(t)
	for _, cols := range append(lengths()[1:], 100, 1000) {
		for _, rows := range []int{0, 1, 3, 4, 5, 9} {
			for _, k := range []kind{tame, mixed, wild} {
				for _, inPlace := range []bool{false, true} {
					run := func(p string) (dst, x *field) {
						rng := rand.New(rand.NewPCG(uint64(cols), uint64(rows)))
						dst, x = newField(rng, rows*cols, cols%17, tame), newField(rng, rows*cols, rows%17, k)
						use(t, p)
						if inPlace {
							f(x.x, x.x, cols)
						} else {
							f(dst.x, x.x, cols)
						}
						return dst, x
					}
					dst, x := run("reference")
					gotDst, gotX := run(path)
					what := fmt.Sprintf("%d rows of %d, %v, in place: %t", rows, cols, k, inPlace)
					gotDst.compare(t, what+": dst", dst)
					gotX.compare(t, what+": x", x)
				}
			}
		}
		if cols < 40 {
			use(t, path)
			f(a.end(9*cols), b.end(9*cols), cols)
		}
	}
}

func colSums(t *testing.T, path string) {
	a, b := newGuarded(t), newGuarded(t)
	for _, cols := range []int{0, 1, 2, 7, 8, 9, 10, 15, 16, 17, 31, 32, 33, 47, 63, 64, 65, 79, 80, 81, 128, 200} {
		for _, rows := range []int{0, 1, 2, 5, 33} {
			for _, gap := range []int{0, 3} {
				stride := cols + gap
				run := func(p string, k kind) (dst, x *field) {
					rng := rand.New(rand.NewPCG(uint64(cols), uint64(rows)))
					dst, x = newField(rng, cols, cols%17, k), newField(rng, rows*stride, rows%17, k)
					use(t, p)
					kernel.ColSums(dst.x, x.x, rows, cols, stride)
					return dst, x
				}
				for _, k := range []kind{tame, wild} {
					dst, x := run("reference", k)
					gotDst, gotX := run(path, k)
					what := fmt.Sprintf("%d rows of %d, stride %d", rows, cols, stride)
					gotDst.compare(t, what, dst)
					gotX.compare(t, what+": x", x)
				}
				if rows > 0 {
					kernel.ColSums(a.end(cols), b.end(rows*stride-gap), rows, cols, stride)
				}
			}
		}
	}
}

func gather(t *testing.T, path string) {
	a, b := newGuarded(t), newGuarded(t)
	const rows = 9
	for _, width := range append(lengths(), 784) {
		order := []int{3, 8, 0, 8, 1, 2}
		run := func(p string) (dst, src *field) {
			rng := rand.New(rand.NewPCG(uint64(width), 0))
			dst, src = newField(rng, len(order)*width, width%17, tame), newField(rng, rows*width, width%13, wild)
			use(t, p)
			kernel.Gather(dst.x, src.x, width, order)
			kernel.Gather(dst.x[:0], src.x, width, nil)
			return dst, src
		}
		dst, src := run("reference")
		gotDst, gotSrc := run(path)
		what := fmt.Sprintf("rows of %d", width)
		gotDst.compare(t, what, dst)
		gotSrc.compare(t, what+": src", src)
		kernel.Gather(a.end(len(order)*width), b.end(rows*width), width, order)
	}
}

func gatherBytes(t *testing.T, path string) {
	const rows = 9
	tables := map[string]*kernel.ByteTable[float32]{
		"v/255":      kernel.NewByteTable(func(v uint8) float32 { return float32(v) / 255 }),
		"v":          kernel.NewByteTable(func(v uint8) float32 { return float32(v) }),
		"v/255-0.13": kernel.NewByteTable(func(v uint8) float32 { return float32(v)/255 - 0.13 }),
	}
	for name, table := range tables {
		for _, width := range append(lengths(), 784) {
			rng := rand.New(rand.NewPCG(uint64(width), 0))
			order := []int{3, 8, 0, 8, 1, 2}
			src := make([]uint8, rows*width)
			for i := range src {
				src[i] = uint8(rng.Uint32())
			}
			dst := newField(rng, len(order)*width, width%17, tame)
			use(t, path)
			kernel.GatherBytes(dst.x, src, width, order, table)
			want := newField(rng, len(order)*width, 0, tame)
			for i, r := range order {
				for j := range width {
					want.x[i*width+j] = table.At(src[r*width+j])
				}
			}
			dst.compare(t, fmt.Sprintf("%s, rows of %d", name, width), want)
		}
	}
}
