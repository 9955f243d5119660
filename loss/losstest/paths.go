package losstest

import (
	"fmt"

	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/tensor"
)

// CheckPaths compares the float32 results of l, bit for bit, on every kernel path that this machine can run. It switches
// paths with kernel.Use, so nothing else may compute meanwhile.
func CheckPaths(l loss.Loss, out tensor.Shape) error {
	p, err := l.Plan(out)
	if err != nil {
		return err
	}
	before := kernel.Active()
	defer kernel.Use(before)
	b := newBench(p.F32, p.Task, out.Size())
	var values []float64
	var dy, shown []float32
	for i, path := range kernel.Paths() {
		if err := kernel.Use(path); err != nil {
			return err
		}
		v, d := b.run(1, 0, rows)
		o := make([]float32, len(b.y))
		b.op.Output(o, b.y, 0, rows)
		if i == 0 {
			values, dy, shown = v, d, o
		}
		if differ(v, values) >= 0 || differ(d, dy) >= 0 || differ(o, shown) >= 0 {
			return fmt.Errorf("%s gives other bits than %s", path, kernel.Paths()[0])
		}
	}
	return nil
}
