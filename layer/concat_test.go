package layer_test

import (
	"fmt"
	"testing"

	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/tensor"
)

func ExampleConcat() {
	l := layer.Concat{Branches: [][]layer.Layer{{}, {layer.ReLU{}}}} // y = (x, relu(x))
	p, _ := l.Plan(tensor.Shape{2})
	joined, _ := p.Join([]tensor.Shape{{2}, {2}})

	x := []float64{-1, 3}
	y := make([]float64, 4)
	joined.F64.Join(y, [][]float64{x, forward(layer.ReLU{}, x)}, 0, 1)
	fmt.Println(joined.Out, y)
	// Output: 4 [-1 3 0 3]
}

func TestConcatAxes(t *testing.T) {
	a := []float64{1, 2, 3, 4, 5, 6} // [2 3]: rows 1 2 3 and 4 5 6
	b := []float64{10, 20, 30, 40}   // [2 2]: rows 10 20 and 30 40
	c := []float64{100, 200, 300}    // [1 3]
	both := [][]layer.Layer{{}, {}}
	for _, q := range []struct {
		axis int
		outs []tensor.Shape
		xs   [][]float64
		out  tensor.Shape
		y    []float64
	}{
		{0, []tensor.Shape{{2, 3}, {1, 3}}, [][]float64{a, c}, tensor.Shape{3, 3}, []float64{1, 2, 3, 4, 5, 6, 100, 200, 300}},
		{1, []tensor.Shape{{2, 3}, {2, 2}}, [][]float64{a, b}, tensor.Shape{2, 5}, []float64{1, 2, 3, 10, 20, 4, 5, 6, 30, 40}},
	} {
		joined, err := plan(layer.Concat{Branches: both, Axis: q.axis}, tensor.Shape{1}).Join(q.outs)
		if err != nil {
			t.Fatal(err)
		}
		if !joined.Out.Equal(q.out) {
			t.Errorf("axis %d: out %v, want %v", q.axis, joined.Out, q.out)
		}
		y := make([]float64, len(q.y))
		joined.F64.Join(y, q.xs, 0, 1)
		closeTo(t, "y", y, q.y, 0)
		dxs := [][]float64{make([]float64, len(q.xs[0])), make([]float64, len(q.xs[1]))}
		joined.F64.Split(dxs, y, 0, 1)
		closeTo(t, "dx of the first branch", dxs[0], q.xs[0], 0)
		closeTo(t, "dx of the second branch", dxs[1], q.xs[1], 0)
	}
}

func TestConcatShapes(t *testing.T) {
	refuses(t, layer.Concat{}, tensor.Shape{5}, "at least one branch")
	both := [][]layer.Layer{{}, {}}
	join := func(axis int, outs ...tensor.Shape) error {
		_, err := plan(layer.Concat{Branches: both, Axis: axis}, tensor.Shape{5}).Join(outs)
		return err
	}
	says(t, join(0, tensor.Shape{2, 3}, tensor.Shape{2, 4}), "differ in axis 0 only", "2×3 from branch 0", "2×4 from branch 1")
	says(t, join(0, tensor.Shape{2, 3}, tensor.Shape{6}), "2×3 from branch 0", "6 from branch 1")
	says(t, join(2, tensor.Shape{2, 3}, tensor.Shape{2, 3}), "axis from 0 to 1", "have axis 2")
	says(t, join(-1, tensor.Shape{2, 3}, tensor.Shape{2, 3}), "have axis -1")
	// Sizes that no int can hold must not come out as small ones.
	huge := tensor.Shape{1 << 62, 1}
	if err := join(0, huge, huge); err == nil {
		t.Error("joins two outputs of 2⁶² rows")
	}
}
