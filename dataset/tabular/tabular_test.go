package tabular

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

func ExampleIris() {
	iris, err := Iris()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(iris)
	fmt.Println(iris.Columns[2], iris.Example(149)[2], iris.ClassName(iris.Label(149)))
	// Output:
	// iris: 150 examples, 4 → 3 classes
	// petal length (cm) 5.1 virginica
}

// TestTables: sizes, class counts and column means as scikit-learn's descriptions give them.
func TestTables(t *testing.T) {
	for _, c := range []struct {
		load   func() (*Table, error)
		n      int
		counts []int
		column string
		mean   float64 // of that column, to the digits that are published
		within float64
	}{
		{Iris, 150, []int{50, 50, 50}, "petal length (cm)", 3.76, 0.005},
		{Wine, 178, []int{59, 71, 48}, "proline", 746, 1},
		{BreastCancer, 569, []int{212, 357}, "mean radius", 14.127, 0.0005},
		{Digits, 1797, []int{178, 182, 177, 183, 181, 182, 181, 179, 174, 180}, "pixel_0_0", 0, 0},
	} {
		table, err := c.load()
		if err != nil {
			t.Fatal(err)
		}
		if err := table.Check(); err != nil {
			t.Error(err)
		}
		if err := table.CheckFinite(); err != nil {
			t.Error(err)
		}
		if table.Len() != c.n || !slices.Equal(table.ClassCounts(), c.counts) {
			t.Errorf("%s: %d examples, %v", table.Name, table.Len(), table.ClassCounts())
		}
		if len(table.Columns) != table.X.Width() {
			t.Errorf("%s: %d names for %d columns", table.Name, len(table.Columns), table.X.Width())
		}
		column := slices.Index(table.Columns, c.column)
		sum := 0.0
		for i := range c.n {
			sum += float64(table.Example(i)[column])
		}
		if mean := sum / float64(c.n); math.Abs(mean-c.mean) > c.within {
			t.Errorf("%s: the mean of %s is %v; want %v", table.Name, c.column, mean, c.mean)
		}
	}
}

// TestDigitsPicture: the first digit is a zero; values reach 16.
func TestDigitsPicture(t *testing.T) {
	digits, err := Digits()
	if err != nil {
		t.Fatal(err)
	}
	want := []float32{0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0}
	if got := digits.Example(0)[:16]; digits.Label(0) != 0 || !slices.Equal(got, want) {
		t.Errorf("the first two lines of digit %d are %v", digits.Label(0), got)
	}
	top := float32(0)
	for i := range digits.Len() {
		top = max(top, slices.Max(digits.Example(i)))
	}
	if top != 16 {
		t.Errorf("the largest value is %v; want 16", top)
	}
}

func TestDamaged(t *testing.T) {
	for text, says := range map[string]string{
		"2,2,a,b\n1,2,0\n1,x,1\n":   `line 3: strconv.ParseFloat: parsing "x"`,
		"2,2,a,b\n1,2,0\n1,2\n":     "line 3 has 2 fields; want 3",
		"2,2,a,b\n1,2,0.5\n":        "line 2: strconv.ParseInt",
		"2,2,a,b\n1,2,2\n":          "example 0 has label 2; want 0 to 1",
		"2,2,a,b\n1,2,0\n\"1,2,1\n": "line 3",
	} {
		_, err := read("test", []byte(text), true, []string{"a", "b"}, []string{"x", "y"})
		if err == nil || !strings.Contains(err.Error(), says) || !strings.HasPrefix(err.Error(), "tabular: the embedded table test is damaged: ") {
			t.Errorf("%q: %v; want %q", text, err, says)
		}
	}
}
