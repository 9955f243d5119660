package optim

import (
	"fmt"
	"strings"

	"github.com/gradus-nn/gradus/internal/kind"
)

// defaultRate is what a rate of 0 stands for in ByName: Saito's 0.1 for plain descent, a tenth of it with momentum,
// which multiplies steps by 1/(1-mu) = 10, and what the adaptive methods' own papers and PyTorch start from.
var defaultRate = map[string]float64{
	"sgd":      0.1,
	"momentum": 0.01,
	"nesterov": 0.01,
	"adagrad":  0.01,
	"rmsprop":  0.001,
	"adam":     0.001,
	"adamw":    0.001,
}

// ByName returns the named optimiser with its usual settings at the given rate. A rate of 0 means the usual one: 0.1
// for sgd, 0.01 for momentum, nesterov and adagrad, 0.001 for rmsprop, adam and adamw.
func ByName(name string, rate float64) (Optimizer, error) {
	name = strings.ToLower(strings.TrimSpace(name))
	rate = orElse(rate, defaultRate[name])
	var o Optimizer
	switch name {
	case "sgd":
		o = NewSGD(rate)
	case "momentum":
		o = NewMomentum(rate)
	case "nesterov":
		o = NewNesterov(rate)
	case "adagrad":
		o = NewAdaGrad(rate)
	case "rmsprop":
		o = NewRMSProp(rate)
	case "adam":
		o = NewAdam(rate)
	case "adamw":
		o = NewAdamW(rate)
	default:
		return nil, fmt.Errorf("optim: unknown optimiser %q; want one of %s", name, strings.Join(kind.Names[Optimizer](), ", "))
	}
	return o, o.Check()
}
