package diagnose

import (
	"fmt"
	"math"
)

// A known factor and where it comes from.
type known struct {
	factor     float64
	bug        string
	says, look string
}

// factors lists the factors that mistakes make in every tensor at once.
func (e *evidence) factors() []known {
	n, out := float64(e.n), float64(e.out)
	list := []known{
		{-1, "the sign", "the sign is turned: t - y in place of y - t, or a step that adds what should be subtracted", "dy = (y - t) / n"},
	}
	if e.n > 1 {
		list = append(list,
			known{n, "the mean over the batch is missing", fmt.Sprintf("the gradient is %d times too large, the size of the batch: the loss is a mean over the batch and its gradient is not divided by n", e.n), "dy = (y - t) / batch_size"},
			known{1 / n, "divided by the batch twice", fmt.Sprintf("the gradient is 1/%d of the true one, the size of the batch: it is divided by n twice", e.n), "dy = (y - t) / batch_size, and no further / n or .mean() on the way"},
		)
	}
	list = append(list,
		known{2, "a factor of 2", "the gradient is twice the true one: (f(x+h) - f(x-h)) / h where 2h is the distance, or a squared error whose cost has a ½", "/ (2*h); y - t for ½·(y-t)², 2·(y-t) for (y-t)²"},
		known{0.5, "a factor of 1/2", "the gradient is half the true one: a forward difference divided by 2h, or a ½ that the cost does not have", "(f(x+h) - f(x-h)) / (2*h); y - t for ½·(y-t)², 2·(y-t) for (y-t)²"},
	)
	if e.out > 1 {
		list = append(list,
			known{out, "summed over the outputs", fmt.Sprintf("the gradient is %d times too large, the number of outputs: a sum over the outputs where the cost has their mean", e.out), "the division by the number of outputs"},
			known{1 / out, "averaged over the outputs", fmt.Sprintf("the gradient is 1/%d of the true one, the number of outputs: np.mean over rows and columns where only the rows are meant", e.out), "np.sum(loss, axis=1).mean(), not loss.mean()"},
			known{1 / (n * out), "averaged twice", fmt.Sprintf("the gradient is 1/%d of the true one, the batch times the outputs", e.n*e.out), "dy = (y - t) / batch_size, and no further .mean()"},
			known{n * out, "the mean is missing", fmt.Sprintf("the gradient is %d times too large, the batch times the outputs: the cost is a mean over both", e.n*e.out), "dy = (y - t) / y.size"},
		)
	}
	for digits := 2; digits <= 7; digits++ {
		h := math.Pow10(-digits)
		if digits != 2 { // 10⁻⁴ is h rather than the square of a large h
			list = append(list, known{h * h, "`/2*h`", fmt.Sprintf("every component is h² = %.0e times the true one (h = %.0e): `(f(x+h) - f(x-h)) / 2*h` divides by 2 and then multiplies by h; did you mean `/(2*h)`?", h*h, h), "grad[i] = (fxh1 - fxh2) / (2*h)"})
		}
		if digits != 6 { // 10⁻⁶ is the square of 10⁻³
			list = append(list, known{2 * h, "not divided by 2h", fmt.Sprintf("every component is 2h = %.0e times the true one (h = %.0e): the difference is not divided by 2h", 2*h, h), "grad[i] = (fxh1 - fxh2) / (2*h)"})
			list = append(list, known{h, "not divided by h", fmt.Sprintf("every component is h = %.0e times the true one: the difference is divided by 2 and not by 2h", h), "grad[i] = (fxh1 - fxh2) / (2*h)"})
		}
	}
	return list
}

// lookUp returns the known factor that f is.
func (e *evidence) lookUp(f float64) (known, bool) {
	for _, k := range e.factors() {
		if math.Abs(f/k.factor-1) < 1e-3 {
			return k, true
		}
	}
	return known{}, false
}

// factor returns f for which claimed is f·right, if there is one. Claims that are very small, as of `/2*h`, have lost digits.
func factor(claimed, right []float64) (f float64, ok bool) {
	if rr := dot(right, right); rr > 0 {
		f = dot(claimed, right) / rr
	}
	if f == 0 || math.IsNaN(f) || math.IsInf(f, 0) {
		return 0, false
	}
	limit := near
	if math.Abs(f) < 1e-3 {
		limit = 1e-2
	}
	return f, distance(claimed, scale(f, right)) < limit
}

// scaledEverywhere finds a common factor of all tensors.
func scaledEverywhere(e *evidence) *Diagnosis {
	var claimed, right []float64
	for _, t := range e.compared() {
		if _, ok := factor(t.claimed, t.right); !ok && norm(t.right) > 1e-9 {
			return nil
		}
		claimed, right = append(claimed, t.claimed...), append(right, t.right...)
	}
	f, ok := factor(claimed, right)
	if !ok || math.Abs(f-1) < 1e-3 {
		return nil
	}
	if k, ok := e.lookUp(f); ok {
		return &Diagnosis{Bug: k.bug, Says: k.says, Look: k.look}
	}
	return nil
}

// scaled finds a factor of one tensor.
func scaled(e *evidence, t *tensorEvidence) *Diagnosis {
	f, ok := factor(t.claimed, t.right)
	if !ok || math.Abs(f-1) < near { // imprecise, not scaled
		return nil
	}
	switch n := float64(e.n); {
	case e.n > 1 && t.bias() && math.Abs(f*n-1) < 1e-3:
		return &Diagnosis{
			Bug:  "a bias averaged over the batch",
			Says: fmt.Sprintf("the gradient of the bias is 1/%d of the true one, the size of the batch: it is a mean where the sum over the batch is meant (dz has its 1/n already)", e.n),
			Look: "db = dz.sum(axis=0), not dz.mean(axis=0)",
		}
	case e.n > 1 && math.Abs(f/n-1) < 1e-3:
		return &Diagnosis{
			Bug:  "the mean over the batch is missing",
			Says: fmt.Sprintf("the gradient of this tensor alone is %d times too large, the size of the batch", e.n),
			Look: "the line that makes it, dW = np.dot(x.T, dz) or db = dz.sum(axis=0), where dz must hold the 1/n",
		}
	case math.Abs(f+1) < 1e-3:
		return &Diagnosis{Bug: "the sign", Says: "the sign of this tensor's gradient alone is turned", Look: "the line that makes it"}
	}
	if k, ok := e.lookUp(f); ok {
		return &Diagnosis{Bug: k.bug, Says: "in this tensor alone, " + k.says, Look: k.look}
	}
	return &Diagnosis{
		Bug:  "a constant factor",
		Says: fmt.Sprintf("the gradient is %.6g times the true one in every element", f),
		Look: "a factor in the line that makes it",
	}
}
