package preprocess

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/internal/build"
)

// line returns a regression set of the given rows of two columns.
func line(x ...float32) *dataset.Set {
	s, err := dataset.FromTargets("line", dataset.NewFloats(x, 2), nil, make([]float32, len(x)/2), 1, nil)
	if err != nil {
		panic(err)
	}
	return s
}

func ExampleFitStandardize() {
	train := line(1, 10, 3, 10) // columns 1, 3 and 10, 10
	scaling, _ := FitStandardize(train)
	fmt.Println(scaling.Mean, scaling.Std)

	pipeline := Pipeline{scaling}
	scaled, _ := pipeline.Set(train)
	fmt.Println(scaled.Example(0), scaled.Example(1))

	text, _ := json.Marshal(pipeline)
	fmt.Println(string(text))
	// Output:
	// [2 10] [1 1]
	// [-1 0] [1 0]
	// [{"standardize":{"mean":[2,10],"std":[1,1]}}]
}

// TestStandardize: after it, every column has mean 0 and deviation 1, also where the numbers are large and close together.
func TestStandardize(t *testing.T) {
	var x []float32
	for i := range 1000 {
		x = append(x, float32(i%7), 1e6+float32(i%5))
	}
	s := line(x...)
	scaling, err := FitStandardize(s)
	if err != nil {
		t.Fatal(err)
	}
	scaled, err := Pipeline{scaling}.Set(s)
	if err != nil {
		t.Fatal(err)
	}
	for j := range 2 {
		var sum, squares float64
		for i := range s.Len() {
			v := float64(scaled.Example(i)[j])
			sum += v / 1000
			squares += v * v / 1000
		}
		if math.Abs(sum) > 1e-5 || math.Abs(squares-1) > 1e-5 {
			t.Errorf("column %d: mean %v, variance %v", j, sum, squares)
		}
	}
	// The variance of 0 to 4 in equal numbers is (25-1)/12 = 2.
	if got := float64(scaling.Std[1]); math.Abs(got-math.Sqrt2) > 1e-6 {
		t.Errorf("deviation %v; want √2", got)
	}
}

func TestFitRefuses(t *testing.T) {
	for name, s := range map[string]*dataset.Set{
		"no rows":  line(),
		"NaN":      line(1, float32(math.NaN())),
		"infinity": line(float32(math.Inf(1)), 1),
	} {
		if scaling, err := FitStandardize(s); err == nil {
			t.Errorf("%s: %v", name, scaling)
		}
	}
}

// TestViews: head, tail, subsets and both precisions are those of the scaled set, and cost no allocation.
func TestViews(t *testing.T) {
	s := line(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
	hidden := *s
	hidden.X = struct{ dataset.Rows }{s.X}
	p := Pipeline{PixelScale{2}, Standardize{[]float32{1, 0}, []float32{1, 0.5}}}
	for name, raw := range map[string]*dataset.Set{"in memory": s, "elsewhere": &hidden} {
		scaled, err := p.Set(raw)
		if err != nil {
			t.Fatal(err)
		}
		_, tail := scaled.Split(2)
		view := tail.Subset([]int{2, 0})
		want := []float32{8/2 - 1, 9, 4/2 - 1, 5}
		x, x64 := make([]float32, 4), make([]float64, 4)
		gather := func() {
			dataset.GatherX(dataset.Batch{Set: view, Rows: []int{0, 1}}, x, 0, 2)
			dataset.GatherX(dataset.Batch{Set: view, Rows: []int{0, 1}}, x64, 0, 2)
		}
		gather()
		if !slices.Equal(x, want) {
			t.Errorf("%s: %v; want %v", name, x, want)
		}
		for i := range want {
			if x64[i] != float64(want[i]) {
				t.Errorf("%s: in float64 %v; want %v", name, x64, want)
			}
		}
		rows := []int{0, 1}
		b := dataset.Batch{Set: view, Rows: rows}
		if n := testing.AllocsPerRun(100, func() { dataset.GatherX(b, x, 0, 2); dataset.GatherX(b, x64, 0, 2) }); n != 0 && !build.Race() { // whose pools forget
			t.Errorf("%s: %v allocations a batch", name, n)
		}
	}
	if same, err := (Pipeline{}).Set(s); err != nil || same != s {
		t.Error("an empty pipeline changes the set")
	}
	if _, err := (Pipeline{Standardize{[]float32{1}, []float32{1}}}).Set(s); err == nil {
		t.Error("one column's scaling on two columns")
	}
}

// TestJSON: what is stored comes back to the bit.
func TestJSON(t *testing.T) {
	p := Pipeline{PixelScale{255}, Standardize{[]float32{0.1307, 1e-30, -3}, []float32{0.3081, 1e30, math.SmallestNonzeroFloat32}}}
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var got Pipeline
	if err := json.Unmarshal(text, &got); err != nil || !reflect.DeepEqual(got, p) {
		t.Errorf("%s came back as %v, %v", text, got, err)
	}
	if text, err := json.Marshal(Pipeline(nil)); err != nil || string(text) != "[]" {
		t.Errorf("no steps: %s, %v", text, err)
	}
	type own struct{ PixelScale }
	if _, err := json.Marshal(Pipeline{own{}}); err == nil {
		t.Error("a step that cannot be read again was written")
	}
}

func TestJSONRefuses(t *testing.T) {
	for text, says := range map[string]string{
		`{}`:   "preprocess: ",
		`[{}]`: "step 0 has 0 names",
		`[{"pixels":{"divide":1},"standardize":{}}]`: "step 0 has 2 names",
		`[{"whiten":{}}]`:              `step 0 is "whiten", which this version does not know`,
		`[{"pixels":{"multiply":2}}]`:  `unknown field "multiply"`,
		`[{"pixels":{"divide":"x"}}]`:  "step 0: pixels",
		`[{"pixels":{"divide":1e99}}]`: "step 0: pixels",
	} {
		var p Pipeline
		if err := json.Unmarshal([]byte(text), &p); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v; want %q", text, err, says)
		}
	}
	nan := float32(math.NaN())
	for _, s := range []Step{
		PixelScale{}, PixelScale{-1}, PixelScale{nan}, PixelScale{float32(math.Inf(1))},
		Standardize{}, Standardize{[]float32{0}, []float32{0}}, Standardize{[]float32{nan}, []float32{1}},
		Standardize{[]float32{0}, []float32{-1}}, Standardize{[]float32{0}, []float32{nan}}, Standardize{[]float32{0, 0}, []float32{1}},
	} {
		if err := (Pipeline{s}).Check(1); err == nil || !strings.Contains(err.Error(), "(step 0)") {
			t.Errorf("%+v: %v", s, err)
		}
	}
}
