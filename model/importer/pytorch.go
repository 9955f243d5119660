package importer

import (
	"fmt"
	"strings"

	"github.com/gradus-nn/gradus/format/npy"
	"github.com/gradus-nn/gradus/format/pickle"
	"github.com/gradus-nn/gradus/format/pytorch"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/model"
)

// FromPyTorch returns the network within a value that package pytorch has read: a module made of those in pytorch.Classes, a
// state_dict, or a checkpoint that has one of these under a name such as model_state_dict.
func FromPyTorch(v any, o Options) (*model.Model, error) {
	v, err := network(v)
	if err != nil {
		return nil, err
	}
	if m, ok := v.(*pytorch.Module); ok {
		if len(o.Between) > 0 {
			return nil, fmt.Errorf("the module says itself what stands between its layers; leave the activations out")
		}
		return fromModule(m, o)
	}
	return FromNamed(pytorch.Tensors(v), true, o)
}

// network finds what is a network in a checkpoint.
func network(v any) (any, error) {
	if isNetwork(v) {
		return v, nil
	}
	d, ok := v.(pickle.Dict)
	if !ok {
		return nil, fmt.Errorf("holds no network; want a state_dict, a module, or a dictionary with one of them")
	}
	for _, usual := range []string{"model_state_dict", "state_dict", "model", "net", "network", "module"} {
		if inner, ok := d.Get(usual); ok && isNetwork(inner) {
			return inner, nil
		}
	}
	var found any
	var keys, places []string
	for _, item := range d {
		key := fmt.Sprint(item.Key)
		keys = append(keys, key)
		if isNetwork(item.Value) {
			found, places = item.Value, append(places, key)
		}
	}
	switch len(places) {
	case 1:
		return found, nil
	case 0:
		return nil, fmt.Errorf("holds no network under any of %s; want a state_dict: torch.save(net.state_dict(), ...)", list(keys))
	}
	return nil, fmt.Errorf("holds several networks, %s; save one of them by itself", list(places))
}

// isNetwork reports whether v is a module, or a collection of tensors with a matrix among them.
func isNetwork(v any) bool {
	matrix := false
	look := func(v any) bool {
		a, ok := v.(*npy.Array)
		matrix = matrix || ok && len(a.Shape) == 2
		return ok
	}
	switch v := v.(type) {
	case *pytorch.Module:
		return true
	case pickle.Dict:
		for _, item := range v {
			if !look(item.Value) {
				return false
			}
		}
	case []any:
		for _, item := range v {
			if !look(item) {
				return false
			}
		}
	}
	return matrix
}

// modules are what the classes of PyTorch do, by the last part of their name.
var modules map[string]func(b *builder, m *pytorch.Module) error

func init() { // sequential refers to the table
	modules = map[string]func(b *builder, m *pytorch.Module) error{
		"Sequential":   sequential,
		"Linear":       linear,
		"Flatten":      flattenModule,
		"Identity":     nothing,
		"Dropout":      nothing, // outside of a training
		"AlphaDropout": nothing,
		"ReLU":         function(layer.ReLU{}),
		"Sigmoid":      function(layer.Sigmoid{}),
		"Tanh":         function(layer.Tanh{}),
		"Softmax":      alongLast(layer.Softmax{}),
		"LogSoftmax":   alongLast(layer.LogSoftmax{}),
		"GELU": func(b *builder, m *pytorch.Module) error {
			if how, ok := m.Attributes.Get("approximate"); ok && how != any("none") {
				return fmt.Errorf("approximated by %.20q; want the exact function", fmt.Sprint(how))
			}
			return b.behind(layer.GELU{})
		},
		"Softplus": func(b *builder, m *pytorch.Module) error {
			// Beyond its threshold of 20 PyTorch returns x itself: ln(1+e^x) - x is below 2.1e-9 there.
			if beta, _ := number(m, "beta"); beta != 1 {
				return fmt.Errorf("beta is %v; want 1", beta)
			}
			if threshold, ok := number(m, "threshold"); ok && threshold < 20 {
				return fmt.Errorf("the threshold is %v; want 20", threshold)
			}
			return b.behind(layer.Softplus{})
		},
		"LeakyReLU": func(b *builder, m *pytorch.Module) error {
			alpha, ok := number(m, "negative_slope")
			if !ok || !(alpha > 0) {
				return fmt.Errorf("negative_slope is %v; want a number above 0", alpha)
			}
			return b.behind(layer.LeakyReLU{Alpha: alpha})
		},
		"ELU": func(b *builder, m *pytorch.Module) error {
			alpha, ok := number(m, "alpha")
			if !ok || !(alpha > 0) {
				return fmt.Errorf("alpha is %v; want a number above 0", alpha)
			}
			return b.behind(layer.ELU{Alpha: alpha})
		},
	}
}

// fromModule returns the network of a module.
func fromModule(m *pytorch.Module, o Options) (*model.Model, error) {
	var b builder
	if err := add(&b, m); err != nil {
		return nil, err
	}
	if b.input == 0 {
		return nil, fmt.Errorf("the module has no Linear layer")
	}
	layers, cost, warnings, err := conclude(b.layers, b.output, o)
	if err != nil {
		return nil, err
	}
	b.layers = layers
	result, err := b.model(cost)
	if err != nil {
		return nil, err
	}
	if o.Scale == nil && len(result.Preprocess) > 0 {
		warnings = append(warnings, "784 inputs are taken for the pixels of MNIST, divided by 255")
	}
	result.Warnings = append(result.Warnings, warnings...)
	return result, nil
}

// add appends what a module does.
func add(b *builder, m *pytorch.Module) error {
	class := m.Class[strings.LastIndexByte(m.Class, '.')+1:]
	do := modules[class]
	if do == nil {
		return fmt.Errorf("a module of class %.80q is not known", m.Class)
	}
	err := do(b, m)
	if err != nil && class != "Sequential" {
		return fmt.Errorf("%s: %w", class, err)
	}
	return err
}

func sequential(b *builder, m *pytorch.Module) error {
	inner, _ := m.Attributes.Get("_modules")
	children, ok := inner.(pickle.Dict)
	if !ok {
		return fmt.Errorf("a Sequential without modules")
	}
	for _, item := range children {
		child, ok := item.Value.(*pytorch.Module)
		if !ok {
			return fmt.Errorf("module %.40q of a Sequential is none", fmt.Sprint(item.Key))
		}
		if err := add(b, child); err != nil {
			return fmt.Errorf("module %.40q: %w", fmt.Sprint(item.Key), err)
		}
	}
	return nil
}

// linear has weight [out, in] and bias [out], which is None where there is none.
func linear(b *builder, m *pytorch.Module) error {
	inner, _ := m.Attributes.Get("_parameters")
	parameters, _ := inner.(pickle.Dict)
	weight, _ := parameters.Get("weight")
	bias, _ := parameters.Get("bias")
	w, ok := weight.(*npy.Array)
	vector, isArray := bias.(*npy.Array)
	if !ok || !isArray && bias != nil {
		return fmt.Errorf("want a weight and a bias")
	}
	if len(w.Shape) != 2 {
		return fmt.Errorf("the weight has shape %v; want [out in]", w.Shape)
	}
	return b.dense(npy.Named{Name: "weight", Array: turned(w)}, npy.Named{Name: "bias", Array: vector})
}

// flattenModule does nothing to the flat examples that this package makes of all others.
func flattenModule(_ *builder, m *pytorch.Module) error {
	start, _ := m.Attributes.Get("start_dim")
	end, _ := m.Attributes.Get("end_dim")
	if start != any(int64(1)) || end != any(int64(-1)) {
		return fmt.Errorf("from axis %.20q to %.20q; want 1 to -1, which keeps the examples apart", fmt.Sprint(start), fmt.Sprint(end))
	}
	return nil
}

func nothing(*builder, *pytorch.Module) error { return nil }

func function(l layer.Layer) func(*builder, *pytorch.Module) error {
	return func(b *builder, _ *pytorch.Module) error { return b.behind(l) }
}

// alongLast accepts the last of two axes.
func alongLast(l layer.Layer) func(*builder, *pytorch.Module) error {
	return func(b *builder, m *pytorch.Module) error {
		if dim, _ := m.Attributes.Get("dim"); dim != nil && dim != any(int64(1)) && dim != any(int64(-1)) {
			return fmt.Errorf("along axis %.20q; want the last", fmt.Sprint(dim))
		}
		return b.behind(l)
	}
}

// number returns an attribute that is one.
func number(m *pytorch.Module, name string) (float64, bool) {
	switch v, _ := m.Attributes.Get(name); v := v.(type) {
	case float64:
		return v, true
	case int64:
		return float64(v), true
	}
	return 0, false
}
