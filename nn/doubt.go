package nn

import "fmt"

// squashes names the activation that a loss applies by itself, by the kinds of both.
var squashes = map[string]map[string]string{
	"cross-entropy":        {"softmax": "softmax", "log-softmax": "softmax", "sigmoid": "softmax"},
	"binary-cross-entropy": {"sigmoid": "sigmoid", "softmax": "sigmoid"},
}

// Doubt says what is valid in the spec but most likely a mistake, or nothing: a last layer that squashes its
// output before a loss that does so too learns slowly and never becomes sure.
func (s Spec) Doubt() string {
	if len(s.Layers) == 0 || s.Loss == nil || s.Layers[len(s.Layers)-1] == nil {
		return ""
	}
	last := s.Layers[len(s.Layers)-1].Kind()
	again, twice := squashes[s.Loss.Kind()][last]
	if !twice {
		return ""
	}
	return fmt.Sprintf("the last layer is a %s, but the %s loss takes raw outputs and applies %s itself: the outputs are squashed twice; leave out the last layer", last, s.Loss.Kind(), again)
}
