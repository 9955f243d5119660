package layer_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/gradus-nn/gradus/layer"
)

func ExampleLogSoftmax() {
	x := []float64{0, 0, math.Ln2}
	dx, _ := backward(layer.LogSoftmax{}, x, []float64{0, 0, 1})
	fmt.Printf("y  %.4f = -ln 4, -ln 4, -ln 2\n", forward(layer.LogSoftmax{}, x))
	fmt.Printf("dx %.2f = dy - eʸ·Σ dy\n", dx)
	// Output:
	// y  [-1.3863 -1.3863 -0.6931] = -ln 4, -ln 4, -ln 2
	// dx [-0.25 -0.25 0.50] = dy - eʸ·Σ dy
}

func TestLogSoftmaxEdges(t *testing.T) {
	// A probability of e^-20000 is 0 in any precision; its logarithm is not.
	closeTo(t, "log-softmax", forward(layer.LogSoftmax{}, []float64{1e4, -1e4}), []float64{0, -2e4}, 0)
	closeTo(t, "log-softmax", forward(layer.LogSoftmax{}, []float64{0, -inf}), []float64{0, -inf}, 0)
	closeTo(t, "log-softmax", forward(layer.LogSoftmax{}, []float64{nan, 0}), []float64{nan, nan}, 0)
}
