package initializer

import "github.com/gradus-nn/gradus/internal/kind"

// Kinds holds the zero value of every initialiser. A new one adds a file and a line here.
var Kinds = kind.Register[Initializer](
	Constant{},
	He{},
	LeCun{},
	NielsenLarge{},
	Normal{},
	Uniform{},
	Xavier{},
)
