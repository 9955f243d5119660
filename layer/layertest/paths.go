package layertest

import (
	"fmt"

	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/tensor"
)

// CheckPaths compares the float32 results of l, bit for bit, on every kernel path that this machine can run. It switches
// paths with kernel.Use, so nothing else may compute meanwhile.
func CheckPaths(l layer.Layer, in tensor.Shape) error {
	p, err := l.Plan(in)
	if err != nil || p.F32 == nil {
		return err
	}
	before := kernel.Active()
	defer kernel.Use(before)
	var want result[float32]
	for i, path := range kernel.Paths() {
		if err := kernel.Use(path); err != nil {
			return err
		}
		have := newBench(p, p.F32, in.Size(), rows).whole()
		if i == 0 {
			want = have
		}
		if err := equal(have, want); err != nil {
			return fmt.Errorf("%s differs from %s: %w", path, kernel.Paths()[0], err)
		}
	}
	return nil
}
