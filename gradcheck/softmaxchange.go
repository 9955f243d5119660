package gradcheck

import (
	"math"

	"github.com/gradus-nn/gradus/kernel"
)

// softmaxChange is the change of the softmax cross-entropy when the logits of a row move from y to y + u:
//
//	Σt·ln Σ exp(y+u) - Σ t·(y+u)  -  the same at u = 0   =   Σt·ln(1 + Σ p·(exp(u) - 1)) - Σ t·u        p = softmax(y)
//
// It is the loss itself, not its derivative, without the rounding that the difference of two nearly equal losses suffers.
type softmaxChange struct {
	width   int
	y, p, t []float64 // [n, width]
	sum     []float64 // Σt of each row
}

func newSoftmaxChange(y, t []float64, width int) *softmaxChange {
	c := &softmaxChange{width: width, y: y, p: make([]float64, len(y)), t: t, sum: make([]float64, len(y)/width)}
	kernel.Softmax(c.p, y, width)
	for r := range c.sum {
		for _, t := range t[r*width:][:width] {
			c.sum[r] += t
		}
	}
	return c
}

// logit returns the change of the sum of the losses when logit j of the rows at hand moves by h·x.
func (c *softmaxChange) logit(mem *scratch, j int, h float64) (change float64) {
	for i, r := range mem.row {
		u := h * mem.x[i]
		var q float64
		if math.Abs(u) < largeExponent {
			q = math.Log1p(c.p[r*c.width+j] * math.Expm1(u))
		} else {
			clear(mem.t[:c.width])
			mem.t[j] = 1
			q = c.far(r, mem.t[:c.width], u)
		}
		change += float64(c.sum[r]*q) - float64(c.t[r*c.width+j]*u)
	}
	return change
}

// rankOne returns the change of the sum of the losses when the logits of the given rows move by (moved - old)·w, where
// the old value of row r is old[r·stride].
func (c *softmaxChange) rankOne(w []float64, rows []int, moved, old []float64, stride int) (change float64) {
	largest := 0.0
	for _, w := range w {
		largest = max(largest, math.Abs(w))
	}
	for i, r := range rows {
		d := moved[i] - old[r*stride]
		if d == 0 {
			continue
		}
		p, t := c.p[r*c.width:][:len(w)], c.t[r*c.width:][:len(w)]
		var q, linear float64
		switch u := math.Abs(d) * largest; {
		case u < smallExponent:
			for k, w := range w {
				q += float64(p[k] * expm1(d*w))
			}
			q = log1p(q)
		case u < largeExponent:
			for k, w := range w {
				q += float64(p[k] * math.Expm1(d*w))
			}
			q = math.Log1p(q)
		default:
			q = c.far(r, w, d)
		}
		for k, w := range w {
			linear += float64(t[k] * w)
		}
		change += float64(c.sum[r]*q) - float64(d*linear)
	}
	return change
}

// far returns ln Σ exp(y + d·w) - ln Σ exp(y) of row r for moves so long that exponentials could overflow.
func (c *softmaxChange) far(r int, w []float64, d float64) float64 {
	y := c.y[r*c.width:][:c.width]
	before, after := math.Inf(-1), math.Inf(-1)
	for k, y := range y {
		before, after = max(before, y), max(after, y+float64(d*w[k]))
	}
	var sumBefore, sumAfter float64
	for k, y := range y {
		sumBefore += math.Exp(y - before)
		sumAfter += math.Exp(y + float64(d*w[k]) - after)
	}
	return after - before + math.Log(sumAfter/sumBefore)
}

const (
	smallExponent = 0x1p-10 // below it the first term that expm1 leaves out, u⁶/720 of the result, is below 2⁻⁶⁹
	largeExponent = 1       // below it 1 + Σ p·(exp(u) - 1) is far from 0
)

// expm1 is exp(u) - 1 for |u| < smallExponent: its Taylor series.
func expm1(u float64) float64 {
	p := 1./6 + float64(u*(1./24+float64(u*(1./120+float64(u*(1./720))))))
	return u + float64(float64(u*u)*(0.5+float64(u*p)))
}

// log1p is ln(1 + q). Small q, which are nearly all, take the series of 2·artanh(q / (2+q)).
func log1p(q float64) float64 {
	if !(math.Abs(q) < 0x1p-6) {
		return math.Log1p(q)
	}
	s := q / (2 + q) // below 2⁻⁷: the first term left out, s¹⁰/11, is below 2⁻⁷³
	z := s * s
	return 2 * (s + float64(float64(s*z)*(1./3+float64(z*(1./5+float64(z*(1./7+float64(z*(1./9)))))))))
}
