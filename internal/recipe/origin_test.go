package recipe

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
)

// Every example of a table knows its line, however the table is divided: column a is the line that a row begins in.
func TestOriginOfRows(t *testing.T) {
	var b strings.Builder
	b.WriteString("a,note,y\n")
	line := 2
	for i := range 200 {
		note, y, begin := "x", fmt.Sprint(i%7), line
		line++
		if i%10 == 3 {
			note = "\"two\nlines\""
			line++
		}
		if i%25 == 4 {
			y = "" // left out
		}
		fmt.Fprintf(&b, "%d,%s,%s\n", begin, note, y)
	}
	path := filepath.Join(t.TempDir(), "rows.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	target, kinds, seed := "y", "a=number", uint64(3)
	q := &Request{Data: &path, Target: &target, Columns: &kinds, Seed: &seed}
	seen := 0
	check := func(d *Data, s *dataset.Set) {
		t.Helper()
		a := d.Table.Schema.Columns[0]
		for i := range s.Len() {
			want := int(math.Round(float64(s.Example(i)[0])*a.Std + a.Mean))
			if have := s.Origin(i); have != fmt.Sprintf("%s:%d", path, want) || Line(s, i) != want {
				t.Fatalf("%s: example %d is said to be %s, line %d; want line %d", s.Name, i, have, Line(s, i), want)
			}
			seen++
		}
	}
	d, err := q.Load()
	if err != nil {
		t.Fatal(err)
	}
	r, err := Resolve(q, d.Facts())
	if err != nil {
		t.Fatal(err)
	}
	v, err := r.Divide(d)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []*dataset.Set{v.Train, v.HeldOut, v.Test} {
		check(d, s)
	}
	if seen != 192 {
		t.Errorf("%d examples; want 192", seen)
	}
	all, err := q.Folds(4)
	if err != nil {
		t.Fatal(err)
	}
	for d, err := range all {
		if err != nil {
			t.Fatal(err)
		}
		check(d, d.Train)
		check(d, d.Test)
	}
	if seen != 5*192 {
		t.Errorf("%d examples in all; want %d", seen, 5*192)
	}
	plain, err := dataset.FromLabels("plain", dataset.NewFloats([]float32{1}, 1), nil, []int32{0}, nil)
	if err != nil || Line(plain, 0) != 0 {
		t.Error("a line of what is from no file")
	}
}

// Examples of a named set tell their part and number in a cross-validation.
func TestOriginInFolds(t *testing.T) {
	name := "iris"
	q := &Request{Data: &name}
	all, err := q.Folds(3)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for d, err := range all {
		if err != nil {
			t.Fatal(err)
		}
		for i := range d.Test.Len() {
			seen[d.Test.Origin(i)] = true
		}
	}
	if len(seen) != 150 || !seen["train #0"] || !seen["train #119"] || !seen["test #29"] || seen["test #30"] {
		t.Errorf("%d origins", len(seen))
	}
}
