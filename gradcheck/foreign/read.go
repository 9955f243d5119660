package foreign

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/gradus-nn/gradus/format/npy"
	"github.com/gradus-nn/gradus/nn"
)

// Settings say what network the arrays belong to. They are part of a JSON file; an archive has arrays alone. An empty field
// leaves what the file says.
type Settings struct {
	Activation []string // of the hidden layers: one for all, or one each
	Output     string
	Loss       string
	Layout     string
}

// file is a case as it stands in a file.
type file struct {
	Settings
	reduction string
	epsilon   float64
	l1, l2    float64
	style     string
	examples  int
	cost      float64
	spec      *nn.Spec
	arrays    map[string]Tensor // W1, b1 ... or layer0.W ...
	x, t      *Tensor
	grads     map[string]Tensor
}

// maxFile bounds a file: as text, a gigabyte is a hundred million numbers.
const maxFile = 1 << 30

// ReadJSON reads a case from JSON. Settings that are given replace those of the file.
func ReadJSON(r io.Reader, s Settings) (*Case, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("foreign: %w", err)
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("foreign: more than %d bytes; want a batch and the gradients of one step", maxFile)
	}
	data = quoteNaN(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil {
		return nil, fmt.Errorf("foreign: no JSON object: %w", err)
	}
	f := file{cost: math.NaN(), arrays: map[string]Tensor{}, grads: map[string]Tensor{}}
	for _, name := range slices.Sorted(mapKeys(fields)) {
		if err := f.field(name, fields[name]); err != nil {
			return nil, fmt.Errorf("foreign: %q: %w", name, err)
		}
	}
	return f.build(s)
}

func mapKeys[V any](m map[string]V) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// field reads one field of the file.
func (f *file) field(name string, data json.RawMessage) error {
	read := func(to any) error {
		if string(data) == "null" {
			return fmt.Errorf("want a value, have null")
		}
		return json.Unmarshal(data, to)
	}
	switch name {
	case "activation":
		var one string
		if json.Unmarshal(data, &one) == nil {
			f.Activation = []string{one}
			return nil
		}
		return read(&f.Activation)
	case "output":
		return read(&f.Output)
	case "loss":
		return read(&f.Loss)
	case "layout":
		return read(&f.Layout)
	case "reduction":
		return read(&f.reduction)
	case "style":
		return read(&f.style)
	case "epsilon":
		return read(&f.epsilon)
	case "l1":
		return read(&f.l1)
	case "l2":
		return read(&f.l2)
	case "examples":
		return read(&f.examples)
	case "cost":
		var t Tensor
		if err := read(&t); err != nil {
			return err
		}
		if len(t.Values) != 1 {
			return fmt.Errorf("want one number, have %d", len(t.Values))
		}
		f.cost = t.Values[0]
		return nil
	case "spec":
		f.spec = new(nn.Spec)
		return read(f.spec)
	case "x":
		return read(&f.x)
	case "t":
		return read(&f.t)
	case "grads":
		return read(&f.grads)
	case "params":
		return read(&f.arrays)
	}
	if !parameter(name) {
		return fmt.Errorf("unknown; want W1, b1, W2 ..., x, t, grads, and what else gradus check --help lists")
	}
	var t Tensor
	if err := read(&t); err != nil {
		return err
	}
	f.arrays[name] = t
	return nil
}

// parameter reports whether name is that of a parameter: W1, b12, layer0.W.
func parameter(name string) bool {
	if strings.HasPrefix(name, "layer") {
		return true
	}
	_, _, ok := numbered(name)
	return ok
}

// numbered splits W12 into W and 12.
func numbered(name string) (letter string, number int, ok bool) {
	if len(name) < 2 || len(name) > 5 || name[0] != 'W' && name[0] != 'b' || name[1] == '0' {
		return "", 0, false
	}
	for _, c := range name[1:] {
		if c < '0' || c > '9' {
			return "", 0, false
		}
		number = 10*number + int(c-'0')
	}
	return name[:1], number, true
}

// ReadArchive reads a case from the arrays of an .npz archive: W1, b1 ..., x, t, and the gradients as dW1, db1 .... Single
// numbers are called as in JSON.
func ReadArchive(arrays []npy.Named, s Settings) (*Case, error) {
	f := file{cost: math.NaN(), arrays: map[string]Tensor{}, grads: map[string]Tensor{}}
	for _, a := range arrays {
		t := Tensor{a.Shape, a.Float64s()}
		numbers := map[string]*float64{"epsilon": &f.epsilon, "l1": &f.l1, "l2": &f.l2, "cost": &f.cost}
		grad, isGrad := strings.CutPrefix(a.Name, "d")
		switch {
		case a.Name == "x":
			f.x = &t
		case a.Name == "t":
			f.t = &t
		case a.Name == "examples" && len(t.Values) == 1:
			f.examples = int(t.Values[0])
		case numbers[a.Name] != nil && len(t.Values) == 1:
			*numbers[a.Name] = t.Values[0]
		case isGrad && parameter(grad):
			f.grads[grad] = t
		case parameter(a.Name):
			f.arrays[a.Name] = t
		default:
			return nil, fmt.Errorf("foreign: array %q: unknown; want W1, b1 and so on, x, t, and dW1, db1 and so on", a.Name)
		}
	}
	return f.build(s)
}
