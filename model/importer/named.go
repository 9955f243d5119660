package importer

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/gradus-nn/gradus/format/npy"
	"github.com/gradus-nn/gradus/format/safetensors"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/model"
)

// FromNamed returns the network whose dense layers have arrays with the names that frameworks and people give them:
//
//	fc1.weight [out, in]    fc1.bias [out]            PyTorch; any name before the last dot or underscore
//	dense/kernel:0 [in, out]   dense/bias:0 [out]     Keras; ":0" may be missing
//	coefs_0 [in, out]       intercepts_0 [out]        scikit-learn; also weights1, biases1, w1, b1
//	arr_0, arr_1, ...                                 np.savez(*net.get_weights()): weights and biases by turns
//	W1 [in, out]            b1 [out]                  Saito: see FromArrays, to which these names lead
//
// Layers without a bias are as good. Their order is that of the arrays if inOrder is set and they fit together so, and
// otherwise that of the names, fc2 before fc10, or the only one in which they fit together.
//
// Arrays do not tell what stands between the layers: o.Between must, or the error is an [*UnsaidError]. How the outputs are to
// be read is o.Output; see there.
func FromNamed(arrays []npy.Named, inOrder bool, o Options) (*model.Model, error) {
	if slices.ContainsFunc(arrays, func(a npy.Named) bool { return a.Name == "W1" }) {
		return FromArrays(arrays, o)
	}
	layers, err := group(arrays)
	if err != nil {
		return nil, err
	}
	layers, note, err := arrange(layers, inOrder)
	if err != nil {
		return nil, err
	}
	acts, err := o.between(len(layers) - 1)
	if err != nil {
		return nil, err
	}
	if acts == nil && len(layers) > 1 {
		return nil, &UnsaidError{Layers: layers.String()}
	}
	var b builder
	for i, l := range layers {
		if i > 0 {
			b.layers = append(b.layers, acts[i-1])
		}
		w := l.w
		if l.turn {
			w.Array = turned(w.Array)
		}
		if err := b.dense(w, l.b); err != nil {
			return nil, err
		}
	}
	all, cost, warnings, err := conclude(b.layers, b.output, o)
	if err != nil {
		return nil, err
	}
	b.layers = all
	m, err := b.model(cost)
	if err != nil {
		return nil, err
	}
	if o.Scale == nil && len(m.Preprocess) > 0 {
		warnings = append(warnings, "784 inputs are taken for the pixels of MNIST, divided by 255")
	}
	if note != "" {
		warnings = append(warnings, note)
	}
	m.Warnings = append(m.Warnings, warnings...)
	return m, nil
}

// An UnsaidError says that a file holds weights alone, and not what stands between the layers.
type UnsaidError struct {
	Layers string // "fc1 784→128, fc2 128→10"
}

// Error tells how to say it.
func (e *UnsaidError) Error() string {
	return "it holds the weights of " + e.Layers + ", but not what stands between them; say it with gradus import FILE --act relu (or sigmoid, tanh ...)"
}

// named is a dense layer by its arrays.
type named struct {
	name string
	w, b npy.Named
	turn bool // w is [out, in]
	free bool // by the name, w may be either
}

// in and out are the layer's sizes.
func (l named) in() int  { return l.w.Shape[choose(l.turn, 1, 0)] }
func (l named) out() int { return l.w.Shape[choose(l.turn, 0, 1)] }

func choose[T any](first bool, a, b T) T {
	if first {
		return a
	}
	return b
}

type namedList []named

func (list namedList) String() string {
	const shown = 8
	var parts []string
	for _, l := range list[:min(shown, len(list))] {
		parts = append(parts, fmt.Sprintf("%.40q %d→%d", l.name, l.in(), l.out()))
	}
	if len(list) > shown {
		parts = append(parts, fmt.Sprintf("%d more", len(list)-shown))
	}
	return strings.Join(parts, ", ")
}

// role is what an array is in its layer.
type role struct {
	layer string
	bias  bool
	turn  bool
	free  bool
}

var (
	// separated are names such as fc1.weight, dense/kernel:0, fc1_bias.
	separated = regexp.MustCompile(`^(?:(.*)[./_])?(weight|kernel|bias)(?::0)?$`)
	// short are W and b behind a dot or slash, as gradus itself calls its tensors: layer0.W.
	short = regexp.MustCompile(`^(.*)[./](W|w|b)(?::0)?$`)
	// variables are the names of Keras 3 within its files: layers/dense/vars/0.
	variables = regexp.MustCompile(`^(.*)/vars/([01])$`)
	// numbered are names such as coefs_0, weights1, b2.
	numbered = regexp.MustCompile(`^(weights?|kernels?|coefs?|[wW]|bias(?:es)?|intercepts?|b)_?([0-9]{1,6})$`)
	// counted are the arrays that np.savez was given without names.
	counted = regexp.MustCompile(`^(?:arr_)?([0-9]{1,6})$`)
)

// roleOf reads a name.
func roleOf(name string) (role, bool) {
	if m := separated.FindStringSubmatch(name); m != nil {
		return role{layer: m[1], bias: m[2] == "bias", turn: m[2] == "weight"}, true
	}
	if m := short.FindStringSubmatch(name); m != nil {
		return role{layer: m[1], bias: m[2] == "b"}, true
	}
	if m := variables.FindStringSubmatch(name); m != nil {
		return role{layer: m[1], bias: m[2] == "1"}, true
	}
	if m := numbered.FindStringSubmatch(name); m != nil {
		return role{layer: m[2], bias: m[1][0] == 'b' || m[1][0] == 'i', free: true}, true
	}
	return role{}, false
}

// foreign says by parts of names and shapes what an array that no dense layer has comes from.
func foreign(a npy.Named) string {
	last := a.Name[strings.LastIndexAny(a.Name, "./")+1:]
	for _, c := range []struct {
		in, what string
	}{
		{"running_mean", "a batch normalisation"}, {"running_var", "a batch normalisation"}, {"num_batches_tracked", "a batch normalisation"},
		{"moving_mean", "a batch normalisation"}, {"moving_variance", "a batch normalisation"}, {"gamma", "a normalisation"}, {"beta", "a normalisation"},
		{"weight_ih", "a recurrent layer"}, {"weight_hh", "a recurrent layer"}, {"recurrent_kernel", "a recurrent layer"}, {"in_proj", "an attention layer"},
		{"embeddings", "an embedding"},
	} {
		if strings.HasPrefix(last, c.in) {
			return c.what
		}
	}
	switch r, ok := roleOf(a.Name); {
	case ok && !r.bias && len(a.Shape) >= 3:
		return "a convolution"
	case ok && !r.bias && len(a.Shape) == 1:
		return "a normalisation"
	}
	return ""
}

// group puts the arrays of each layer together, in the order in which layers appear.
func group(arrays []npy.Named) (namedList, error) {
	for _, a := range arrays {
		if what := foreign(a); what != "" {
			return nil, fmt.Errorf("holds %s (%.60q %v), which does not exist yet; want dense layers and nothing else", what, a.Name, a.Shape)
		}
	}
	arrays = unnamed(arrays)
	at := map[string]int{}
	var layers namedList
	var names []string
	for _, a := range arrays {
		names = append(names, a.Name)
		r, ok := roleOf(a.Name)
		if !ok {
			continue
		}
		i, known := at[r.layer]
		if !known {
			i = len(layers)
			at[r.layer] = i
			layers = append(layers, named{name: choose(r.layer == "", a.Name, r.layer)})
		}
		l := &layers[i]
		switch {
		case r.bias && l.b.Array == nil:
			l.b = a
		case !r.bias && l.w.Array == nil:
			l.w, l.turn, l.free = a, r.turn, r.free
		default:
			return nil, fmt.Errorf("%.60q is there twice, as %.60q", a.Name, choose(r.bias, l.b.Name, l.w.Name))
		}
	}
	if len(layers) == 0 {
		return nil, fmt.Errorf("holds no network: want arrays W1, b1, W2, b2 ..., or fc1.weight, fc1.bias ..., or dense/kernel, dense/bias ..., have %s", list(names))
	}
	for _, a := range arrays {
		if _, ok := roleOf(a.Name); !ok {
			return nil, fmt.Errorf("%.60q %v belongs to no dense layer; want names such as fc1.weight and fc1.bias, and nothing else", a.Name, a.Shape)
		}
	}
	for _, l := range layers {
		switch {
		case l.w.Array == nil:
			return nil, fmt.Errorf("%.60q %v is there, but no weights of that layer; have %s", l.b.Name, l.b.Shape, list(names))
		case len(l.w.Shape) != 2 || l.w.Shape[0] < 1 || l.w.Shape[1] < 1:
			return nil, fmt.Errorf("%.60q has shape %v; want a matrix", l.w.Name, l.w.Shape)
		}
	}
	return layers, nil
}

// unnamed gives names to arrays that have numbers alone: a matrix begins a layer, a vector is the bias of the one before.
func unnamed(arrays []npy.Named) []npy.Named {
	number := func(a npy.Named) int {
		m := counted.FindStringSubmatch(a.Name)
		if m == nil {
			return -1
		}
		n, _ := strconv.Atoi(m[1])
		return n
	}
	for i, a := range arrays {
		matrix := len(a.Shape) == 2 && !(i > 0 && a.Shape[0] == 1)
		if number(a) < 0 || i == 0 && !matrix || len(a.Shape) < 1 || len(a.Shape) > 2 {
			return arrays
		}
	}
	sorted := slices.SortedStableFunc(slices.Values(arrays), func(a, b npy.Named) int { return number(a) - number(b) })
	layers := 0
	for i, a := range sorted {
		if what := "biases"; len(a.Shape) == 1 || a.Shape[0] == 1 && i > 0 {
			sorted[i].Name = what + strconv.Itoa(layers)
		} else {
			layers++
			sorted[i].Name = "weights" + strconv.Itoa(layers)
		}
	}
	return sorted
}

// ofSafetensors returns the tensors of a file without a description as arrays.
func ofSafetensors(file *safetensors.File) ([]npy.Named, error) {
	var arrays []npy.Named
	for _, t := range file.Tensors {
		shape := slices.Clone(t.Shape)
		switch t.DType {
		case safetensors.F32, safetensors.F16, safetensors.BF16:
			data, err := t.Float32s()
			if err != nil {
				return nil, err
			}
			arrays = append(arrays, npy.Named{Name: t.Name, Array: npy.Of(data, shape...)})
		case safetensors.F64:
			data, err := t.Float64s()
			if err != nil {
				return nil, err
			}
			arrays = append(arrays, npy.Named{Name: t.Name, Array: npy.Of(data, shape...)})
		default:
			return nil, fmt.Errorf("tensor %.60q is %s; want F32, F64, F16 or BF16: the weights of dense layers and nothing else", t.Name, t.DType)
		}
	}
	return arrays, nil
}

// between returns what stands in so many gaps between dense layers; nil if that is open.
func (o Options) between(gaps int) ([]layer.Layer, error) {
	switch len(o.Between) {
	case 0:
		return nil, nil
	case 1:
		return slices.Repeat(o.Between, gaps), nil
	case gaps:
		return o.Between, nil
	}
	return nil, fmt.Errorf("%d activations for %d gaps between dense layers; want one for all, or one for each", len(o.Between), gaps)
}
