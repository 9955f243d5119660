package importer

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/format/npy"
	"github.com/gradus-nn/gradus/format/pickle"
	"github.com/gradus-nn/gradus/format/safetensors"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/preprocess"
)

func ExampleFromNamed() {
	// What a state_dict of torch.nn.Linear(2, 3) and Linear(3, 1) holds: weights are [out, in].
	arrays := []npy.Named{
		{Name: "hidden.weight", Array: npy.Of([]float32{1, 0, 0, 1, 1, 1}, 3, 2)},
		{Name: "hidden.bias", Array: npy.Of([]float32{0, 0, -1}, 3)},
		{Name: "out.weight", Array: npy.Of([]float32{1, 1, -2}, 1, 3)},
		{Name: "out.bias", Array: npy.Of([]float32{0}, 1)},
	}
	_, err := FromNamed(arrays, true, Options{})
	fmt.Println(err)
	m, err := FromNamed(arrays, true, Options{Between: []layer.Layer{layer.ReLU{}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Spec.Parameters(), "parameters")
	fmt.Println(m.Params[0].Name, m.Params[0].Shape)
	// Output:
	// it holds the weights of "hidden" 2→3, "out" 3→1, but not what stands between them; say it with gradus import FILE --act relu (or sigmoid, tanh ...)
	// 13 parameters
	// layer0.W [2 3]
}

// counting is an array of 1, 2, 3 ... so that every element tells where it came from.
func counting(name string, shape ...int) npy.Named {
	n := 1
	for _, d := range shape {
		n *= d
	}
	data := make([]float32, n)
	for i := range data {
		data[i] = float32(i + 1)
	}
	return npy.Named{Name: name, Array: npy.Of(data, shape...)}
}

var relu = Options{Between: []layer.Layer{layer.ReLU{}}}

// TestNames: the same network under the names of all the tools. x = (1, 1): hidden = (1+2, 3+4, 5+6) + (1, 2, 3) by rows of
// PyTorch's [out, in], or by columns of the others' [in, out].
func TestNames(t *testing.T) {
	for name, arrays := range map[string][]npy.Named{
		"pytorch":       {counting("fc1.weight", 3, 2), counting("fc1.bias", 3), counting("fc2.weight", 2, 3), counting("fc2.bias", 2)},
		"data parallel": {counting("module.fc1.weight", 3, 2), counting("module.fc1.bias", 3), counting("module.fc2.weight", 2, 3), counting("module.fc2.bias", 2)},
		"underscores":   {counting("fc1_weight", 3, 2), counting("fc1_bias", 3), counting("fc2_weight", 2, 3), counting("fc2_bias", 2)},
		"keras":         {counting("dense/kernel:0", 2, 3), counting("dense/bias:0", 3), counting("dense_1/kernel:0", 3, 2), counting("dense_1/bias:0", 2)},
		"keras 3":       {counting("layers/dense/vars/0", 2, 3), counting("layers/dense/vars/1", 3), counting("layers/dense_1/vars/0", 3, 2), counting("layers/dense_1/vars/1", 2)},
		"scikit-learn":  {counting("coefs_0", 2, 3), counting("coefs_1", 3, 2), counting("intercepts_0", 3), counting("intercepts_1", 2)},
		"np.savez":      {counting("arr_0", 2, 3), counting("arr_1", 3), counting("arr_2", 3, 2), counting("arr_3", 2)},
		"a list":        {counting("0", 2, 3), counting("1", 3), counting("2", 3, 2), counting("3", 2)},
		"one's own":     {counting("weights1", 2, 3), counting("biases1", 3), counting("weights2", 3, 2), counting("biases2", 2)},
		"small letters": {counting("w1", 2, 3), counting("b1", 1, 3), counting("w2", 3, 2), counting("b2", 1, 2)},
		"gradus":        {counting("layer0.W", 2, 3), counting("layer2.W", 3, 2), counting("layer0.b", 3), counting("layer2.b", 2)},
		"turned":        {counting("w1", 3, 2), counting("b1", 3), counting("w2", 2, 3), counting("b2", 2)},
	} {
		turned := arrays[0].Shape[0] == 3
		want := []float64{1 + 1 + 4, 2 + 2 + 5, 3 + 3 + 6} // columns of [[1 2 3] [4 5 6]] and the bias
		out := func(h []float64, j int) float64 {
			return h[0]*float64(1+j) + h[1]*float64(3+j) + h[2]*float64(5+j) + float64(1+j)
		}
		if turned {
			want = []float64{1 + 2 + 1, 3 + 4 + 2, 5 + 6 + 3}
			out = func(h []float64, j int) float64 {
				return h[0]*float64(1+3*j) + h[1]*float64(2+3*j) + h[2]*float64(3+3*j) + float64(1+j)
			}
		}
		for _, inOrder := range []bool{true, false} {
			m, err := FromNamed(arrays, inOrder, Options{Between: []layer.Layer{layer.ReLU{}}, Output: layer.Identity{}})
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if y := predict(t, m, 1, 1); !near(y, []float64{out(want, 0), out(want, 1)}) {
				t.Errorf("%s: %v, want %v %v", name, y, out(want, 0), out(want, 1))
			}
			if _, numbers := m.Spec.Loss.(loss.MeanSquared); !numbers || m.Classes != nil || len(m.Warnings) > 0 {
				t.Errorf("%s: loss %v, classes %v, warnings %q", name, m.Spec.Loss, m.Classes, m.Warnings)
			}
		}
	}
}

// TestOrder: by place, by name, or by the only way in which the layers fit.
func TestOrder(t *testing.T) {
	l := func(name string, in, out int) []npy.Named { return []npy.Named{counting(name+".weight", out, in)} }
	widths := func(lists ...[]npy.Named) (arrays []npy.Named) {
		for _, l := range lists {
			arrays = append(arrays, l...)
		}
		return arrays
	}
	for name, c := range map[string]struct {
		arrays  []npy.Named
		inOrder bool
		want    string // the first column of the first layer, and the sizes
		note    string
	}{
		"by place":          {widths(l("b", 2, 2), l("a", 2, 2), l("c", 2, 1)), true, "b", ""},
		"by name":           {widths(l("b", 2, 2), l("a", 2, 2), l("c", 2, 1)), false, "a", `several orders; that of their names is taken: "a" 2→2, "b" 2→2, "c" 2→1`},
		"natural":           {widths(l("fc10", 3, 4), l("fc2", 2, 3), l("fc9", 3, 3)), false, "fc2", ""},
		"only so":           {widths(l("classifier", 3, 1), l("features", 2, 3)), false, "features", ""},
		"only so, by place": {widths(l("out", 3, 1), l("in", 2, 3)), true, "in", ""},
		"one layer":         {widths(l("fc", 2, 3)), false, "fc", ""},
		"nested names":      {widths(l("net.0", 2, 2), l("net.10", 2, 2), l("net.2", 2, 2)), false, "net.0", ""},
		"as Keras counts":   {widths(l("dense_1", 2, 2), l("dense", 2, 2)), false, "dense", ""},
	} {
		layers, err := group(c.arrays)
		if err != nil {
			t.Fatal(err)
		}
		sorted, note, err := arrange(layers, c.inOrder)
		if err != nil || sorted[0].name != c.want || !strings.Contains(note, c.note) || (note == "") != (c.note == "") {
			t.Errorf("%s: %v, %q, %v", name, sorted, note, err)
		}
	}
	sorted, _, err := arrange(must(group(widths(l("x10", 2, 2), l("x9", 2, 2), l("x1", 2, 2)))), false)
	if err != nil || sorted.String() != `"x1" 2→2, "x9" 2→2, "x10" 2→2` {
		t.Errorf("%v, %v", sorted, err)
	}
	many := namedList{}
	for i := range 40 {
		many = append(many, must(group(l(fmt.Sprint("a", i), 5, 5)))...)
	}
	many = append(many, must(group(l("z", 3, 3)))...)
	if _, _, err := arrange(many, false); err == nil || !strings.Contains(err.Error(), "no other order of the layers fits") {
		t.Errorf("40 equal layers and one that does not fit: %v", err)
	}
}

// TestManyLayers: ten thousand layers without an order of their own are not searched through for minutes.
func TestManyLayers(t *testing.T) {
	var arrays []npy.Named
	for i := range 10_000 {
		arrays = append(arrays, counting(fmt.Sprintf("%c%d.weight", 'a'+i%26, i), 1, 1))
	}
	layers, err := group(arrays)
	if err != nil {
		t.Fatal(err)
	}
	if sorted, note, err := arrange(layers, false); err != nil || len(sorted) != len(arrays) || note != "" {
		t.Errorf("%d layers, %q, %v", len(sorted), note, err)
	}
	layers[5000].w = counting("b", 2, 2)
	if _, _, err := arrange(layers, false); err == nil || !strings.Contains(err.Error(), "is followed by") {
		t.Errorf("%v", err)
	}
}

func must(l namedList, err error) namedList {
	if err != nil {
		panic(err)
	}
	return l
}

func TestRefusedNames(t *testing.T) {
	for says, arrays := range map[string][]npy.Named{
		`a convolution ("conv1.weight" [8 1 3 3])`:                                {counting("conv1.weight", 8, 1, 3, 3), counting("conv1.bias", 8)},
		`a batch normalisation ("bn.running_mean" [3])`:                           {counting("fc.weight", 3, 2), counting("bn.running_mean", 3)},
		`a normalisation ("norm.weight" [3])`:                                     {counting("fc.weight", 3, 2), counting("norm.weight", 3), counting("norm.bias", 3)},
		`a recurrent layer ("lstm.weight_ih_l0" [8 2])`:                           {counting("lstm.weight_ih_l0", 8, 2)},
		`an attention layer ("attn.in_proj_weight" [9 3])`:                        {counting("attn.in_proj_weight", 9, 3)},
		`holds no network: want arrays W1`:                                        {counting("train_img", 2, 2)},
		`have none`:                                                               nil,
		`"extra" [3] belongs to no dense layer`:                                   {counting("fc.weight", 3, 2), counting("extra", 3)},
		`"\x1b[2J" [3] belongs to no dense layer`:                                 {counting("fc.weight", 3, 2), counting("\x1b[2J", 3)},
		`"fc.bias" [3] is there, but no weights of that layer`:                    {counting("fc.bias", 3)},
		`is there twice`:                                                          {counting("fc.weight", 3, 2), counting("fc_weight", 3, 2)},
		`"a.weight" [3 2] and "a.bias" [2] do not fit; is "a.weight" transposed?`: {counting("a.weight", 3, 2), counting("a.bias", 2)},
		`"a.weight" [3 2] and "a.bias" [7] do not fit`:                            {counting("a.weight", 3, 2), counting("a.bias", 7)},
		`"a" of 3 outputs is followed by "b" of 4 inputs`:                         {counting("a.weight", 3, 2), counting("b.weight", 5, 4)},
		`2 activations for 1 gaps`:                                                nil,
		`W1 holds int32`:                                                          {{Name: "W1", Array: npy.Of(make([]int32, 6), 2, 3)}, counting("b1", 3)},
		`a.weight holds int32`:                                                    {{Name: "a.weight", Array: npy.Of(make([]int32, 6), 3, 2)}},
	} {
		o := relu
		if strings.HasPrefix(says, "2 activations") {
			arrays = []npy.Named{counting("a.weight", 3, 2), counting("b.weight", 2, 3)}
			o.Between = []layer.Layer{layer.ReLU{}, layer.Tanh{}}
		}
		if m, err := FromNamed(arrays, true, o); err == nil || !strings.Contains(err.Error(), says) || m != nil {
			t.Errorf("%v, %v; want %q", m, err, says)
		}
	}
}

// TestUnsaid: without an activation, weights alone are no network, unless they are of one layer.
func TestUnsaid(t *testing.T) {
	two := []npy.Named{counting("a.weight", 3, 2), counting("b.weight", 2, 3)}
	var unsaid *UnsaidError
	if _, err := FromNamed(two, true, Options{}); !errors.As(err, &unsaid) || unsaid.Layers != `"a" 2→3, "b" 3→2` {
		t.Errorf("%v", err)
	}
	m, err := FromNamed(two[:1], true, Options{})
	if err != nil || len(m.Warnings) != 1 || !strings.Contains(m.Warnings[0], "taken for scores of classes") || len(m.Classes) != 3 {
		t.Errorf("%v, %v", m, err)
	}
	m, err = FromNamed([]npy.Named{counting("a.weight", 1, 784)}, true, Options{Output: layer.Sigmoid{}})
	if err != nil || len(m.Warnings) != 1 || !strings.Contains(m.Warnings[0], "784") || len(m.Preprocess) != 1 {
		t.Errorf("%v, %v", m, err)
	}
	if _, binary := m.Spec.Loss.(loss.BinaryCrossEntropy); !binary {
		t.Errorf("loss %v", m.Spec.Loss)
	}
}

// TestOptions: what the caller knows is in the model, and cannot contradict the file.
func TestOptions(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "net.safetensors")
	err := safetensors.WriteFile(path, &safetensors.File{
		Metadata: map[string]string{"format": "pt"},
		Tensors: []safetensors.Tensor{
			safetensors.FromFloat32s("fc.bias", []int{2}, []float32{1, 2}), safetensors.FromFloat32s("fc.weight", []int{2, 2}, []float32{1, 2, 3, 4}),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Classes: []string{"cat", "dog"}, Output: layer.Softmax{}, Scale: func(int) preprocess.Pipeline {
		return preprocess.Pipeline{preprocess.PixelScale{Divide: 2}}
	}}
	m, err := OpenWith(path, o)
	if err != nil || m.Classes[1] != "dog" || len(m.Preprocess) != 1 || len(m.Warnings) != 0 {
		t.Fatalf("%v, %v", m, err)
	}
	e := math.Exp(3 + 4 + 2 - (1 + 2 + 1))
	if y := predict(t, m, 1, 1); !near(y, []float64{1 / (1 + e), e / (1 + e)}) {
		t.Errorf("%v", y)
	}
	o.Classes = []string{"cat"}
	if _, err := OpenWith(path, o); err == nil || !strings.Contains(err.Error(), "1 class names, but the network has 2 outputs") {
		t.Errorf("%v", err)
	}
	own := filepath.Join(dir, "own.gradus")
	if err := m.Save(own); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenWith(own, relu); err == nil || !strings.Contains(err.Error(), "says itself") {
		t.Errorf("%v", err)
	}
}

// TestTorchFiles: what torch.save has written, in both formats, whole or as a state_dict.
func TestTorchFiles(t *testing.T) {
	const folder = "../../format/pytorch/testdata/"
	// By hand, x = (1, 2): W1·x + b1 = (0+.5-1, .5+1.5+0, 1+2.5+1), rectified (0, 2, 4.5); W2·h = (1.75+3.375, 1+1.6875).
	e := math.Exp(2.6875 - 5.125)
	want := []float64{1 / (1 + e), e / (1 + e)}
	for name, o := range map[string]Options{
		"net.pt": {}, "net-legacy.pth": {},
		"state.pt": relu, "state-legacy.pth": relu, "checkpoint.pt": relu,
	} {
		path := folder + name
		if format, err := Detect(path); format != PyTorch || err != nil {
			t.Errorf("%s is %s, %v", name, format, err)
		}
		m, err := OpenWith(path, o)
		if err != nil {
			t.Error(err)
			continue
		}
		if y := predict(t, m, 1, 2); !near(y, want) {
			t.Errorf("%s: %v, want %v", name, y, want)
		}
		if guessed := len(m.Warnings) > 0; guessed == strings.HasPrefix(name, "net") {
			t.Errorf("%s: %q", name, m.Warnings)
		}
		if _, file, err := Read(path); err != nil || len(file.Tensors) < 3 {
			t.Errorf("%s: %v, %v", name, file, err)
		}
	}
	for name, says := range map[string]string{
		"views.pt":    `is "column" [4] no`,
		"script.pt":   "TorchScript",
		"conv.pt":     "torch.nn.modules.conv.Conv2d",
		"state.pt":    `"1" 2→3, "4" 3→2, but not what stands between`,
		"net.pt/relu": "says itself",
	} {
		name, act, _ := strings.Cut(name, "/")
		o := Options{}
		if act != "" {
			o = relu
		}
		if _, err := OpenWith(folder+name, o); err == nil || name != "views.pt" && !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", name, err, says)
		}
	}
}

func TestCheckpoints(t *testing.T) {
	state := pickle.Dict{{Key: "fc.weight", Value: counting("", 3, 2).Array}}
	for name, v := range map[string]any{
		"itself":        state,
		"usual name":    pickle.Dict{{Key: "ema", Value: state}, {Key: "model", Value: state}},
		"only one":      pickle.Dict{{Key: "epoch", Value: int64(3)}, {Key: "weights of mine", Value: state}},
		"list":          []any{counting("", 2, 3).Array, counting("", 3).Array},
		"list in dict":  pickle.Dict{{Key: "epoch", Value: int64(3)}, {Key: "w", Value: []any{counting("", 2, 3).Array}}},
		"other tensors": pickle.Dict{{Key: "loss", Value: counting("", 1).Array}, {Key: "net", Value: state}},
	} {
		if _, err := FromPyTorch(v, relu); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for says, v := range map[string]any{
		"several networks, \"a\", \"b\"":          pickle.Dict{{Key: "a", Value: state}, {Key: "b", Value: state}},
		"holds no network under any of \"epoch\"": pickle.Dict{{Key: "epoch", Value: int64(3)}},
		"holds no network; want a state_dict":     counting("", 2, 3).Array,
	} {
		if _, err := FromPyTorch(v, relu); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want %q", err, says)
		}
	}
}
