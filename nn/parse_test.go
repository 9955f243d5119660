package nn_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/internal/kind"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/nn"
)

func ExampleParseLayers() {
	layers, err := nn.ParseLayers("dense 50 init=normal:0.01 relu, dense 10")
	fmt.Println(len(layers), err)
	fmt.Println(nn.FormatLayers(layers))
	// Output:
	// 3 <nil>
	// dense 50 init=normal:0.01 relu, dense 10
}

func TestParseLayers(t *testing.T) {
	dense := func(n int) layer.Dense { return layer.Dense{Units: n} }
	for text, want := range map[string][]layer.Layer{
		"dense 50 relu, dense 10":                     {dense(50), layer.ReLU{}, dense(10)},
		"  Dense 50,relu ,, affine 10":                {dense(50), layer.ReLU{}, dense(10)},
		"dense units=3 tanh":                          {dense(3), layer.Tanh{}},
		"dense 3 no-bias leaky-relu 0.2":              {layer.Dense{Units: 3, NoBias: true}, layer.LeakyReLU{Alpha: 0.2}},
		"dense 3 no_bias=false leakyrelu":             {dense(3), layer.LeakyReLU{}},
		"dense 3 init=he bias-init=constant:1 elu":    {layer.Dense{Units: 3, Init: initializer.He{}, BiasInit: initializer.Constant{Value: 1}}, layer.ELU{}},
		"residual(dense 4 relu, dense 4)":             {layer.Residual{Layers: []layer.Layer{dense(4), layer.ReLU{}, dense(4)}}},
		"residual(dense 4|dense 4) relu":              {layer.Residual{Layers: []layer.Layer{dense(4)}, Shortcut: []layer.Layer{dense(4)}}, layer.ReLU{}},
		"concat(dense 4 | tanh | ) axis=0, softmax":   {layer.Concat{Branches: [][]layer.Layer{{dense(4)}, {layer.Tanh{}}, nil}}, layer.Softmax{}},
		"residual(concat(dense 2 | dense 3), linear)": {layer.Residual{Layers: []layer.Layer{layer.Concat{Branches: [][]layer.Layer{{dense(2)}, {dense(3)}}}, layer.Identity{}}}},
	} {
		have, err := nn.ParseLayers(text)
		if err != nil || !reflect.DeepEqual(have, want) {
			t.Errorf("%q is %#v, %v; want %#v", text, have, err, want)
			continue
		}
		again, err := nn.ParseLayers(nn.FormatLayers(have))
		if err != nil || !reflect.DeepEqual(again, have) {
			t.Errorf("%q is written %q and read back as %#v, %v", text, nn.FormatLayers(have), again, err)
		}
	}
}

// Every kind of layer can be written and read back with all its fields set.
func TestFormatLayersKnowsEveryKind(t *testing.T) {
	for _, l := range layer.Kinds {
		v := reflect.New(reflect.TypeOf(l)).Elem()
		for i := range v.NumField() {
			switch f := v.Field(i); {
			case f.CanInt():
				f.SetInt(3)
			case f.CanFloat():
				f.SetFloat(0.25)
			case f.Kind() == reflect.Bool:
				f.SetBool(true)
			case f.Type() == reflect.TypeFor[initializer.Initializer]():
				f.Set(reflect.ValueOf(initializer.Normal{Std: 0.5}))
			case f.Type() == reflect.TypeFor[[]layer.Layer]():
				f.Set(reflect.ValueOf([]layer.Layer{layer.Dense{Units: 2}, layer.Tanh{}}))
			case f.Type() == reflect.TypeFor[[][]layer.Layer]():
				f.Set(reflect.ValueOf([][]layer.Layer{{layer.Tanh{}}, {layer.Dense{Units: 2}, layer.ELU{Alpha: 2}}}))
			default:
				t.Errorf("%s: ParseLayers has no way to write %s", l.Kind(), v.Type().Field(i).Name)
			}
		}
		want := []layer.Layer{layer.Dense{Units: 7}, v.Interface().(layer.Layer)}
		text := nn.FormatLayers(want)
		if have, err := nn.ParseLayers(text); err != nil || !reflect.DeepEqual(have, want) {
			t.Errorf("%s is written %q and read back as %#v, %v", l.Kind(), text, have, err)
		}
	}
}

func TestParseLayersErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                        `nn: layers: column 1: no layer; want something like "dense 50 relu, dense 10"`,
		" , ":                     `nn: layers: column 1: no layer; want something like "dense 50 relu, dense 10"`,
		"50":                      `nn: layers: column 1: the number 50 belongs to no layer; want something like "dense 50"`,
		"dense 50, rely":          `nn: layers: column 11: no layer is called "rely"; known are ` + strings.Join(kind.Names[layer.Layer](), ", "),
		"dense 50 60":             `nn: layers: column 10: dense takes no number here, have 60`,
		"dense 5e1":               `nn: layers: column 7: dense: want a whole number, have "5e1"`,
		"dense 99999999999":       `nn: layers: column 7: dense: want a whole number, have "99999999999"`,
		"elu NaN":                 `nn: layers: column 5: elu: want a finite number, have "NaN"`,
		"dense 5 init=hee":        `nn: layers: column 9: dense: init: initializer: "hee": want one of he, xavier, lecun (also nielsen), large, normal:STD, uniform:LOW:HIGH, constant:VALUE, zero`,
		"dense 5 width=3":         `nn: layers: column 9: dense has no field "width"; it has units, init, bias-init, no-bias`,
		"relu alpha=3":            `nn: layers: column 6: relu has no field "alpha"; it has none`,
		"residual(dense 5":        `nn: layers: column 9: a parenthesis that is never closed`,
		"dense 5)":                `nn: layers: column 8: a ")" that closes or divides nothing`,
		"(dense 5)":               `nn: layers: column 1: branches without a residual or concat before them`,
		"dense 5 (relu)":          `nn: layers: column 9: branches without a residual or concat before them`,
		"dense 5(relu)":           `nn: layers: column 8: dense has no place for so many branches`,
		"residual(relu|relu|elu)": `nn: layers: column 9: residual has no place for so many branches`,
		"dense 5 | relu":          `nn: layers: column 9: a "|" that closes or divides nothing`,
		"concat branches=3":       `nn: layers: column 8: concat: branches: is written in parentheses, as in residual(dense 16 relu, dense 16)`,
	} {
		if _, err := nn.ParseLayers(text); err == nil || err.Error() != want {
			t.Errorf("%q: %v\nwant %s", text, err, want)
		}
	}
	if _, err := nn.ParseLayers(strings.Repeat("residual(", 100_000)); err == nil || !strings.Contains(err.Error(), "nested deeper than 32") {
		t.Errorf("a hundred thousand branches: %v", err)
	}
}

func FuzzParseLayers(f *testing.F) {
	f.Add("dense 50 init=he relu, residual(dense 50 | elu 2), concat(|tanh) axis=0 dense 10 no-bias")
	f.Fuzz(func(t *testing.T, text string) {
		layers, err := nn.ParseLayers(text)
		if err != nil {
			return
		}
		again, err := nn.ParseLayers(nn.FormatLayers(layers))
		if err != nil || nn.FormatLayers(again) != nn.FormatLayers(layers) {
			t.Errorf("%q is written %q and read back as %#v, %v", text, nn.FormatLayers(layers), again, err)
		}
	})
}
