package source

import (
	"io/fs"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gradus-nn/gradus/kernel"
)

// numbers are special ones, one of every few million of all patterns of bits, and many of the size that networks have.
func numbers() []float32 {
	list := []float32{0, float32(math.Copysign(0, -1)), 1, -1, 88.7, 88.73, -103.97, -104, math.MaxFloat32, -math.MaxFloat32, math.SmallestNonzeroFloat32,
		float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN()), 0x1p-126, 0x1p-127}
	for bits := uint64(0); bits < 1<<32; bits += 39_119 {
		list = append(list, math.Float32frombits(uint32(bits)))
	}
	rng := rand.New(rand.NewPCG(1, 0))
	for range 100_000 {
		list = append(list, float32(4*rng.NormFloat64()))
	}
	return list
}

func same(t *testing.T, name string, x, have, want []float32) {
	t.Helper()
	for i := range want {
		if math.Float32bits(have[i]) != math.Float32bits(want[i]) && !(have[i] != have[i] && want[i] != want[i]) {
			t.Errorf("%s of %g: %g, want %g", name, x[i], have[i], want[i])
			return
		}
	}
}

// What goes into generated packages has the bits of package kernel.
func TestAgainstKernel(t *testing.T) {
	all := numbers()
	for name, c := range map[string]struct {
		have Function
		want func(y, x []float32)
	}{
		"relu": {relu, kernel.ReLU[float32]}, "sigmoid": {sigmoid, kernel.Sigmoid[float32]}, "tanh": {tanh, kernel.Tanh[float32]},
		"gelu": {gelu, kernel.GELU[float32]}, "softplus": {softplus, kernel.Softplus[float32]},
		"leakyReLU": {func(x []float32) { leakyReLU(x, 0.01) }, func(y, x []float32) { kernel.LeakyReLU(y, x, 0.01) }},
		"elu":       {func(x []float32) { elu(x, 0.7) }, func(y, x []float32) { kernel.ELU(y, x, 0.7) }},
		"exp": {func(x []float32) {
			for i, v := range x {
				x[i] = exp(v)
			}
		}, kernel.Exp[float32]},
		"log": {func(x []float32) {
			for i, v := range x {
				x[i] = log(v)
			}
		}, kernel.Log[float32]},
	} {
		have, want := append([]float32(nil), all...), make([]float32, len(all))
		c.have(have)
		c.want(want, all)
		same(t, name, all, have, want)
	}
	rng := rand.New(rand.NewPCG(2, 0))
	for n := 1; n < 70; n++ {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(10 * rng.NormFloat64())
		}
		have, want := append([]float32(nil), x...), make([]float32, n)
		softmax(have)
		kernel.Softmax(want, x, n)
		same(t, "softmax", x, have, want)
		copy(have, x)
		logSoftmax(have)
		kernel.LogSoftmax(want, x, n)
		same(t, "logSoftmax", x, have, want)

		const out = 19
		w, b := make([]float32, n*out), make([]float32, out)
		for i := range w {
			w[i] = float32(rng.NormFloat64())
		}
		for i := range b {
			b[i] = float32(rng.NormFloat64() * math.Pow(2, float64(rng.IntN(60)-30)))
		}
		y, z := make([]float32, out), make([]float32, out)
		dense(y, x, w, b)
		kernel.Gemm(kernel.NewWorker(), kernel.Product[float32]{Form: kernel.NN, M: 1, N: out, K: n, A: x, B: w, C: z, Start: kernel.Bias, Bias: b})
		same(t, "dense", b, y, z)
	}
}

// The names that the files are listed by are those of their folder, and every need is among them.
func TestFiles(t *testing.T) {
	there, err := fs.Glob(Files, "*.go")
	if err != nil || len(there) < 20 {
		t.Fatal(there, err)
	}
	for file, needs := range Needs {
		for _, name := range append(needs, file) {
			if _, err := Files.ReadFile(name); err != nil {
				t.Error(err)
			}
		}
	}
}
