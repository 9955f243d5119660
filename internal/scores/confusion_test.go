package scores

import (
	"fmt"
	"math"
	"testing"
)

// Three classes: 2 of 4 cats are found, 3 of 3 dogs, no bird of 1, and nothing is ever taken for a bird.
func ExampleConfusion() {
	c := NewConfusion([]string{"cat", "dog", "bird"})
	for _, pair := range [][2]int{{0, 0}, {0, 0}, {0, 1}, {0, 1}, {1, 1}, {1, 1}, {1, 1}, {2, 0}} {
		c.Add(pair[0], pair[1])
	}
	n, correct := c.Total()
	fmt.Println(correct, "of", n)
	for _, s := range append(c.Scores(), Macro(c.Scores())) {
		fmt.Printf("%-5s %d  precision %.4f  recall %.4f  f1 %.4f\n", s.Class, s.Examples, s.Precision, s.Recall, s.F1)
	}
	// Output:
	// 5 of 8
	// cat   4  precision 0.6667  recall 0.5000  f1 0.5714
	// dog   3  precision 0.6000  recall 1.0000  f1 0.7500
	// bird  1  precision 0.0000  recall 0.0000  f1 0.0000
	// macro 8  precision 0.4222  recall 0.5000  f1 0.4405
}

func TestNoExamples(t *testing.T) {
	for _, s := range append(NewConfusion([]string{"a"}).Scores(), Macro(NewConfusion([]string{"a"}).Scores())) {
		if math.IsNaN(s.Precision + s.Recall + s.F1) {
			t.Errorf("%+v", s)
		}
	}
}
