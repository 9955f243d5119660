package importer

import (
	"fmt"
	"math"
	"slices"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/format/npy"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/preprocess"
	"github.com/gradus-nn/gradus/tensor"
)

// builder collects dense layers and what stands between them.
type builder struct {
	input  int // of the first dense layer; 0 before it
	output int // of the last one
	layers []layer.Layer
	params []*npy.Array // W [in, out] and b [out] by turns; b is nil where a layer has none
}

// dense adds a layer, if it fits behind the last one. A bias without an array is none.
func (b *builder) dense(w, bias npy.Named) error {
	for _, a := range []npy.Named{w, bias} {
		if a.Array == nil {
			continue
		}
		if t := a.Type(); t != npy.Float16 && t != npy.Float32 && t != npy.Float64 {
			return fmt.Errorf("%s holds %v; want floating point numbers", a.Name, t)
		}
	}
	if len(w.Shape) != 2 || w.Shape[0] < 1 || w.Shape[1] < 1 {
		return fmt.Errorf("%s has shape %v; want [in out], a matrix", w.Name, w.Shape)
	}
	in, out := w.Shape[0], w.Shape[1]
	if bias.Array != nil {
		row := len(bias.Shape) == 1 || len(bias.Shape) == 2 && bias.Shape[0] == 1 // [out] or [1, out]
		if !row || bias.Len() != out {
			hint := ""
			if bias.Len() == in {
				hint = "; is " + w.Name + " transposed?"
			}
			return fmt.Errorf("%s %v and %s %v do not fit; want [in out] and [out]%s", w.Name, w.Shape, bias.Name, bias.Shape, hint)
		}
	}
	if b.input == 0 {
		b.input = in
	} else if b.output != in {
		return fmt.Errorf("%s %v does not fit behind a layer of %d units; want [%d out]", w.Name, w.Shape, b.output, b.output)
	}
	b.output = out
	b.layers = append(b.layers, layer.Dense{Units: out, NoBias: bias.Array == nil})
	b.params = append(b.params, w.Array, bias.Array)
	return nil
}

// behind adds a layer that does not change the shape; it needs a dense one before it.
func (b *builder) behind(l layer.Layer) error {
	if b.input == 0 {
		return fmt.Errorf("an activation (%s) before the first dense layer", l.Kind())
	}
	b.layers = append(b.layers, l)
	return nil
}

// model returns the network under a loss. A network of 784 inputs is taken for one of MNIST's pixels, divided by 255.
func (b *builder) model(l loss.Loss) (*model.Model, error) {
	m := &model.Model{Spec: nn.Spec{Input: tensor.Shape{b.input}, Layers: b.layers, Loss: l}}
	if b.input == 784 {
		m.Preprocess = preprocess.Pipeline{preprocess.PixelScale{Divide: 255}}
	}
	if _, numbers := l.(loss.MeanSquared); !numbers && b.output > 1 {
		m.Classes = dataset.Numbered(b.output)
	}
	return m, weigh(m, b.params)
}

// weigh gives a model its weights: W [in, out] and b [out] of its dense layers by turns, b nil where there is none. They are
// float64 if any of them is, and float32 otherwise.
func weigh(m *model.Model, arrays []*npy.Array) error {
	params, _, err := m.Spec.Tensors()
	if err != nil {
		return err
	}
	byName := map[string]*npy.Array{}
	for i, l := range m.Spec.Layers {
		if _, ok := l.(layer.Dense); ok {
			byName[fmt.Sprintf("layer%d.W", i)], byName[fmt.Sprintf("layer%d.b", i)] = arrays[0], arrays[1]
			arrays = arrays[2:]
		}
	}
	double := false
	for _, a := range byName {
		double = double || a != nil && a.Type() == npy.Float64
	}
	for _, p := range params {
		a := byName[p.Name]
		if double {
			m.Params = append(m.Params, model.Tensor(p.Name, p.Shape, a.Float64s()))
		} else {
			m.Params = append(m.Params, model.Tensor(p.Name, p.Shape, a.Float32s()))
		}
		if !finite(a) {
			m.Warnings = append(m.Warnings, fmt.Sprintf("tensor %q holds values that are not finite numbers: the training that made it had failed", p.Name))
		}
	}
	return m.Check()
}

func finite(a *npy.Array) bool {
	switch data := a.Data.(type) {
	case []float32:
		return !slices.ContainsFunc(data, func(v float32) bool { return math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) })
	case []float64:
		return !slices.ContainsFunc(data, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) })
	case []npy.Half:
		return !slices.ContainsFunc(data, func(v npy.Half) bool { return v&0x7c00 == 0x7c00 })
	}
	return true
}

// conclude takes the activation at the end of the layers into the loss. Where there is none, o.Output decides, and where that
// is nil, several outputs are taken for scores of classes and one for a number; the second result says so.
func conclude(layers []layer.Layer, out int, o Options) ([]layer.Layer, loss.Loss, []string, error) {
	last := len(layers) - 1
	if _, open := layers[last].(layer.Dense); !open && o.Output != nil && o.Output.Kind() != layers[last].Kind() {
		return nil, nil, nil, fmt.Errorf("the file says that its output is %s, not %s", layers[last].Kind(), o.Output.Kind())
	}
	switch layers[last].(type) {
	case layer.Softmax:
		return layers[:last], loss.SoftmaxCrossEntropy{}, nil, nil
	case layer.LogSoftmax:
		return layers[:last], loss.SoftmaxCrossEntropy{}, []string{"the file ends with the logarithms of probabilities; the model answers with the probabilities themselves"}, nil
	case layer.Sigmoid:
		return layers[:last], loss.BinaryCrossEntropy{}, nil, nil
	case layer.Dense:
	default:
		return layers, loss.MeanSquared{}, nil, nil
	}
	switch o.Output.(type) {
	case layer.Softmax:
		return layers, loss.SoftmaxCrossEntropy{}, nil, nil
	case layer.Sigmoid:
		return layers, loss.BinaryCrossEntropy{}, nil, nil
	case layer.Identity:
		return layers, loss.MeanSquared{}, nil, nil
	case nil:
	default:
		return nil, nil, nil, fmt.Errorf("an output of %s; want softmax, sigmoid or linear", o.Output.Kind())
	}
	if out > 1 {
		return layers, loss.SoftmaxCrossEntropy{}, []string{fmt.Sprintf("the file does not say what its %d outputs are; they are taken for scores of classes, of which softmax makes probabilities", out)}, nil
	}
	return layers, loss.MeanSquared{}, nil, nil
}

// turned returns the transpose of a matrix of floating point numbers.
func turned(a *npy.Array) *npy.Array {
	rows, cols := a.Shape[0], a.Shape[1]
	switch data := a.Data.(type) {
	case []float64:
		return npy.Of(transpose(data, rows, cols), cols, rows)
	case []npy.Half:
		return npy.Of(transpose(data, rows, cols), cols, rows)
	case []float32:
		return npy.Of(transpose(data, rows, cols), cols, rows)
	}
	return a
}
