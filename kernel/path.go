package kernel

import (
	"fmt"
	"os"
	"strings"
)

// A Path is one implementation of the float32 kernels. It begins as a copy of the reference and replaces what it
// does faster, so that no field but sparse is ever nil.
type Path struct {
	Name string // "reference", "avx2", "avx512", "neon"

	gemm   func(w *Worker, p Product[float32])
	sparse func(w *Worker, p Product[float32]) bool // skips the zeros of a, or reports false; nil: gemm does all

	peak      func(rounds int) // see Peak: rounds times peakSums times peakLanes multiply-adds
	peakLanes int

	exp, log, tanh, sigmoid, relu   func(dst, x []float32)
	gelu, softplus                  func(dst, x []float32)
	sigmoidGrad, tanhGrad, reluGrad func(dx, dy, y []float32)
	geluGrad, softplusGrad          func(dx, dy, x []float32)
	leakyReLU, elu                  func(dst, x []float32, alpha float32)
	leakyReLUGrad, eluGrad          func(dx, dy, y []float32, alpha float32)

	add, sub, mul func(dst, a, b []float32)
	scale         func(dst []float32, a float32, x []float32)
	axpy          func(y []float32, a float32, x []float32)
	addL1         func(g, p []float32, lambda float32)

	sum, max   func(x []float32) float32
	sumSquares func(x []float32) float64
	allFinite  func(x []float32) bool
	colSums    func(dst, x []float32, rows, cols, stride int)

	softmax, logSoftmax func(dst, x []float32, cols int)

	gather      func(dst, src []float32, width int, rows []int)
	gatherBytes func(dst []float32, src []uint8, width int, rows []int, hi, lo float32)

	sgd                func(p, g []float32, rate float32)
	momentum, nesterov func(p, g, v []float32, rate, mu float32)
	adaGrad            func(p, g, h []float32, rate, eps float32)
	rmsProp            func(p, g, h []float32, rate, rho, eps float32)
	adam               func(p, g, m, v []float32, s AdamStep[float32])
}

// PathEnv names the environment variable that forces a path, for measurement and for tests; users need none.
const PathEnv = "GRADUS_KERNEL"

var (
	paths  []*Path // fastest first; the last is the reference
	active *Path
)

// Set here rather than where they are declared, because kernels call each other through active.
func init() {
	paths = available()
	active = choose()
}

// choose picks the path named by PathEnv or else the fastest. An unknown name is reported by ForcedPathError,
// not here: a package must not print.
func choose() *Path {
	if p, err := find(os.Getenv(PathEnv)); err == nil {
		return p
	}
	return paths[0]
}

// ForcedPathError returns an error if PathEnv asks for a path that this machine cannot run.
func ForcedPathError() error {
	_, err := find(os.Getenv(PathEnv))
	return err
}

func find(name string) (*Path, error) {
	if name == "" {
		return paths[0], nil
	}
	for _, p := range paths {
		if p.Name == name {
			return p, nil
		}
	}
	return nil, fmt.Errorf("kernel: no path %q on this machine; it can run %s", name, strings.Join(Paths(), ", "))
}

// Paths lists the implementations that this machine can run, fastest first. The last is always "reference".
func Paths() []string {
	names := make([]string, len(paths))
	for i, p := range paths {
		names[i] = p.Name
	}
	return names
}

// Active returns the name of the implementation in use.
func Active() string { return active.Name }

// Use switches to the named implementation ("" for the fastest). It must not be called while kernels run.
func Use(name string) error {
	p, err := find(name)
	if err == nil {
		active = p
	}
	return err
}
