package ch03_test

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/book/booktest"
	"github.com/gradus-nn/gradus/book/nielsen/ch03"
	"github.com/gradus-nn/gradus/dataset/synthetic"
)

func TestChapter(t *testing.T) { booktest.Chapter(t, ch03.Chapter) }

func ExampleQuadraticCost() {
	cost, a, y := ch03.QuadraticCost{}, []float64{0.5}, []float64{0}
	fmt.Println(cost.Fn(a, y), cost.Delta([]float64{0}, a, y))
	// Output: 0.125 [0.125]
}

func ExampleCrossEntropyCost() {
	cost, a, y := ch03.CrossEntropyCost{}, []float64{0.5}, []float64{0}
	fmt.Printf("%.4f %v\n", cost.Fn(a, y), cost.Delta([]float64{0}, a, y))
	fmt.Println("0·ln 0:", cost.Fn([]float64{0, 1}, []float64{0, 1}))
	// Output:
	// 0.6931 [0.5]
	// 0·ln 0: 0
}

func ExampleVectorizedResult() {
	fmt.Println(ch03.VectorizedResult(3))
	// Output: [0 0 0 1 0 0 0 0 0 0]
}

// The engine's loss is the book's cost, and the total cost adds λ/2n·Σw² once.
func TestTotalCost(t *testing.T) {
	clouds := synthetic.Gaussians(50, 3, 0.3, 1)
	for _, cost := range []ch03.Cost{ch03.QuadraticCost{}, ch03.CrossEntropyCost{}} {
		n, err := ch03.NewNetwork([]int{2, 4, 3}, cost, 1)
		if err != nil {
			t.Fatal(err)
		}
		defer n.Close()
		var want, squares float64
		for i := range clouds.Len() {
			a, err := n.Feedforward(clouds.Example(i))
			if err != nil {
				t.Fatal(err)
			}
			want += cost.Fn(wide(a), wide(clouds.Target(i))) / float64(clouds.Len())
		}
		for _, w := range slices.Concat(n.Weights(1), n.Weights(2)) {
			squares += float64(w) * float64(w)
		}
		want += 0.5 * 7 / 50 * squares
		if have, err := n.TotalCost(t.Context(), clouds, 7, true); err != nil || math.Abs(have-want) > 1e-6*want { // the outputs are float32
			t.Errorf("%T: %v, want %v, error %v", cost, have, want, err)
		}
		if have, err := n.TotalCost(t.Context(), clouds.OneHot(), 7, false); err != nil || math.Abs(have-want) > 1e-6*want {
			t.Errorf("%T, vectors: %v, want %v, error %v", cost, have, want, err)
		}
	}
}

func wide(v []float32) []float64 {
	w := make([]float64, len(v))
	for i, x := range v {
		w[i] = float64(x)
	}
	return w
}

// Convert tells labels from vectors; the wrong one is refused in words.
func TestConvert(t *testing.T) {
	clouds := synthetic.Gaussians(50, 3, 0.3, 1)
	n, err := ch03.NewNetwork([]int{2, 4, 3}, ch03.CrossEntropyCost{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	byLabel, err := n.Accuracy(t.Context(), clouds, false)
	if err != nil {
		t.Fatal(err)
	}
	if byVector, err := n.Accuracy(t.Context(), clouds.OneHot(), true); err != nil || byVector != byLabel {
		t.Errorf("%d by vectors, %d by labels, error %v", byVector, byLabel, err)
	}
	if _, err := n.Accuracy(t.Context(), clouds, true); err == nil || !strings.Contains(err.Error(), "want convert to be false") {
		t.Errorf("error %v", err)
	}
	if _, err := n.TotalCost(t.Context(), clouds, 0, false); err == nil || !strings.Contains(err.Error(), "want convert to be true") {
		t.Errorf("error %v", err)
	}
}

// In the file a row of weights belongs to one neuron, as in the book; in memory a column does.
func TestSavedTheBooksWayRound(t *testing.T) {
	n, err := ch03.NewNetwork([]int{2, 3}, ch03.CrossEntropyCost{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	copy(n.Weights(1), []float32{1, 2, 3, 4, 5, 6}) // from the first input 1, 2, 3; from the second 4, 5, 6
	copy(n.Biases(1), []float32{7, 8, 9})
	var file strings.Builder
	if err := n.Save(&file); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"[[[1,4],[2,5],[3,6]]]", "[[[7],[8],[9]]]", `"CrossEntropyCost"`} {
		if have := strings.Join(strings.Fields(file.String()), ""); !strings.Contains(have, want) {
			t.Errorf("%s lacks %s", have, want)
		}
	}
}

// Both costs are saved and loaded, and every weight comes back.
func TestSaveAndLoad(t *testing.T) {
	for _, cost := range []ch03.Cost{ch03.QuadraticCost{}, ch03.CrossEntropyCost{}} {
		n, err := ch03.NewNetwork([]int{3, 4, 2}, cost, 9)
		if err != nil {
			t.Fatal(err)
		}
		defer n.Close()
		var file bytes.Buffer
		if err := n.Save(&file); err != nil {
			t.Fatal(err)
		}
		back, err := ch03.Load(&file)
		if err != nil {
			t.Fatal(err)
		}
		defer back.Close()
		if back.Cost != n.Cost || !slices.Equal(back.Sizes, n.Sizes) {
			t.Errorf("%v %v came back as %v %v", n.Sizes, n.Cost, back.Sizes, back.Cost)
		}
		for l := 1; l <= 2; l++ {
			if !slices.Equal(back.Weights(l), n.Weights(l)) || !slices.Equal(back.Biases(l), n.Biases(l)) {
				t.Errorf("layer %d came back with other numbers", l)
			}
		}
	}
	if _, err := ch03.Load(strings.NewReader(`{"sizes": [2, 1]}`)); err == nil {
		t.Error("half a network was loaded")
	}
}
