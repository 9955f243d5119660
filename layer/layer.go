// Package layer holds one layer a file.
//
// A layer is a description: plain data that prints, stores and compares. Plan tells what a layer needs for one
// input shape; the operations in the plan do the arithmetic on memory that nn.Compile places and lends them.
package layer

import (
	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/tensor"
)

// A Layer is a plain, printable, storable description without memory.
type Layer interface {
	// Kind is the layer's name in files, on the command line and in messages: "dense".
	Kind() string
	// Plan tells what comes out when one example of shape in goes in, and what the layer needs for it.
	// Its error says what shape was wanted and what was found; nn adds the layer's number.
	Plan(in tensor.Shape) (Plan, error)
}

// A Plan is what a layer needs for one input shape.
type Plan struct {
	Out    tensor.Shape // of one example
	Params []Param      // trained; placed in the parameter slab
	State  []Param      // saved but not trained: the running statistics of batch normalisation

	Cache int // elements an example that Forward keeps for Backward: a dropout mask, the winners of a max-pool
	Work  int // elements of scratch memory that each worker needs: the columns of a convolution

	// Across says that the layer looks across the rows of a batch (batch normalisation while training): its
	// operations run between barriers, see all rows, and share the work as they like.
	Across bool

	// Forward only: NoGradient says why the layer cannot learn, or is empty.
	NoGradient string

	// The operation in both precisions. Unset if the layer is made of Branches, or if it only renames the axes
	// (flatten, identity): then the output is the input's own memory and there is nothing to do.
	F32 Op[float32]
	F64 Op[float64]

	// Branches, if set, are lists of layers that all read the layer's input; Join puts their outputs together.
	// An empty branch passes the input on.
	Branches [][]Layer
	Join     func(outs []tensor.Shape) (Joined, error)
}

// A Param is one named tensor of a layer.
type Param struct {
	Name   string // "W", "b"
	Shape  tensor.Shape
	FanIn  int                     // inputs that one output sums over, and
	FanOut int                     // outputs that one input reaches: what initialisers scale by
	Init   initializer.Initializer // nil: zero
	Decay  bool                    // regularisers and weight decay act on it: weights, not biases
}

// An Op is a layer compiled for one input shape. It owns no memory: it works on the View that it is lent, and on
// the rows of its Share only (or, if the plan said Across, on a part that it chooses by worker number). Several
// workers run it at the same time. It must not allocate.
type Op[F kernel.Float] interface {
	// Forward reads X, P and S, and writes Y (and C).
	Forward(v *View[F], s Share)
	// Backward reads X, Y, C, P and DY, and writes DX unless it is nil. It may use DY as scratch memory.
	Backward(v *View[F], s Share)
}

// A Learner is an Op with parameters. Gradient runs after Backward is through for all rows.
type Learner[F kernel.Float] interface {
	Op[F]
	// Gradient reads X and DY of all N rows, and overwrites this worker's part of DP, split along outputs, so that
	// each element is one sum down the rows in order whatever the number of workers.
	Gradient(v *View[F], w *kernel.Worker)
}

// A Fuser is an Op that can do the next one's work on its way: dense takes a following activation into the
// product's epilogue. The fused Op sees the first one's X and the second one's Y and DY.
type Fuser[F kernel.Float] interface {
	Fuse(next Op[F]) (Op[F], bool)
}

// A Share is what one worker is asked to do: rows Lo to Hi, with the worker's scratch memory.
type Share struct {
	Lo, Hi int
	Worker *kernel.Worker
}

// A View is the memory that one step of a network is lent for a batch of N examples. All slices hold whole
// batches, row after row.
type View[F kernel.Float] struct {
	N     int   // rows of this batch
	X, Y  []F   // input and output
	DX    []F   // gradient of the loss in X; nil if nobody needs it (the first layer)
	DY    []F   // gradient of the loss in Y
	P, DP [][]F // this layer's parameters and their gradients, one slice a tensor in the plan's order
	S     [][]F // this layer's state, likewise
	C     []F   // the cache, [N, Cache]
	Work  [][]F // scratch memory by worker index

	Zeros float64 // share of X that is zero, by a sample; 0 where nobody looked. No bit depends on it.

	Train bool   // training mode: dropout drops, batch normalisation uses the batch
	Seed  uint64 // of this layer's randomness, and
	Step  uint64 // number of the training step: together they fix every random draw, whatever the threads
}

// Joined is how a container puts the outputs of its branches together.
type Joined struct {
	Out tensor.Shape
	F32 JoinOp[float32]
	F64 JoinOp[float64]
}

// A JoinOp combines the outputs of branches, row by row.
type JoinOp[F kernel.Float] interface {
	// Join reads xs, one whole-batch slice a branch, and writes rows lo to hi of y.
	Join(y []F, xs [][]F, lo, hi int)
	// Split reads rows lo to hi of dy and writes those of every dx; a nil dx is not wanted.
	Split(dxs [][]F, dy []F, lo, hi int)
}
