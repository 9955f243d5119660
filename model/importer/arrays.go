package importer

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/format/npy"
	"github.com/gradus-nn/gradus/format/safetensors"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/preprocess"
	"github.com/gradus-nn/gradus/tensor"
)

// FromArrays returns the network whose arrays have the names that Saito's book gives them:
//
//	W1 [in, hidden]   b1 [hidden]   W2 [hidden, out]   b2 [out]   and so on
//
// Arrays do not tell what stands between them: it is o.Hidden, and softmax with cross-entropy at the end. A network of
// 784 inputs is taken for one of MNIST's pixels, divided by 255.
//
// Its weights are float64 if any array is, and float32 otherwise.
func FromArrays(arrays []npy.Named, o Options) (*model.Model, error) {
	byName := map[string]*npy.Array{}
	for _, a := range arrays {
		byName[a.Name] = a.Array
		if strings.HasPrefix(a.Name, "W") && len(a.Shape) == 4 {
			return nil, fmt.Errorf("holds a convolution (%s %v); convolution does not exist yet", a.Name, a.Shape)
		}
	}
	depth := 0
	for byName["W"+strconv.Itoa(depth+1)] != nil {
		depth++
	}
	var names []string
	for _, a := range arrays {
		names = append(names, a.Name)
	}
	if depth == 0 {
		return nil, fmt.Errorf("holds no network: want arrays W1, b1, W2, b2 ..., have %s", list(names))
	}
	var b builder
	for l := 1; l <= depth; l++ {
		w, bias := "W"+strconv.Itoa(l), "b"+strconv.Itoa(l)
		if byName[bias] == nil {
			return nil, fmt.Errorf("%s is there but %s is not; have %s", w, bias, list(names))
		}
		if err := b.dense(npy.Named{Name: w, Array: byName[w]}, npy.Named{Name: bias, Array: byName[bias]}); err != nil {
			return nil, err
		}
		delete(byName, w)
		delete(byName, bias)
	}
	for _, name := range names {
		if byName[name] != nil {
			return nil, fmt.Errorf("%s %v belongs to none of the %d dense layers; want W1, b1 ... W%d, b%d and nothing else", strconv.Quote(name), byName[name].Shape, depth, depth, depth)
		}
	}
	var hidden layer.Layer = layer.Sigmoid{}
	var warnings []string
	if o.Hidden != nil {
		hidden = o.Hidden
	} else if depth > 1 {
		warnings = append(warnings, "the file does not say what stands between its layers; sigmoid is taken, as in Saito's chapter 3")
	}
	m, err := b.model(hidden, nil, loss.SoftmaxCrossEntropy{})
	if err != nil {
		return nil, err
	}
	m.Warnings = append(m.Warnings, warnings...)
	return m, nil
}

// list shows the first few names.
func list(names []string) string {
	const shown = 8
	if len(names) == 0 {
		return "none"
	}
	text := ""
	for i, name := range names[:min(shown, len(names))] {
		if i > 0 {
			text += ", "
		}
		text += strconv.Quote(name)
	}
	if len(names) > shown {
		text += fmt.Sprintf(" and %d more", len(names)-shown)
	}
	return text
}

// builder collects dense layers.
type builder struct {
	input   int
	outputs []int
	weights []*npy.Array // W [in, out] and b [out] by turns
}

// dense adds a layer, if it fits behind the last one.
func (b *builder) dense(w, bias npy.Named) error {
	for _, a := range []npy.Named{w, bias} {
		if t := a.Type(); t != npy.Float16 && t != npy.Float32 && t != npy.Float64 {
			return fmt.Errorf("%s holds %v; want floating point numbers", a.Name, t)
		}
	}
	if len(w.Shape) != 2 || w.Shape[0] < 1 || w.Shape[1] < 1 {
		return fmt.Errorf("%s has shape %v; want [in out], a matrix", w.Name, w.Shape)
	}
	in, out := w.Shape[0], w.Shape[1]
	row := len(bias.Shape) == 1 || len(bias.Shape) == 2 && bias.Shape[0] == 1 // [out] or [1, out]
	if !row || bias.Len() != out {
		hint := ""
		if bias.Len() == in {
			hint = "; is " + w.Name + " transposed?"
		}
		return fmt.Errorf("%s %v and %s %v do not fit; want [in out] and [out]%s", w.Name, w.Shape, bias.Name, bias.Shape, hint)
	}
	if len(b.outputs) == 0 {
		b.input = in
	} else if last := b.outputs[len(b.outputs)-1]; last != in {
		return fmt.Errorf("%s %v does not fit behind a layer of %d units; want [%d out]", w.Name, w.Shape, last, last)
	}
	b.outputs = append(b.outputs, out)
	b.weights = append(b.weights, w.Array, bias.Array)
	return nil
}

// model returns the network with an activation between the layers, and one behind the last unless that is nil.
func (b *builder) model(hidden, last layer.Layer, l loss.Loss) (*model.Model, error) {
	spec := nn.Spec{Input: tensor.Shape{b.input}, Loss: l}
	var numbers []int // of the dense layers in the list
	for i, units := range b.outputs {
		if i > 0 {
			spec.Layers = append(spec.Layers, hidden)
		}
		numbers = append(numbers, len(spec.Layers))
		spec.Layers = append(spec.Layers, layer.Dense{Units: units})
	}
	if last != nil {
		spec.Layers = append(spec.Layers, last)
	}
	m := &model.Model{Spec: spec}
	if b.input == 784 {
		m.Preprocess = preprocess.Pipeline{preprocess.PixelScale{Divide: 255}}
	}
	m.Classes = dataset.Numbered(b.outputs[len(b.outputs)-1])

	params, _, err := spec.Tensors()
	if err != nil {
		return nil, err
	}
	double := slices.ContainsFunc(b.weights, func(a *npy.Array) bool { return a.Type() == npy.Float64 })
	byName := map[string]*npy.Array{}
	for i, n := range numbers {
		byName[fmt.Sprintf("layer%d.W", n)], byName[fmt.Sprintf("layer%d.b", n)] = b.weights[2*i], b.weights[2*i+1]
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
	if err := m.Check(); err != nil {
		return nil, err
	}
	return m, nil
}

func finite(a *npy.Array) bool {
	for _, v := range a.Float64s() {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}

// dtypes are the names that the types of NumPy have in safetensors.
var dtypes = map[npy.Type]safetensors.DType{
	npy.Bool: safetensors.Bool,
	npy.Int8: safetensors.I8, npy.Int16: safetensors.I16, npy.Int32: safetensors.I32, npy.Int64: safetensors.I64,
	npy.Uint8: safetensors.U8, npy.Uint16: safetensors.U16, npy.Uint32: safetensors.U32, npy.Uint64: safetensors.U64,
	npy.Float16: safetensors.F16, npy.Float32: safetensors.F32, npy.Float64: safetensors.F64,
}

// asTensor returns an array as a tensor.
func asTensor(a npy.Named) (safetensors.Tensor, error) {
	var b bytes.Buffer
	b.Grow(a.Len() * a.Type().Size())
	err := a.WriteElements(&b)
	return safetensors.Tensor{Name: a.Name, DType: dtypes[a.Type()], Shape: a.Shape, Data: b.Bytes()}, err
}
