package kind_test

import (
	"bytes"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/internal/kind"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
)

func TestEncode(t *testing.T) {
	for _, c := range []struct {
		value layer.Layer
		want  string
	}{
		{layer.Dense{Units: 30, Init: initializer.Xavier{}}, `{"kind":"dense","units":30,"init":{"kind":"xavier"}}`},
		{layer.Dense{NoBias: true}, `{"kind":"dense","no_bias":true}`},
		{layer.ReLU{}, `{"kind":"relu"}`},
		{
			layer.Residual{Layers: []layer.Layer{layer.ELU{Alpha: 0.5}, layer.Tanh{}}},
			`{"kind":"residual","layers":[{"kind":"elu","alpha":0.5},{"kind":"tanh"}]}`,
		},
		{
			layer.Concat{Branches: [][]layer.Layer{{}, {layer.Tanh{}}}, Axis: 1},
			`{"kind":"concat","branches":[[],[{"kind":"tanh"}]],"axis":1}`,
		},
		{nil, `null`},
	} {
		have, err := kind.Encode(c.value)
		if err != nil || string(have) != c.want {
			t.Errorf("%v is %s (%v), want %s", c.value, have, err, c.want)
		}
	}
}

// Every registered layer and loss, with its zero value and with every field set.
func TestRoundTrip(t *testing.T) {
	for _, l := range layer.Kinds {
		roundTrip(t, l)
		roundTrip(t, filled(t, l))
	}
	for _, l := range loss.Kinds {
		roundTrip(t, l)
		roundTrip(t, filled(t, l))
	}
}

func roundTrip[I kind.Kinder](t *testing.T, v I) {
	t.Helper()
	data, err := kind.Encode(v)
	if err != nil {
		t.Errorf("%#v: %v", v, err)
		return
	}
	if have, err := kind.Decode[I](data); err != nil || !reflect.DeepEqual(have, v) {
		t.Errorf("%#v comes back from %s as %#v (%v)", v, data, have, err)
	}
	var spaced bytes.Buffer
	spaced.WriteString(" \n" + strings.NewReplacer(":", " : ", ",", ",\t").Replace(string(data)) + "\r\n")
	if have, err := kind.Decode[I](spaced.Bytes()); err != nil || !reflect.DeepEqual(have, v) {
		t.Errorf("%#v comes back from %q as %#v (%v)", v, spaced.String(), have, err)
	}
}

// filled returns a value of v's type with no field left at zero.
func filled[I kind.Kinder](t *testing.T, v I) I {
	s := reflect.New(reflect.TypeOf(v)).Elem()
	for i := range s.NumField() {
		if s.Type().Field(i).IsExported() {
			fill(t, s.Field(i))
		}
	}
	return s.Interface().(I)
}

func fill(t *testing.T, v reflect.Value) {
	switch v.Kind() {
	case reflect.Int:
		v.SetInt(-7)
	case reflect.Float64:
		v.SetFloat(0.1)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.String:
		v.SetString("naïve \"\n\u2028")
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(t, v.Index(0))
		fill(t, v.Index(1))
	case reflect.Interface:
		switch v.Type() {
		case reflect.TypeFor[layer.Layer]():
			v.Set(reflect.ValueOf(layer.Dense{Units: 3, BiasInit: initializer.Constant{Value: 2}}))
		case reflect.TypeFor[initializer.Initializer]():
			v.Set(reflect.ValueOf(initializer.Normal{Std: 0.01}))
		default:
			t.Fatalf("teach this test to fill a %v", v.Type())
		}
	default:
		t.Fatalf("teach this test to fill a %v", v.Type())
	}
}

func TestDecodeSaysWhatIsWrong(t *testing.T) {
	for data, want := range map[string]string{
		``:                                        `want an object with a kind, have ""`,
		`7`:                                       `want an object with a kind, have "7"`,
		`"dense"`:                                 `want an object with a kind, have "\"dense\""`,
		`[]`:                                      `want an object with a kind, have "[]"`,
		`{}`:                                      `want an object with a kind, have "{}"`,
		`{"units":3}`:                             `want an object with a kind, have "{\"units\":3}"`,
		`{"kind":7}`:                              `want an object with a kind, have "{\"kind\":7}"`,
		`{"kind":"dense"`:                         `want an object with a kind, have "{\"kind\":\"dense\""`,
		`{"kind":"dense"} x`:                      `want an object with a kind, have "{\"kind\":\"dense\"} x"`,
		`{"kind":"rely"}`:                         `unknown kind "rely"; known are concat, dense, `,
		`{"kind":"Dense"}`:                        `unknown kind "Dense"; known are`,
		`{"kind":"dense","unit":3}`:               `dense: unknown field "unit"`,
		`{"kind":"dense","Units":3}`:              `dense: unknown field "Units"`,
		`{"kind":"dense","z":1,"a":2,"m":3}`:      `dense: unknown field "a"`,
		`{"kind":"dense","units":"three"}`:        `dense: units: want int, have "\"three\""`,
		`{"kind":"dense","units":3.5}`:            `dense: units: want int, have "3.5"`,
		`{"kind":"dense","units":1e400}`:          `dense: units: want int, have "1e400"`,
		`{"kind":"dense","units":null}`:           `dense: units: want int, have "null"`,
		`{"kind":"dense","units":[1]}`:            `dense: units: want int, have "[1]"`,
		`{"kind":"dense","no_bias":1}`:            `dense: no_bias: want bool, have "1"`,
		`{"kind":"elu","alpha":1e400}`:            `elu: alpha: want float64, have "1e400"`,
		`{"kind":"elu","alpha":NaN}`:              `want an object with a kind`,
		`{"kind":"dense","init":"he"}`:            `dense: init: want an object with a kind, have "\"he\""`,
		`{"kind":"dense","init":{"kind":"x"}}`:    `dense: init: unknown kind "x"; known are`,
		`{"kind":"dense","init":{"kind":"relu"}}`: `dense: init: unknown kind "relu"`,
		`{"kind":"dense","init":{"kind":"he","std":1}}`:                  `dense: init: he: unknown field "std"`,
		`{"kind":"residual","layers":{}}`:                                `residual: layers: want a list, have "{}"`,
		`{"kind":"residual","layers":[{"kind":"tanh"},null]}`:            `residual: layers: 1: want a value, have "null"`,
		`{"kind":"residual","layers":[{"kind":"tanh","x":1}]}`:           `residual: layers: 0: tanh: unknown field "x"`,
		`{"kind":"concat","branches":[[{"kind":"dense","units":true}]]}`: `concat: branches: 0: 0: dense: units: want int`,
		`{"kind":"concat","branches":[null]}`:                            `concat: branches: 0: want a value, have "null"`,
		`{"kind":"` + strings.Repeat("x", 1000) + `"}`:                   `unknown kind "` + strings.Repeat("x", 40) + `"; known`,
		`{"kind":"relu","` + strings.Repeat("x", 1000) + `":1}`:          `unknown field "` + strings.Repeat("x", 40) + `"`,
		`{"kind":"dense","units":"` + strings.Repeat("x", 1000) + `"}`:   `units: want int, have "\"` + strings.Repeat("x", 39) + `"`,
	} {
		have, err := kind.Decode[layer.Layer]([]byte(data))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.80s\n  says %v\n  want %s", data, err, want)
		}
		if have != nil {
			t.Errorf("%.80s: an error, and yet a value", data)
		}
	}
}

func TestNullIsNothing(t *testing.T) {
	if l, err := kind.Decode[loss.Loss]([]byte(" null ")); l != nil || err != nil {
		t.Errorf("null is %v (%v), want nothing", l, err)
	}
	l, err := kind.Decode[layer.Layer]([]byte(`{"kind":"dense","units":3,"init":null}`))
	if err != nil || l != (layer.Dense{Units: 3}) {
		t.Errorf("an init of null is %v (%v), want none", l, err)
	}
}

func nest(n int) layer.Layer {
	var l layer.Layer = layer.ReLU{}
	for range n {
		l = layer.Residual{Layers: []layer.Layer{l}}
	}
	return l
}

// A file must not exhaust the stack, and nothing must be written that cannot be read back.
func TestDepthIsBounded(t *testing.T) {
	deepest := 0
	for n := range 100 {
		data, err := kind.Encode(nest(n))
		if err != nil {
			if !strings.Contains(err.Error(), "nested deeper than") {
				t.Errorf("%d layers deep: %v", n, err)
			}
			continue
		}
		deepest = n
		if back, err := kind.Decode[layer.Layer](data); err != nil || !reflect.DeepEqual(back, nest(n)) {
			t.Errorf("%d layers deep: written, but not read: %v", n, err)
		}
	}
	if deepest < 20 || deepest > 64 {
		t.Errorf("the deepest nesting that can be stored is %d; want 20 to 64", deepest)
	}
	for open, closing := range map[string]string{
		`{"kind":"residual","layers":[`:  `]}`,
		`{"kind":"concat","branches":[[`: `]]}`,
		`[`:                              `]`,
		`{"kind":{"kind":`:               `}}`,
	} {
		for _, n := range []int{100, 100_000} {
			bomb := strings.Repeat(open, n) + `{"kind":"relu"}` + strings.Repeat(closing, n)
			if _, err := kind.Decode[layer.Layer]([]byte(bomb)); err == nil {
				t.Errorf("%s… %d deep is accepted", open, n)
			}
		}
	}
}

// foreign is a layer that nobody registered, with somebody else's kind.
type foreign struct{ layer.ReLU }

func TestEncodeSaysWhatIsWrong(t *testing.T) {
	for want, v := range map[string]layer.Layer{
		`relu: kind_test.foreign is not a registered layer.Layer`:           foreign{},
		`relu: *layer.ReLU is not a registered layer.Layer`:                 &layer.ReLU{},
		`residual: layers: 1: want a value with a kind, have none`:          layer.Residual{Layers: []layer.Layer{layer.Tanh{}, nil}},
		`elu: alpha: json: unsupported value: NaN`:                          layer.ELU{Alpha: math.NaN()},
		`concat: branches: 0: 0: elu: alpha: json: unsupported value: +Inf`: layer.Concat{Branches: [][]layer.Layer{{layer.ELU{Alpha: math.Inf(1)}}}},
	} {
		if data, err := kind.Encode(v); err == nil || err.Error() != want {
			t.Errorf("%#v: %s, %v; want %s", v, data, err, want)
		}
	}
}

func TestNamesAndZero(t *testing.T) {
	names := kind.Names[layer.Layer]()
	if len(names) != len(layer.Kinds) || names[0] != "concat" {
		t.Errorf("names are %v", names)
	}
	for _, n := range names {
		if l, ok := kind.Zero[layer.Layer](n); !ok || l.Kind() != n || !reflect.ValueOf(l).IsZero() {
			t.Errorf("the zero value of %s is %#v", n, l)
		}
	}
	if l, ok := kind.Zero[layer.Layer]("rely"); ok || l != nil {
		t.Errorf("there is a zero value of an unknown kind: %v", l)
	}
}

// thing is an interface of the test's own, and these are its kinds.
type thing interface {
	kind.Kinder
	thing()
}

type plain struct {
	Bytes   []byte
	Numbers []float64
	Table   map[string]int
	Inner   struct{ A int }
	hidden  int
}

type number float64

func (plain) Kind() string  { return "plain" }
func (plain) thing()        {}
func (number) Kind() string { return "number" }
func (number) thing()       {}

func TestPlainFields(t *testing.T) {
	kind.Register[thing](plain{})
	v := plain{Bytes: []byte{1, 2, 255}, Numbers: []float64{0.1, -0}, Table: map[string]int{"a": 1}}
	v.Inner.A = 3
	roundTrip[thing](t, v)
	v.hidden = 5
	if data, err := kind.Encode[thing](v); err != nil || strings.Contains(string(data), "hidden") {
		t.Errorf("%s (%v): want no unexported field", data, err)
	}
	for _, data := range []string{`{"kind":"plain","inner":{"b":1}}`, `{"kind":"plain","hidden":1}`} {
		if _, err := kind.Decode[thing]([]byte(data)); err == nil {
			t.Errorf("%s is accepted", data)
		}
	}
}

func TestRegisterPanics(t *testing.T) {
	for name, values := range map[string][]thing{
		"twice":        {plain{}, plain{}},
		"not a struct": {number(1)},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			kind.Register(values...)
		}()
	}
}

// Whatever is decoded can be encoded, and comes back the same.
func FuzzDecode(f *testing.F) {
	for _, l := range layer.Kinds {
		data, _ := kind.Encode(l)
		f.Add(data)
	}
	f.Add([]byte(`{"kind":"concat","branches":[[],[{"kind":"dense","units":3,"init":{"kind":"normal","std":0.5}}]],"axis":-1}`))
	f.Add([]byte(`{"kind":"residual","layers":[{"kind":"residual","shortcut":[null]}]}`))
	f.Add([]byte(`{"kind":"dense","kind":"elu","alpha":-0}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := kind.Decode[layer.Layer](data)
		if err != nil {
			return
		}
		again, err := kind.Encode(l)
		if err != nil {
			t.Fatalf("%q is read, but not written: %v", data, err)
		}
		back, err := kind.Decode[layer.Layer](again)
		if err != nil || !reflect.DeepEqual(back, l) {
			t.Fatalf("%q: %#v comes back as %#v (%v)", data, l, back, err)
		}
	})
}
