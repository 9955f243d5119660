package ours

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"time"

	"github.com/gradus-nn/gradus/kernel"
)

// product is c = a·b of float32 matrices, m x n x k, called again and again for so many milliseconds. The value is the
// median call's GFLOP/s.
func product(s Settings) (Round, error) {
	m, n, k := s.Int("m", 512), s.Int("n", 80), s.Int("k", 784)
	a, b, c := make([]float32, m*k), make([]float32, k*n), make([]float32, m*n)
	for i := range a {
		a[i] = float32(i*7919%1000)/1000 - 0.5
	}
	for i := range b {
		b[i] = float32(i*104729%1000)/1000 - 0.5
	}
	team := kernel.NewTeam(s.Int("threads", runtime.GOMAXPROCS(0)))
	period := time.Duration(s.Int("ms", 150)) * time.Millisecond
	var times []float64
	return func() (float64, string) {
		times = times[:0]
		for begun := time.Now(); len(times) < 3 || time.Since(begun) < period; {
			at := time.Now()
			kernel.ParallelGemm(team, kernel.Product[float32]{M: m, N: n, K: k, A: a, B: b, C: c})
			times = append(times, time.Since(at).Seconds())
		}
		slices.Sort(times)
		return 2e-9 * float64(m) * float64(n) * float64(k) / times[len(times)/2], productCheck(m, n, k, a, b, c)
	}, nil
}

// productCheck compares one element with its sum in float64.
func productCheck(m, n, k int, a, b, c []float32) string {
	i, j, want := m/2, n/3, 0.0
	for l := range k {
		want += float64(a[i*k+l]) * float64(b[l*n+j])
	}
	if math.Abs(want-float64(c[i*n+j])) > 1e-3*math.Sqrt(float64(k)) {
		return fmt.Sprintf("wrong: %g, want %g", c[i*n+j], want)
	}
	return "right"
}
