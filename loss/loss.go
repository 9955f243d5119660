// Package loss holds one loss a file.
//
// A loss compares the output of the last layer, y [n, out], with the targets, t [n, out], and is the mean over the
// n examples of the batch. Class labels arrive as one-hot rows.
package loss

import (
	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/tensor"
)

// A Loss is a plain, storable description.
type Loss interface {
	// Kind is the loss's name in files and on the command line: "cross-entropy".
	Kind() string
	// Plan checks the shape of one output of the last layer.
	Plan(out tensor.Shape) (Plan, error)
}

// Task is what a loss is for; it decides which metrics make sense.
type Task uint8

const (
	Classification Task = iota // one class an example: accuracy by the largest output
	MultiLabel                 // any number of classes an example: accuracy by output > 1/2
	Regression                 // real targets: mean absolute error, root mean squared error, R²
)

// A Plan is a loss made ready for one output shape.
type Plan struct {
	Task Task
	F32  Op[float32]
	F64  Op[float64]
}

// An Op computes a loss on rows. Several workers run it at the same time on disjoint rows. It must not allocate.
type Op[F kernel.Float] interface {
	// Loss writes the loss of every row lo to hi into l, and scale·∂l/∂y into dy unless dy is nil.
	// y, t and dy hold whole batches, l one value a row.
	Loss(l []float64, dy, y, t []F, scale F, lo, hi int)
	// Output turns the last layer's output into what a prediction shows: logits into probabilities.
	// p may be y itself.
	Output(p, y []F, lo, hi int)
}
