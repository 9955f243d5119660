package kerneltest

import (
	"math"
	"math/rand/v2"
	"testing"
)

// A kind says what numbers fill a field.
type kind int

const (
	tame  kind = iota // around 0, as in a network
	mixed             // tame, and one in 20 is special
	wild              // every other is special
)

func (k kind) String() string { return [...]string{"tame", "mixed", "wild"}[k] }

// special are the numbers that break careless code.
var special = []float32{
	0, float32(math.Copysign(0, -1)), 1, -1, 0x1p-149, -0x1p-149, 0x1.8p-130, -0x1p-127, 0x1p-126, -0x1p-126,
	math.MaxFloat32, -math.MaxFloat32, float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN()),
	1e-20, -1e20, 88.7, -87.5, -103.9, 104, 17, -9.5, 0x1p24,
}

// A field is a slice between guards.
type field struct {
	x    []float32
	all  []float32
	from int
}

const (
	guards = 40
	guard  = 0xffa5c3e1 // a NaN that no arithmetic makes
)

// newField returns n numbers, shift elements off the start of the allocation's alignment.
func newField(rng *rand.Rand, n, shift int, k kind) *field {
	f := &field{all: make([]float32, guards+shift+n+guards), from: guards + shift}
	for i := range f.all {
		f.all[i] = math.Float32frombits(guard)
	}
	f.x = f.all[f.from : f.from+n : f.from+n]
	for i := range f.x {
		f.x[i] = float32(rng.NormFloat64() * 3)
		if k == mixed && rng.IntN(20) == 0 || k == wild && rng.IntN(2) == 0 {
			f.x[i] = special[rng.IntN(len(special))]
		}
	}
	return f
}

// compare fails the test unless f holds what want holds, and its guards are untouched.
func (f *field) compare(t *testing.T, what string, want *field) {
	t.Helper()
	if i := firstDifference(f.x, want.x); i >= 0 {
		t.Fatalf("%s: element %d of %d is %v (%08x), reference %v (%08x)", what, i, len(f.x),
			f.x[i], math.Float32bits(f.x[i]), want.x[i], math.Float32bits(want.x[i]))
	}
	for i, v := range f.all {
		if (i < f.from || i >= f.from+len(f.x)) && math.Float32bits(v) != guard {
			t.Fatalf("%s: wrote outside, at element %d of %d", what, i-f.from, len(f.x))
		}
	}
}
