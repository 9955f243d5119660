package optim

import "github.com/gradus-nn/gradus/internal/kind"

// Kinds holds the zero value of every optimiser. A new one adds a file, a line here and one in ByName.
var Kinds = kind.Register[Optimizer](
	AdaGrad{},
	Adam{},
	AdamW{},
	Momentum{},
	Nesterov{},
	RMSProp{},
	SGD{},
)
