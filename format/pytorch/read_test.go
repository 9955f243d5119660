package pytorch

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/format/npy"
	"github.com/gradus-nn/gradus/format/pickle"
)

func ExampleReadFile() {
	v, err := ReadFile("testdata/state.pt")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, t := range Tensors(v) {
		fmt.Println(t.Name, t.Type(), t.Shape, t.Data)
	}
	// Output:
	// 1.weight float32 [3 2] [0 0.25 0.5 0.75 1 1.25]
	// 1.bias float32 [3] [-1 0 1]
	// 4.weight float32 [2 3] [1 0.875 0.75 0.625 0.5 0.375]
}

func ExampleReadFile_refused() {
	_, err := ReadFile("testdata/conv.pt")
	fmt.Println(strings.Replace(err.Error(), "; want", ";\nwant", 1))
	// Output:
	// pytorch: testdata/conv.pt: "conv/data.pkl": at byte 2: GLOBAL: the file asks for "torch.nn.modules.conv.Conv2d", and nothing in a pickle is ever run;
	// want a state_dict (torch.save(net.state_dict(), ...)), or a module that is made of AlphaDropout, Dropout, ELU, Flatten, GELU, Identity, LeakyReLU, Linear, LogSoftmax, ReLU, Sequential, Sigmoid, Softmax, Softplus, Tanh
}

// TestSame: the two formats hold the same, and a module names its tensors as its state_dict does.
func TestSame(t *testing.T) {
	want, err := ReadFile("testdata/state.pt")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"state-legacy.pth", "net.pt", "net-legacy.pth"} {
		v, err := ReadFile("testdata/" + name)
		if err != nil || !reflect.DeepEqual(Tensors(v), Tensors(want)) {
			t.Errorf("%s: %v, %v", name, Tensors(v), err)
		}
	}
	v, err := ReadFile("testdata/checkpoint.pt")
	if err != nil {
		t.Fatal(err)
	}
	if state, _ := v.(pickle.Dict).Get("model_state_dict"); !reflect.DeepEqual(state, want) {
		t.Errorf("checkpoint: %v", state)
	}
	if epoch, _ := v.(pickle.Dict).Get("epoch"); epoch != any(int64(3)) {
		t.Errorf("epoch %v", epoch)
	}
	if n := len(Tensors(v)); n != 3+3*3+1 {
		t.Errorf("%d tensors in the checkpoint", n)
	}
}

// TestModule: attributes of a module.
func TestModule(t *testing.T) {
	v, err := ReadFile("testdata/net.pt")
	if err != nil {
		t.Fatal(err)
	}
	m := v.(*Module)
	children, _ := m.Attributes.Get("_modules")
	var classes []string
	for _, item := range children.(pickle.Dict) {
		classes = append(classes, item.Value.(*Module).Class)
	}
	if m.Class != "torch.nn.modules.container.Sequential" || len(classes) != 6 || classes[4] != "torch.nn.modules.linear.Linear" {
		t.Errorf("%s of %v", m.Class, classes)
	}
	last := children.(pickle.Dict)[5].Value.(*Module)
	if dim, _ := last.Attributes.Get("dim"); dim != any(int64(1)) {
		t.Errorf("dim %v", dim)
	}
}

// TestViews: every element by its place in the storage. base[i][j] = 6i + j, permuted[k][i][j] = 12i + 4j + k.
func TestViews(t *testing.T) {
	for _, name := range []string{"views.pt", "views-legacy.pth"} {
		v, err := ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		var transposed, permuted []float32
		for j := range 6 {
			for i := range 4 {
				transposed = append(transposed, float32(6*i+j))
			}
		}
		for k := range 4 {
			for i := range 2 {
				for j := range 3 {
					permuted = append(permuted, float32(12*i+4*j+k))
				}
			}
		}
		whole := make([]float32, 24)
		for i := range whole {
			whole[i] = float32(i)
		}
		for key, want := range map[string]*npy.Array{
			"transposed": npy.Of(transposed, 6, 4),
			"column":     npy.Of([]float32{2, 8, 14, 20}, 4),
			"part":       npy.Of([]float32{8, 9, 10, 14, 15, 16}, 2, 3),
			"strided":    npy.Of([]float32{0, 3, 12, 15}, 2, 2),
			"scalar":     {Shape: []int{}, Data: []float32{23}},
			"empty":      npy.Of([]float32{}, 0, 6),
			"whole":      npy.Of(whole, 4, 6),
			"permuted":   npy.Of(permuted, 4, 2, 3),
		} {
			if have, _ := v.(pickle.Dict).Get(key); !reflect.DeepEqual(have, want) {
				t.Errorf("%s: %s is %v, want %v", name, key, have, want)
			}
		}
	}
}

func TestTypes(t *testing.T) {
	v, err := ReadFile("testdata/types.pt")
	if err != nil {
		t.Fatal(err)
	}
	types := map[string]npy.Type{
		"float32": npy.Float32, "float64": npy.Float64, "float16": npy.Float16, "bfloat16": npy.Float32, "bool": npy.Bool,
		"int64": npy.Int64, "int32": npy.Int32, "int16": npy.Int16, "int8": npy.Int8, "uint8": npy.Uint8,
	}
	tensors := Tensors(v)
	if len(tensors) != len(types) {
		t.Errorf("%d tensors", len(tensors))
	}
	for _, a := range tensors {
		want := []float64{0, 1, 2, 3, 4, 5}
		if a.Name == "bool" {
			want = []float64{0, 1, 1, 1, 1, 1}
		}
		if a.Type() != types[a.Name] || !slices.Equal(a.Float64s(), want) || !slices.Equal(a.Shape, []int{2, 3}) {
			t.Errorf("%s: %v %v %v", a.Name, a.Type(), a.Shape, a.Data)
		}
	}
}
