package preflight

import (
	"fmt"
	"strings"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
)

// outputs returns what layer i gives for the batch: [n, width].
func (f *flight) outputs(i int) ([]float64, error) {
	spec := nn.Spec{Input: f.spec.Input, Layers: f.spec.Layers[:i+1], Loss: loss.Quadratic{}} // whose output is the layer's
	net, err := nn.Compile[float64](spec, nn.Config{Batch: f.set.Len(), Threads: 1})
	if err != nil {
		return nil, err
	}
	defer net.Close()
	trained := map[string]nn.Segment{}
	for _, s := range f.net.Segments() {
		trained[s.Name] = s
	}
	for _, s := range net.Segments() {
		copy(net.Params()[s.Off:s.Off+s.Len], f.net.Params()[trained[s.Name].Off:])
	}
	x := make([]float64, f.set.Len()*f.spec.Input.Size())
	dataset.GatherX(f.set.All(), x, 0, f.set.Len())
	return net.Predict(x)
}

// deadUnits finds units of rectifiers that are off for every example of the batch: no gradient reaches their weights.
func deadUnits(f *flight) (Finding, error) {
	return f.units("dead units", "units are off for all examples: no gradient reaches them", 0.1,
		"try smaller steps, initializer he, or biases above 0",
		func(l layer.Layer) func(column []float64) bool {
			if _, ok := l.(layer.ReLU); !ok {
				return nil
			}
			return func(column []float64) bool {
				for _, v := range column {
					if v != 0 {
						return false
					}
				}
				return true
			}
		})
}

// saturation finds units whose output is near its limits for nearly every example, where the slope is near 0.
func saturation(f *flight) (Finding, error) {
	return f.units("saturated units", "units are near their limits for nine examples of ten: the slope there is near 0", 0.1,
		"scale the inputs, or begin with smaller weights",
		func(l layer.Layer) func(column []float64) bool {
			var low, high float64
			switch l.(type) {
			case layer.Sigmoid:
				low, high = 0.01, 0.99
			case layer.Tanh:
				low, high = -0.98, 0.98
			default:
				return nil
			}
			return func(column []float64) bool {
				near := 0
				for _, v := range column {
					if v < low || v > high {
						near++
					}
				}
				return 10*near >= 9*len(column)
			}
		})
}

// units counts the units for which the judge of their layer says yes; a judge of nil passes a layer over. A share above most
// is bad.
func (f *flight) units(name, what string, most float64, advice string, judge func(l layer.Layer) func(column []float64) bool) (Finding, error) {
	var texts []string
	d := Finding{OK: true}
	for i, l := range f.spec.Layers {
		bad := judge(l)
		if bad == nil {
			continue
		}
		d.Name = name
		y, err := f.outputs(i)
		if err != nil {
			return d, err
		}
		n := f.set.Len()
		width, count := len(y)/n, 0
		column := make([]float64, n)
		for j := range width {
			for r := range n {
				column[r] = y[r*width+j]
			}
			if bad(column) {
				count++
			}
		}
		texts = append(texts, fmt.Sprintf("layer %d (%s): %d of %d", i, l.Kind(), count, width))
		d.OK = d.OK && float64(count) <= most*float64(width)
	}
	d.Says = strings.Join(texts, ", ") + " " + what
	if !d.OK {
		d.Says += "; " + advice
	}
	return d, nil
}
