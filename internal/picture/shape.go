package picture

import (
	"math"

	"github.com/gradus-nn/gradus/tensor"
)

// Size reports whether examples of a shape are pictures of one channel, and of which size: [1 28 28], [28 28], or a flat
// shape that is a square of at least 7 by 7, as MNIST's 784 and the 64 of the small digits are.
func Size(s tensor.Shape) (height, width int, ok bool) {
	switch {
	case len(s) == 3 && s[0] == 1:
		return s[1], s[2], true
	case len(s) == 2:
		return s[0], s[1], true
	case len(s) == 1:
		side := int(math.Round(math.Sqrt(float64(s[0]))))
		return side, side, side >= 7 && side*side == s[0]
	}
	return 0, 0, false
}
