package diagnose

import (
	"fmt"
	"math"
)

// coefficients returns l1 and l2 of cost = l1·Σ|w| + l2/2·Σw².
func (e *evidence) coefficients() (l1, l2 float64) {
	for _, r := range e.spec.Regularizers {
		a, b := r.Coefficients(e.net.Config().Examples, e.net.Config().Batch)
		l1, l2 = l1+a, l2+b
	}
	return l1, l2
}

// styles says under which reading of λ a coefficient of c in place of have is right, or "".
func (e *evidence) styles(c, have float64) string {
	n, m := float64(e.net.Config().Examples), float64(e.net.Config().Batch)
	for _, s := range []struct {
		ratio float64
		words string
	}{
		{n, "λ is not divided by the number of training examples"},
		{m, "λ is not divided by the size of the batch"},
		{1 / n, "λ is divided by the number of training examples once too often"},
		{1 / m, "λ is divided by the size of the batch once too often"},
		{n / m, "λ is divided by the size of the batch, not by the number of training examples"},
		{m / n, "λ is divided by the number of training examples, not by the size of the batch"},
		{2, "the ½ of λ/2·Σw² is missing in the cost, or the gradient is doubled"},
		{0.5, "the gradient keeps the ½ of λ/2·Σw², which differentiating cancels"},
	} {
		if s.ratio != 1 && math.Abs(c/(have*s.ratio)-1) < 1e-3 {
			return ": " + s.words
		}
	}
	return ""
}

// otherPenalty finds a regulariser that is missing from the gradient of a weight, or another one: what is left of the
// claimed gradient after taking away the true one is then a multiple of w, of sign(w), or of the two.
func otherPenalty(e *evidence, t *tensorEvidence) *Diagnosis {
	if t.bias() || !t.segment.Decay || norm(t.w) == 0 {
		return nil
	}
	l1, l2 := e.coefficients()
	rest := minus(t.claimed, t.right)
	sign, abs := make([]float64, len(t.w)), make([]float64, len(t.w))
	for i, w := range t.w {
		abs[i] = math.Abs(w)
		if w != 0 {
			sign[i] = math.Copysign(1, w)
		}
	}
	ones := make([]float64, len(t.w))
	for i := range ones {
		ones[i] = 1
	}
	is := func(c, want float64) bool { return want != 0 && math.Abs(c/want-1) < 1e-3 }
	if l1 != 0 {
		const look = "w - eta*lmbda/n * np.sign(w) - ..., and cost += lmbda/n * sum(np.abs(w).sum() for w in weights)"
		if c, ok := factor(rest, minus(abs, sign)); ok && is(c, l1) {
			return &Diagnosis{Bug: "L1 as a factor of w", Look: look,
				Says: "the gradient of the L1 penalty is λ/n·sign(w)·w = λ/n·|w|, as in the step (1 - ηλ/n·sign(w))·w: L1 subtracts ηλ/n·sign(w); its cost is λ/n·Σ|w|"}
		}
		if c, ok := factor(rest, minus(scale(1/norm(t.w), t.w), sign)); ok && is(c, l1) {
			return &Diagnosis{Bug: "L1 with the L2 norm", Look: look,
				Says: "this is the gradient of λ/n·‖w‖, the root of the sum of squares (np.linalg.norm): the cost of L1 is λ/n·Σ|w|, its gradient λ/n·sign(w)"}
		}
		if c, ok := factor(rest, minus(t.w, sign)); ok && is(c, l1) {
			return &Diagnosis{Bug: "L2 in place of L1", Look: look,
				Says: "the gradient holds λ/n·w, which is that of L2: L1 subtracts ηλ/n·sign(w)"}
		}
		if c, ok := factor(rest, minus(ones, sign)); ok && is(c, l1) {
			return &Diagnosis{Bug: "L1 without the sign", Look: look,
				Says: "the gradient of the L1 penalty is λ/n for every weight, whatever its sign: it is λ/n·sign(w)"}
		}
		if c, ok := factor(rest, sign); ok {
			return penaltyFactor(e, "L1", "sign(w)", c+l1, l1, look)
		}
	}
	const look = "dW += lmbda/n * W for a cost of lmbda/(2*n) * np.sum(W**2)"
	if c, ok := factor(rest, minus(sign, t.w)); ok && is(c, l2) {
		return &Diagnosis{Bug: "L1 in place of L2", Look: look, Says: "the gradient holds λ/n·sign(w), which is that of L1: L2 adds λ/n·w"}
	}
	if c, ok := factor(rest, t.w); ok {
		return penaltyFactor(e, "L2", "w", c+l2, l2, look)
	}
	if c, ok := factor(rest, sign); ok {
		return penaltyFactor(e, "L1", "sign(w)", c, 0, look)
	}
	return nil
}

// penaltyFactor is the diagnosis of a penalty whose gradient has the coefficient c where want is right.
func penaltyFactor(e *evidence, name, term string, c, want float64, look string) *Diagnosis {
	d := &Diagnosis{Look: look}
	switch {
	case want == 0:
		d.Bug = "a regulariser in the gradient alone"
		d.Says = fmt.Sprintf("the gradient holds an %s term of %.4g times %s that is not in the cost", name, c, term)
	case math.Abs(c) < 1e-3*math.Abs(want):
		d.Bug = "a regulariser is missing"
		d.Says = fmt.Sprintf("the gradient of the loss is right, but that of the %s penalty, %.4g·%s, is missing", name, want, term)
	default:
		d.Bug = "a regulariser's factor"
		d.Says = fmt.Sprintf("the gradient of the %s penalty is %.4g times %s where the cost asks for %.4g%s", name, c, term, want, e.styles(c, want))
		if math.Abs(c/want+1) < 1e-3 {
			d.Says = fmt.Sprintf("the gradient of the %s penalty has the wrong sign", name)
		}
	}
	return d
}

// regularizedBias finds a bias that is penalised although the cost penalises weights alone.
func regularizedBias(e *evidence, t *tensorEvidence) *Diagnosis {
	if !t.bias() || t.segment.Decay || norm(t.w) == 0 {
		return nil
	}
	c, ok := factor(minus(t.claimed, t.right), t.w)
	if !ok || len(t.w) < 2 {
		return nil
	}
	return &Diagnosis{
		Bug:  "a regularised bias",
		Says: fmt.Sprintf("the gradient of the bias holds a penalty of %.4g·b: the cost penalises weights, not biases", c),
		Look: "the loop that adds lmbda/n * w: leave the biases out",
	}
}
