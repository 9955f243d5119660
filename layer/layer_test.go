package layer_test

import (
	"testing"

	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/layer/layertest"
	"github.com/gradus-nn/gradus/tensor"
)

func TestEveryLayer(t *testing.T) {
	for _, c := range layertest.Cases() {
		t.Run(c.Name, func(t *testing.T) { layertest.Examine(t, c.Layer, c.In) })
	}
}

func TestEveryLayerOnEveryPath(t *testing.T) {
	for _, c := range layertest.Cases() {
		if err := layertest.CheckPaths(c.Layer, c.In); err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
	}
}

func TestEveryKindHasACase(t *testing.T) {
	examined := map[string]bool{}
	for _, c := range layertest.Cases() {
		examined[c.Layer.Kind()] = true
	}
	for _, l := range layer.Kinds {
		if !examined[l.Kind()] {
			t.Errorf("%s is in layer.Kinds, but layertest.Cases has no case for it", l.Kind())
		}
	}
}

func TestDenseTakesActivationsIn(t *testing.T) {
	for _, next := range []layer.Layer{layer.ReLU{}, layer.Sigmoid{}, layer.Tanh{}} {
		for _, first := range []layer.Layer{layer.Dense{Units: 5}, layer.Dense{Units: 21, NoBias: true}} {
			if err := layertest.CheckFusion(first, next, tensor.Shape{7}); err != nil {
				t.Errorf("dense and %s: %v", next.Kind(), err)
			}
		}
	}
	for _, next := range []layer.Layer{layer.Step{}, layer.ELU{}, layer.GELU{}, layer.Softplus{}, layer.Softmax{}, layer.Dense{Units: 2}} {
		if err := layertest.CheckFusion(layer.Dense{Units: 5}, next, tensor.Shape{7}); err == nil {
			t.Errorf("dense takes %s in, for which there is no epilogue", next.Kind())
		}
	}
}
