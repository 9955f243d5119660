package transcript

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// Subjects stand in a column of nine; the log has the same lines.
func ExamplePrinter() {
	var log strings.Builder
	p := Printer{Out: os.Stdout, Log: &log}
	p.Line("data", "%s of %s", Count(1200, "row", "rows"), "iris.csv")
	p.Line("", "without a target: %s", Lines([]int{3, 5, 8, 13, 21, 34}))
	fmt.Print(log.String())
	// Output:
	// data     1,200 rows of iris.csv
	//          without a target: lines 3 5 8 13 21 ...
	// data     1,200 rows of iris.csv
	//          without a target: lines 3 5 8 13 21 ...
}

// One of a thing is no plural.
func TestOne(t *testing.T) {
	for have, want := range map[string]string{
		Count(1, "class", "classes"): "1 class", Count(0, "class", "classes"): "0 classes",
		Lines([]int{7}): "line 7", Plural(1, "epoch"): "epoch", Plural(2, "epoch"): "epochs",
	} {
		if have != want {
			t.Errorf("%q; want %q", have, want)
		}
	}
}

// Columns are as wide as their widest cell, in characters; no line ends with spaces.
func TestTable(t *testing.T) {
	have := Table([][]string{{"trial", "val"}, {"1", "97 ± 1 %", "usual"}})
	if want := []string{"trial  val", "1      97 ± 1 %  usual"}; !slices.Equal(have, want) {
		t.Errorf("%q; want %q", have, want)
	}
}
