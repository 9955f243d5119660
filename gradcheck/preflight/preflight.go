// Package preflight looks at a network before it is trained: whether its first loss is that of a network that knows
// nothing, whether the labels matter to it, whether it can learn one batch by heart, and how its weights and units begin.
package preflight

import (
	"fmt"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/nn"
)

// A Finding is the outcome of one look.
type Finding struct {
	Name string `json:"name"`
	OK   bool   `json:"ok"`
	Bug  bool   `json:"bug,omitempty"` // not OK, and no network should be so: the others may be meant
	Says string `json:"says"`
}

// Config is how to look. The zero value is ready to use.
type Config struct {
	Seed     uint64
	Threads  int // as in nn.Config
	Examples int // as in nn.Config
	Steps    int // to learn a batch by heart; 0 means 500
}

// A flight is a network that has not been trained, with the batch that it is looked at on.
type flight struct {
	spec nn.Spec
	net  *nn.Net[float64]
	set  *dataset.Set // of the batch
	cfg  Config
}

// looks are the things to look at. A new one is a line here; it says nothing, with an empty Name, where it makes no sense.
var looks = []func(f *flight) (Finding, error){initialLoss, labelsMatter, byHeart, oneSided, deadUnits, saturation}

// Run looks at a network of the spec with fresh parameters, on the examples of set as one batch.
func Run(spec nn.Spec, set *dataset.Set, cfg Config) ([]Finding, error) {
	if set.Len() == 0 {
		return nil, fmt.Errorf("preflight: %s has no examples; want a batch of some", set.Name)
	}
	net, err := nn.Compile[float64](spec, nn.Config{Batch: set.Len(), Seed: cfg.Seed, Threads: cfg.Threads, Examples: cfg.Examples})
	if err != nil {
		return nil, fmt.Errorf("preflight: %w", err)
	}
	defer net.Close()
	if err := net.Fits(set); err != nil {
		return nil, fmt.Errorf("preflight: %w", err)
	}
	if err := net.Trainable(); err != nil {
		return nil, fmt.Errorf("preflight: %w", err)
	}
	f := &flight{spec, net, set, cfg}
	var all []Finding
	for _, look := range looks {
		finding, err := look(f)
		if err != nil {
			return nil, fmt.Errorf("preflight: %w", err)
		}
		if finding.Name != "" {
			all = append(all, finding)
		}
	}
	return all, nil
}
