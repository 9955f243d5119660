package recipe

import (
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/preprocess/columns"
)

// checkLabels refuses losses that give several labels no probability each, by which they could be told.
func (r *Recipe) checkLabels(f Facts) error {
	if f.Table == nil || f.Table.Schema.Task() != columns.Labels {
		return nil
	}
	if r.Loss != crossEntropy {
		return fieldf("loss", "is %s, but several labels at once are learnt with cross-entropy, each by itself; leave --loss out", r.Loss)
	}
	spec, err := r.Spec(f.Input)
	if err != nil {
		return err
	}
	if _, ok := spec.Loss.(loss.BinaryCrossEntropy); !ok {
		return fieldf("output", "is softmax, which divides one whole among the outputs; several labels at once want a sigmoid each; leave --output out")
	}
	return nil
}
