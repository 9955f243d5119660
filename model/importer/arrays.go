package importer

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gradus-nn/gradus/format/npy"
	"github.com/gradus-nn/gradus/format/safetensors"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/model"
)

// FromArrays returns the network whose arrays have the names that Saito's book gives them:
//
//	W1 [in, hidden]   b1 [hidden]   W2 [hidden, out]   b2 [out]   and so on
//
// Arrays do not tell what stands between them: it is o.Between, or else sigmoid, and at the end o.Output, or else
// softmax with cross-entropy. A network of 784 inputs is taken for one of MNIST's pixels, divided by 255.
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
	acts, err := o.between(depth - 1)
	if err != nil {
		return nil, err
	}
	var warnings []string
	if acts == nil && depth > 1 {
		acts = slices.Repeat([]layer.Layer{layer.Sigmoid{}}, depth-1)
		warnings = append(warnings, "the file does not say what stands between its layers; sigmoid is taken, as in Saito's chapter 3")
	}
	var b builder
	for l := 1; l <= depth; l++ {
		if l > 1 {
			b.layers = append(b.layers, acts[l-2])
		}
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
	if o.Output == nil {
		o.Output = layer.Softmax{}
	}
	layers, l, _, err := conclude(b.layers, b.output, o)
	if err != nil {
		return nil, err
	}
	b.layers = layers
	m, err := b.model(l)
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
