package diagnose

import (
	"fmt"
	"slices"
)

// printedShape finds a claim that is the tensor's shape: a check that compares shapes has nothing else.
func printedShape(_ *evidence, t *tensorEvidence) *Diagnosis {
	c, shape := t.misshapen, t.segment.Shape
	if c == nil || len(c.Values) != len(shape) {
		return nil
	}
	for i, d := range shape {
		if c.Values[i] != float64(d) {
			return nil
		}
	}
	return &Diagnosis{
		Bug:  "a check that compares shapes",
		Says: "the claimed gradient is only its shape: a check that prints shapes cannot find a wrong number; compare numbers",
		Look: "print(np.abs(grad_num[key] - grad[key]).max())",
	}
}

// notSummed finds the gradient of a bias that still has a row for every example.
func notSummed(e *evidence, t *tensorEvidence) *Diagnosis {
	c := t.misshapen
	if c == nil || !t.bias() || !slices.Equal(c.Shape, []int{e.n, t.segment.Shape[0]}) {
		return nil
	}
	sum := make([]float64, t.segment.Len)
	for i, v := range c.Values {
		sum[i%len(sum)] += v
	}
	more := ""
	if t.whole && distance(sum, t.right) < near {
		more = ", and its sum down the rows is right"
	}
	return &Diagnosis{
		Bug:  "a bias not summed over the batch",
		Says: fmt.Sprintf("the gradient of a bias has a row for each of the %d examples%s: every example uses the same bias, so the rows add up", e.n, more),
		Look: "db = dz.sum(axis=0)",
	}
}

// transposedShape finds a matrix claimed with its axes exchanged.
func transposedShape(_ *evidence, t *tensorEvidence) *Diagnosis {
	c, shape := t.misshapen, t.segment.Shape
	if c == nil || len(shape) != 2 || !slices.Equal(c.Shape, []int{shape[1], shape[0]}) {
		return nil
	}
	d := &Diagnosis{
		Bug:  "transposed",
		Says: fmt.Sprintf("the gradient is %dx%d, its weight %dx%d", shape[1], shape[0], shape[0], shape[1]),
		Look: "dW = np.dot(x.T, dz), not np.dot(dz.T, x)",
	}
	if t.whole && distance(transpose(c.Values, shape[1], shape[0]), t.right) < near {
		d.Says += "; transposed, its numbers are right"
	}
	return d
}

func otherShape(_ *evidence, t *tensorEvidence) *Diagnosis {
	if t.misshapen == nil {
		return nil
	}
	return &Diagnosis{
		Bug:  "another shape",
		Says: fmt.Sprintf("the gradient has the shape %v, its parameter %v", t.misshapen.Shape, t.segment.Shape),
		Look: "the product that makes it: dW = np.dot(x.T, dz), db = dz.sum(axis=0)",
	}
}

// transpose returns the [cols, rows] transpose of a [rows, cols] matrix.
func transpose(a []float64, rows, cols int) []float64 {
	b := make([]float64, len(a))
	for i := range rows {
		for j := range cols {
			b[j*rows+i] = a[i*cols+j]
		}
	}
	return b
}
