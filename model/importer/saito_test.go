package importer

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/dataset/mnist"
	"github.com/gradus-nn/gradus/nn"
)

// book returns the path of a file of weights of Saito's book, which is not part of the repository.
func book(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join("../../../shared/data/saito", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("skipped: %s of Saito's book is not there (oreilly-japan/deep-learning-from-scratch, ch03 and ch07)", name)
	}
	return path
}

// TestSampleWeight: the weights of Saito's chapter 3 give the published 0.9352, with the same mistakes, one image at a
// time and in batches of 100.
func TestSampleWeight(t *testing.T) {
	m, err := Open(book(t, "sample_weight.pkl"))
	if err != nil {
		t.Fatal(err)
	}
	digits, err := mnist.Load()
	if err != nil {
		t.Fatal(err)
	}
	net, err := m.Net(nn.Config{Batch: 100, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()

	e, err := net.Evaluate(context.Background(), digits.Test)
	if err != nil {
		t.Fatal(err)
	}
	if e.Correct != 9352 || math.Abs(e.Loss-0.22454) > 5e-6 {
		t.Errorf("%d right with cross-entropy %.6f, want 9352 and 0.22454", e.Correct, e.Loss)
	}

	x := make([]float32, 10_000*784)
	dataset.GatherX(dataset.Batch{Set: digits.Test, Rows: count(10_000)}, x, 0, 10_000)
	var byBatch [2][]float32
	for k, rows := range []int{1, 100} {
		p, err := net.Predictor(rows)
		if err != nil {
			t.Fatal(err)
		}
		byBatch[k] = make([]float32, 10_000*10)
		for i := 0; i < 10_000; i += rows {
			if err := p.PredictInto(byBatch[k][i*10:(i+rows)*10], x[i*784:(i+rows)*784]); err != nil {
				t.Fatal(err)
			}
		}
	}
	if !slices.Equal(byBatch[0], byBatch[1]) {
		t.Error("an image alone and in a batch of 100 are not the same")
	}
	if p := byBatch[0][7]; math.Abs(float64(p)-0.997065) > 5e-7 {
		t.Errorf("the first image is a 7 with probability %v, want 0.997065", p)
	}
	var wrong, taken, right = []int{}, []int{}, make([]int, 10)
	for i := range 10_000 {
		if c := nn.Argmax(byBatch[0][i*10 : i*10+10]); c == digits.Test.Label(i) {
			right[c]++
		} else if len(wrong) < 12 {
			wrong, taken = append(wrong, i), append(taken, c)
		}
	}
	if want := []int{8, 33, 66, 92, 124, 149, 217, 233, 241, 245, 247, 259}; !slices.Equal(wrong, want) {
		t.Errorf("first mistakes %v, want %v", wrong, want)
	}
	if want := []int{6, 6, 2, 4, 4, 9, 5, 7, 8, 5, 2, 0}; !slices.Equal(taken, want) {
		t.Errorf("taken for %v, want %v", taken, want)
	}
	if want := []int{962, 1109, 952, 937, 921, 793, 910, 958, 888, 922}; !slices.Equal(right, want) {
		t.Errorf("right by class %v, want %v", right, want)
	}

	raw, err := mnist.LoadWith(mnist.Options{Flatten: true})
	if err != nil {
		t.Fatal(err)
	}
	if e, err := net.Evaluate(context.Background(), raw.Test); err != nil || e.Correct != 9207 {
		t.Errorf("with pixels 0 to 255: %d right, want 9207 (%v)", e.Correct, err)
	}
}

func count(n int) []int {
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	return rows
}

// TestConvolution: chapter 7's network is refused by name, and its tensors can be seen.
func TestConvolution(t *testing.T) {
	path := book(t, "ch07_params.pkl")
	const want = "holds a convolution (W1 [30 1 5 5]); convolution does not exist yet"
	if _, err := Open(path); err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("%v, want %q", err, want)
	}
	format, file, err := Read(path)
	if err != nil || format != Pickle || len(file.Tensors) != 6 {
		t.Fatalf("%v: %v, %v", format, file, err)
	}
	w1, _ := file.Tensor("W1")
	if w1.DType != "F64" || !slices.Equal(w1.Shape, []int{30, 1, 5, 5}) {
		t.Errorf("W1 is %s %v", w1.DType, w1.Shape)
	}
}
