package layer

import "github.com/gradus-nn/gradus/internal/kind"

// Kinds holds a zero value of every layer that can be stored. A new layer is a new file and a new line here.
var Kinds = kind.Register[Layer](
	Dense{},
	Identity{},
	Flatten{},

	Step{},
	Sigmoid{},
	Tanh{},
	ReLU{},
	LeakyReLU{},
	ELU{},
	GELU{},
	Softplus{},
	Softmax{},
	LogSoftmax{},

	Residual{},
	Concat{},
)
