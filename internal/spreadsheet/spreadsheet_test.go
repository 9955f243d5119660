package spreadsheet

import (
	"slices"
	"testing"
)

// What begins as formulas do gets a ' before it, unless it is a number, with a point or a comma, or the dash of an empty cell.
func TestHarmless(t *testing.T) {
	have := Harmless([]string{"=1+1", "+A1", "-A1", "@SUM(A1)", "\t=1", "-1.5", "+2,5", "-", "", "a=b", "-1e3"})
	want := []string{"'=1+1", "'+A1", "'-A1", "'@SUM(A1)", "'\t=1", "-1.5", "+2,5", "-", "", "a=b", "-1e3"}
	if !slices.Equal(have, want) {
		t.Errorf("%q; want %q", have, want)
	}
}
