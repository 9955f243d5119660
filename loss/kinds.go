package loss

import "github.com/gradus-nn/gradus/internal/kind"

// Kinds holds a zero value of every loss that can be stored. A new loss is a new file and a new line here.
var Kinds = kind.Register[Loss](
	SoftmaxCrossEntropy{},
	BinaryCrossEntropy{},

	Quadratic{},
	MeanSquared{},
	MeanAbsolute{},
	Huber{},
)
