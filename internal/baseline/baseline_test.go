package baseline

import (
	"math"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/dataset/mnist"
)

func TestOf(t *testing.T) {
	x := dataset.NewFloats([]float32{1, 2, 3, 4}, 1)
	labels, err := dataset.FromLabels("labels", x, nil, []int32{1, 1, 0, 2}, []string{"a", "b", "c"})
	if err != nil {
		t.Fatal(err)
	}
	numbers, err := dataset.FromTargets("numbers", x, nil, []float32{0, 0, 4, 4}, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	many, err := dataset.FromTargets("many", x, nil, []float32{1, 1, 1, 1, 0, 1, 1, 1}, 2, []string{"a", "b"})
	if err != nil {
		t.Fatal(err)
	}
	if r := Of(labels, labels); r.Answer != `always "b"` || r.Correct != 2 || r.Examples != 4 {
		t.Errorf("labels: %+v", r)
	}
	// The answer is chosen by the training examples, not by those that it is judged on.
	if r := Of(labels.Head(2), labels.Subset([]int{2, 3, 2})); r.Correct != 0 || r.Examples != 3 {
		t.Errorf("other labels: %+v", r)
	}
	if r := Of(numbers, numbers); !r.Numbers || math.Abs(r.RMSE-2) > 1e-12 {
		t.Errorf("numbers: %+v", r)
	}
	if r := Of(many, many); r.Correct != 3 || r.Answer != "always the same 2 of 2 labels" {
		t.Errorf("many labels: %+v", r)
	}
}

// The figure that stands in every book: always "1" is right for 1,135 of the 10,000 test digits.
func TestMNIST(t *testing.T) {
	digits, err := mnist.Load()
	if err != nil {
		t.Fatal(err)
	}
	if r := Of(digits.Train, digits.Test); r.Answer != `always "1"` || r.Correct != 1135 {
		t.Errorf("%+v", r)
	}
}
