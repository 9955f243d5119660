package network2

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

func ExampleRead() {
	// Two inputs, one hidden layer of two neurons, one output.
	n, err := Read(strings.NewReader(`{"sizes": [2, 2, 1], "weights": [[[1, 2], [3, 4]], [[5, 6]]], "biases": [[[7], [8]], [[9]]], "cost": "QuadraticCost"}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(n.Sizes, n.Cost)
	fmt.Println("the second hidden neuron:", n.Weights[0][2:4], n.Biases[0][1])
	// Output:
	// [2 2 1] QuadraticCost
	// the second hidden neuron: [3 4] 8
}

var small = &Network{
	Sizes:   []int{3, 2, 1},
	Weights: [][]float64{{0.1, -2, 1e300, 5e-324, math.Pi, math.Copysign(0, -1)}, {1, 1. / 3}},
	Biases:  [][]float64{{-1, 1e21}, {0.5}},
	Cost:    CrossEntropy,
}

func TestRoundTrip(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, small); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "net.json")
	if err := os.WriteFile(name, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	back, err := ReadFile(name)
	if err != nil || !reflect.DeepEqual(back, small) || !math.Signbit(back.Weights[0][5]) {
		t.Errorf("%v came back as %v, %v", small, back, err)
	}
	// Any order of the keys is JSON.
	turned := `{"cost":"QuadraticCost","biases":[[[1]]],"weights":[[[2,3]]],"sizes":[2,1]}` + "\n \t"
	if n, err := Read(strings.NewReader(turned)); err != nil || n.Weights[0][1] != 3 {
		t.Errorf("%v, %v", n, err)
	}
}

// TestPython lets Python's json, which network2.py uses, write what it reads from us.
func TestPython(t *testing.T) {
	python, err := exec.LookPath("/usr/bin/python3")
	if err != nil {
		t.Skip("skipped: no Python")
	}
	var b bytes.Buffer
	if err := Write(&b, small); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python, "-c", "import json, sys; json.dump(json.load(sys.stdin), sys.stdout)")
	cmd.Stdin = &b
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if back, err := Read(bytes.NewReader(out)); err != nil || !reflect.DeepEqual(back, small) {
		t.Errorf("%v came back as %v, %v", small, back, err)
	}
}

// file returns a file with the good parts, of which one is replaced.
func file(part, by string) string {
	parts := map[string]string{
		"sizes": `"sizes": [2, 1]`, "weights": `"weights": [[[1, 2]]]`, "biases": `"biases": [[[3]]]`, "cost": `"cost": "QuadraticCost"`,
	}
	parts[part] = by
	var list []string
	for _, key := range []string{"sizes", "weights", "biases", "cost"} {
		if parts[key] != "" {
			list = append(list, parts[key])
		}
	}
	return "{" + strings.Join(list, ", ") + "}"
}

var hostile = map[string]struct{ file, says string }{
	"empty":              {"", "the file ends here"},
	"a list":             {"[]", "the network: want {, have ["},
	"a number":           {"1", `want {, have "1"`},
	"not JSON":           {"hello", "invalid character 'h'"},
	"cut":                {`{"sizes": [2`, "sizes"},
	"cut before a colon": {`{"sizes"`, "sizes"},
	"nothing":            {"{}", `the key "sizes" is missing`},
	"no sizes":           {file("sizes", ""), `the key "sizes" is missing`},
	"no weights":         {file("weights", ""), `the key "weights" is missing`},
	"no biases":          {file("biases", ""), `the key "biases" is missing`},
	"no cost":            {file("cost", ""), `the key "cost" is missing`},
	"a key twice":        {file("cost", `"cost": "QuadraticCost", "cost": "CrossEntropyCost"`), `the key "cost" occurs twice`},
	"a key in capitals":  {file("sizes", `"Sizes": [2, 1]`), `unknown key "Sizes"`},
	"an unknown key":     {file("cost", `"cost": "QuadraticCost", "version": 2`), `unknown key "version"`},
	"bytes after":        {file("", "") + " {}", "after the closing brace, have {"},
	"rubbish after":      {file("", "") + "x", "after the closing brace: invalid"},
	"no layers":          {file("sizes", `"sizes": []`), "sizes: 0 layers"},
	"one layer":          {file("sizes", `"sizes": [2]`), "sizes: 1 layers"},
	"sizes of 10^9":      {file("sizes", `"sizes": [1000000000, 1000000000]`), "weights[0]: sizes want 1000000000 rows of 1000000000"},
	"sizes of 2^63":      {file("sizes", `"sizes": [9223372036854775808, 1]`), "sizes[0]: want a whole number"},
	"sizes that wrap":    {file("sizes", `"sizes": [9223372036854775807, 2]`), "weights[0]: sizes want"},
	"sizes of 0":         {file("sizes", `"sizes": [2, 0]`), "sizes[1]: want a whole number from 1 on"},
	"sizes of -1":        {file("sizes", `"sizes": [-2, 1]`), "sizes[0]"},
	"sizes of 2.0":       {file("sizes", `"sizes": [2.0, 1]`), `sizes[0]: want a whole number from 1 on, have "2.0"`},
	"sizes of 1e3":       {file("sizes", `"sizes": [1e3, 1]`), "sizes[0]"},
	"sizes in a list":    {file("sizes", `"sizes": [[2, 1]]`), "sizes[0]"},
	"sizes as a text":    {file("sizes", `"sizes": "2,1"`), "sizes: want ["},
	"sizes null":         {file("sizes", `"sizes": null`), "sizes: want [, have null"},
	"another width":      {file("sizes", `"sizes": [3, 1]`), "weights[0]: sizes want 1 rows of 3 numbers, have rows of 2"},
	"a layer more":       {file("sizes", `"sizes": [2, 1, 1]`), "for 2 layers, have 1 and 1"},
	"transposed":         {file("weights", `"weights": [[[1], [2]]]`), "weights[0]: sizes want 1 rows of 2 numbers, have rows of 1"},
	"ragged":             {file("weights", `"weights": [[[1, 2], [3]]]`), "weights[0][1]: want a row of 2 numbers, have 1"},
	"an empty row":       {file("weights", `"weights": [[[]]]`), "weights[0][0]: want a row of 1 numbers, have 0"},
	"no rows":            {file("weights", `"weights": [[]]`), "weights[0]: sizes want 1 rows"},
	"flat":               {file("weights", `"weights": [[1, 2]]`), "weights[0][0]: want [, have"},
	"deep":               {file("weights", `"weights": [[[[1, 2]]]]`), "weights[0][0][0]: want a number, have ["},
	"a depth bomb":       {file("weights", `"weights": `+strings.Repeat("[", 1<<20)), "weights[0][0][0]: want a number"},
	"a depth bomb of {":  {strings.Repeat(`{"sizes":`, 1<<17), "sizes: want [, have {"},
	"flat biases":        {file("biases", `"biases": [[3]]`), "biases[0][0]: want ["},
	"two biases":         {file("biases", `"biases": [[[3, 4]]]`), "biases[0][0]: want a row of 1 numbers, have 2"},
	"NaN":                {file("weights", `"weights": [[[1, NaN]]]`), "weights[0][0][1]: invalid character 'N'"},
	"Infinity":           {file("weights", `"weights": [[[Infinity, 1]]]`), "JSON has no NaN and no Infinity"},
	"-Infinity":          {file("weights", `"weights": [[[-Infinity, 1]]]`), "weights[0][0][0]: invalid character 'I'"},
	"1e400":              {file("weights", `"weights": [[[1, 1e400]]]`), `weights[0][0][1]: the number "1e400" is too large`},
	"a number as a text": {file("weights", `"weights": [[[1, "2"]]]`), `weights[0][0][1]: want a number, have the text "2"`},
	"null for a number":  {file("weights", `"weights": [[[1, null]]]`), "have null"},
	"hexadecimal":        {file("weights", `"weights": [[[1, 0x10]]]`), "weights[0][0]"},
	"another cost":       {file("cost", `"cost": "LogLikelihoodCost"`), `cost "LogLikelihoodCost"`},
	"a cost of a module": {file("cost", `"cost": "os.system"`), `cost "os.system"`},
	"half a surrogate":   {file("cost", `"cost": "\ud800"`), "want CrossEntropyCost or QuadraticCost"},
	"a cost of a number": {file("cost", `"cost": 1`), "cost: want a text"},
	"an escape in a key": {`{"\u001b[2J": 1}`, `unknown key "\x1b[2J"`},
	"comments":           {"{/* */}", "invalid character '/'"},
	"a comma at the end": {`{"sizes": [2, 1,]}`, "sizes"},
	"a byte order mark":  {"\ufeff" + file("", ""), "invalid character"},
	"single quotes":      {"{'sizes': [2, 1]}", "invalid character"},
}

func refused(t *testing.T, name string, err error, says string) {
	t.Helper()
	var broken *FormatError
	if !errors.As(err, &broken) || !strings.Contains(err.Error(), says) {
		t.Errorf("%s: have %v; want an error that says %q", name, err, says)
	}
}

func TestHostile(t *testing.T) {
	if _, err := Read(strings.NewReader(file("", ""))); err != nil {
		t.Fatal(err)
	}
	for name, c := range hostile {
		n, err := Read(strings.NewReader(c.file))
		if n != nil {
			t.Errorf("%s: a network beside the error", name)
		}
		refused(t, name, err, c.says)
	}
	for _, name := range []string{".", "missing.json", os.DevNull} {
		if _, err := ReadFile(name); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	name := filepath.Join(t.TempDir(), "bad.json")
	os.WriteFile(name, []byte("{}"), 0o666)
	_, err := ReadFile(name)
	refused(t, "with a name", err, name+": at byte 2: ")
	broken := errors.New("the cable is out")
	for n := range len(file("", "")) + 1 {
		r := io.MultiReader(strings.NewReader(file("", "")[:n]), failing{broken})
		if _, err := Read(r); !errors.Is(err, broken) {
			t.Errorf("after %d bytes: %v", n, err)
		}
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// TestMemory: a file of digits and commas costs a multiple of its size. Nearly all of it are tokens, garbage at once.
func TestMemory(t *testing.T) {
	data := file("weights", `"weights": [[[`+strings.Repeat("1,", 1<<20)+"1]]]")
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := Read(strings.NewReader(data))
	runtime.ReadMemStats(&after)
	refused(t, "wide", err, "weights[0]: sizes want 1 rows of 2 numbers, have rows of 1048577")
	if used := int(after.TotalAlloc - before.TotalAlloc); used > 100*len(data) {
		t.Errorf("%d MB allocated for %d bytes", used>>20, len(data))
	}
}

func TestWriteRefuses(t *testing.T) {
	for says, n := range map[string]Network{
		"sizes: 0 layers":               {},
		"sizes[1] is 0":                 {Sizes: []int{1, 0}},
		"weights[0]: sizes want 4 rows": {Sizes: []int{math.MaxInt/2 + 1, 4}, Weights: [][]float64{{}}, Biases: [][]float64{make([]float64, 4)}, Cost: Quadratic},
		"have 0 and 0":                  {Sizes: []int{1, 1}},
		"biases[0]":                     {Sizes: []int{1, 1}, Weights: [][]float64{{1}}, Biases: [][]float64{{}}, Cost: Quadratic},
		"layer 0 holds NaN":             {Sizes: []int{1, 1}, Weights: [][]float64{{math.NaN()}}, Biases: [][]float64{{1}}, Cost: Quadratic},
		`cost ""`:                       {Sizes: []int{1, 1}, Weights: [][]float64{{1}}, Biases: [][]float64{{1}}},
	} {
		if err := Write(io.Discard, &n); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want %q", err, says)
		}
	}
	full := errors.New("disk full")
	if err := Write(failingWriter{full}, small); !errors.Is(err, full) {
		t.Error(err)
	}
}

type failingWriter struct{ err error }

func (f failingWriter) Write([]byte) (int, error) { return 0, f.err }

func FuzzRead(f *testing.F) {
	for _, c := range hostile {
		if len(c.file) < 1<<16 {
			f.Add([]byte(c.file))
		}
	}
	f.Add([]byte(file("", "")))
	f.Fuzz(func(t *testing.T, data []byte) {
		n, err := Read(bytes.NewReader(data))
		if err != nil {
			refused(t, "fuzz", err, "")
			return
		}
		var b bytes.Buffer
		if err := Write(&b, n); err != nil {
			t.Fatal(err)
		}
		if back, err := Read(&b); err != nil || !reflect.DeepEqual(back, n) {
			t.Fatalf("%v came back as %v, %v", n, back, err)
		}
	})
}
