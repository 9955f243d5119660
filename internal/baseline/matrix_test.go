package baseline

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// matrixOf is the matrix of x [n, d].
func matrixOf(x []float32, d int) *matrix {
	return pack(len(x)/d, d, func(dst []float32, rows []int) {
		for i, r := range rows {
			copy(dst[i*d:(i+1)*d], x[r*d:])
		}
	})
}

// plainLoss is loss as it is written down: row after row, on one processor, with all zeros.
func plainLoss(p *problem, x []float32, g, w []float64) float64 {
	clear(g)
	n, penalty, total := float64(p.n), 1/float64(p.n), 0.0
	if p.numbers {
		penalty = ridge
	}
	z, t := make([]float64, p.k), make([]float64, p.k)
	for i := range p.n {
		x := x[i*p.d : (i+1)*p.d]
		p.target(t, i)
		copy(z, w[p.d*p.k:])
		for j, v := range x {
			for c := range z {
				z[c] += float64(float64(v) * w[j*p.k+c])
			}
		}
		switch {
		case p.numbers:
			for c := range z {
				z[c] -= t[c]
				total += z[c] * z[c] / 2
			}
		case p.labels:
			for c, v := range z {
				yes := t[c] * p.weight(c)
				both := yes + 1 - t[c]
				total += both*(math.Max(v, 0)+math.Log1p(math.Exp(-math.Abs(v)))) - v*yes
				z[c] = both/(1+math.Exp(-v)) - yes
			}
		default:
			most, sum, all := slices.Max(z), 0.0, 0.0
			for c := range z {
				z[c] -= most
				sum += math.Exp(z[c])
				all += t[c] * p.weight(c)
			}
			log := math.Log(sum)
			for c := range z {
				yes := t[c] * p.weight(c)
				total -= yes * (z[c] - log)
				z[c] = all*math.Exp(z[c]-log) - yes
			}
		}
		for j, v := range append(slices.Clone(x), 1) {
			for c, e := range z {
				g[j*p.k+c] += float64(float64(v) * e)
			}
		}
	}
	total /= n
	for i := range g {
		g[i] /= n
		if i < p.d*p.k {
			total += penalty * w[i] * w[i] / 2
			g[i] += penalty * w[i]
		}
	}
	return total
}

// The loss and its gradient have the bits of the plain way, whatever share of the features is zero, over several blocks, with one processor
// or more.
func TestLossHasBitsOfThePlainWay(t *testing.T) {
	for _, c := range []struct {
		n, d, k         int
		filled          float64
		numbers, labels bool
		weights         []float64
	}{
		{n: 40_000, d: 3, k: 2, filled: 1},
		{n: 20_000, d: 30, k: 2, filled: 0.1},
		{n: 3_000, d: 17, k: 3, filled: 0.1, weights: []float64{1, 2, 0.5}},
		{n: 3_000, d: 17, k: 3, filled: 0.5},
		{n: 2_000, d: 20, k: 1, filled: 0.2, numbers: true},
		{n: 2_000, d: 20, k: 2, filled: 0.2, labels: true, weights: []float64{3, 1}},
		{n: 5, d: 2 * blockElements / 5, k: 2, filled: 0.01},
	} {
		t.Run(fmt.Sprintf("%d %d %d %v", c.n, c.d, c.k, c.filled), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(uint64(c.n), uint64(c.d)))
			x := make([]float32, c.n*c.d)
			for i := range x {
				if rng.Float64() < c.filled {
					x[i] = float32(rng.NormFloat64())
				}
			}
			targets := make([]float32, c.n*c.k)
			for i := range c.n {
				targets[i*c.k+rng.IntN(c.k)] = 1
			}
			p := &problem{n: c.n, d: c.d, k: c.k, x: matrixOf(x, c.d), target: rowsOf(targets, c.k), numbers: c.numbers, labels: c.labels, weights: c.weights}
			if sparse := p.x.blocks[0].dense == nil; sparse != (c.filled < 0.24) {
				t.Fatalf("without zeros: %v, with %v of them filled", sparse, c.filled)
			}
			w := make([]float64, (c.d+1)*c.k)
			for i := range w {
				w[i] = rng.NormFloat64() / 10
			}
			have, want := make([]float64, len(w)), make([]float64, len(w))
			if a, b := p.loss(have, w), plainLoss(p, x, want, w); a != b {
				t.Errorf("loss %v; want %v", a, b)
			}
			for i := range want {
				if have[i] != want[i] {
					t.Fatalf("gradient %d is %v; want %v", i, have[i], want[i])
				}
			}
		})
	}
}
