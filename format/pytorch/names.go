package pytorch

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/gradus-nn/gradus/format/npy"
	"github.com/gradus-nn/gradus/format/pickle"
)

// Classes are the modules of torch.nn that are read, by the name that stands in a file.
var Classes = map[string]bool{
	"torch.nn.modules.container.Sequential":  true,
	"torch.nn.modules.linear.Linear":         true,
	"torch.nn.modules.linear.Identity":       true,
	"torch.nn.modules.flatten.Flatten":       true,
	"torch.nn.modules.dropout.Dropout":       true,
	"torch.nn.modules.dropout.AlphaDropout":  true,
	"torch.nn.modules.activation.ReLU":       true,
	"torch.nn.modules.activation.LeakyReLU":  true,
	"torch.nn.modules.activation.ELU":        true,
	"torch.nn.modules.activation.GELU":       true,
	"torch.nn.modules.activation.Sigmoid":    true,
	"torch.nn.modules.activation.Tanh":       true,
	"torch.nn.modules.activation.Softplus":   true,
	"torch.nn.modules.activation.Softmax":    true,
	"torch.nn.modules.activation.LogSoftmax": true,
}

// A kind is the type of the elements of a storage.
type kind struct {
	size int      // bytes of an element in the file
	typ  npy.Type // in memory
	wide bool     // bfloat16: the upper half of a float32
}

// storages are the types by the names that stand in a file.
var storages = map[string]kind{
	"torch.FloatStorage":    {size: 4, typ: npy.Float32},
	"torch.DoubleStorage":   {size: 8, typ: npy.Float64},
	"torch.HalfStorage":     {size: 2, typ: npy.Float16},
	"torch.BFloat16Storage": {size: 2, typ: npy.Float32, wide: true},
	"torch.LongStorage":     {size: 8, typ: npy.Int64},
	"torch.IntStorage":      {size: 4, typ: npy.Int32},
	"torch.ShortStorage":    {size: 2, typ: npy.Int16},
	"torch.CharStorage":     {size: 1, typ: npy.Int8},
	"torch.ByteStorage":     {size: 1, typ: npy.Uint8},
	"torch.BoolStorage":     {size: 1, typ: npy.Bool},
}

// want is the end of the sentence about every other name.
var want = func() string {
	var modules []string
	for class := range maps.Keys(Classes) {
		modules = append(modules, class[strings.LastIndexByte(class, '.')+1:])
	}
	slices.Sort(modules)
	return "want a state_dict (torch.save(net.state_dict(), ...)), or a module that is made of " + strings.Join(modules, ", ")
}()

// dialect is the list of names, with the reader behind it.
func (r *reader) dialect() *pickle.Dialect {
	words := map[string]bool{}
	for name := range storages {
		words[name] = true
	}
	return &pickle.Dialect{
		Classes: Classes,
		Words:   words,
		Functions: map[string]func(pickle.Tuple) (any, error){
			"torch._utils._rebuild_tensor":    r.rebuild,
			"torch._utils._rebuild_tensor_v2": r.rebuild2,
			"torch._utils._rebuild_parameter": parameter,
			"torch.Size":                      size,
			"__builtin__.set":                 set,
			"builtins.set":                    set,
		},
		Persistent: r.persistent,
		Want:       want,
	}
}

// parameter is _rebuild_parameter(tensor, requires_grad, hooks): the tensor itself.
func parameter(args pickle.Tuple) (any, error) {
	if len(args) == 3 {
		t, tensor := args[0].(*tensor)
		_, flag := args[1].(bool)
		if tensor && flag && noHooks(args[2]) {
			return t, nil
		}
	}
	return nil, fmt.Errorf("_rebuild_parameter of %d arguments; want a tensor, whether it learns, and no hooks", len(args))
}

// noHooks reports whether v is the empty dictionary that stands where functions could.
func noHooks(v any) bool {
	d, ok := v.(pickle.Dict)
	return ok && len(d) == 0
}

// size is torch.Size((3, 4)).
func size(args pickle.Tuple) (any, error) {
	if len(args) == 1 {
		if t, ok := args[0].(pickle.Tuple); ok && plain(t) {
			return t, nil
		}
	}
	return nil, fmt.Errorf("torch.Size of %d arguments; want a tuple of numbers", len(args))
}

// set is set([...]) as its list.
func set(args pickle.Tuple) (any, error) {
	if len(args) == 1 {
		if l, ok := args[0].([]any); ok && plain(l) {
			return l, nil
		}
	}
	return nil, fmt.Errorf("set of %d arguments; want a list of numbers and texts", len(args))
}

// plain reports whether no element is a collection. What a function returns is not walked through again, so sets of sets,
// each twice the one before, would be a tree of any size.
func plain(list []any) bool {
	for _, v := range list {
		switch v.(type) {
		case nil, bool, int64, float64, string:
		default:
			return false
		}
	}
	return true
}
