package columns

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/format/csv"
)

// TestPortionsAreStream: rows that are read in portions have the features, notes and errors of rows that are read one by one, in the
// order of the table: of several blocks, with and without names, with quotes, gaps and values that training has not seen, and where the
// table is broken.
func TestPortionsAreStream(t *testing.T) {
	learnt, err := Read(strings.NewReader("n,c,y\n1,a,u\n2,b,v\n,a,u\n4,b,v\n"), csv.Options{Name: "learnt.csv"}, Present)
	if err != nil {
		t.Fatal(err)
	}
	guess, err := Infer(learnt, Options{Target: "y", Kinds: map[string]Kind{"n": Number, "c": Category}})
	if err != nil {
		t.Fatal(err)
	}
	s, err := guess.Fit(learnt, nil)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(8, 9))
	var many strings.Builder
	for i := range 300_000 { // some blocks
		fmt.Fprintf(&many, "%d,%s\n", rng.IntN(50), []string{"a", "b", `"b"`, "", "new", `"a ""b"", c"`}[rng.IntN(6)])
		if i%1000 == 0 {
			many.WriteString("x,a\n,b\n\n")
		}
	}
	type result struct {
		names, notes []string
		x            []float32
		err          string
	}
	text := func(err error) string {
		if err == nil {
			return ""
		}
		return err.Error()
	}
	stop := errors.New("enough")
	for name, table := range map[string]string{
		"names": "n,c\n" + many.String(), "no names": many.String(), "a row": "3,b", "only names": "c,n\n", "empty": "",
		"lacking": "n,z\n1,2\n", "broken": "n,c\n" + many.String() + "1,2,3\n" + many.String(), "broken first": "1,a\n2\n",
	} {
		o := csv.Options{Name: "t.csv"}
		var one, portions result
		b, err := s.Stream(strings.NewReader(table), o, func(names []string, _ byte) error {
			one.names = names
			return nil
		}, func(b *Binding, _ int, cells [][]byte) error {
			x := make([]float32, s.Width())
			b.Features(x, cells)
			one.x = append(one.x, x...)
			return nil
		})
		one.err = text(err)
		if err == nil {
			one.notes = b.Notes()
		}
		b, err = Portions(s, strings.NewReader(table), o, func(names []string, _ byte) error {
			portions.names = names
			return nil
		}, func(b *Binding, rows csv.Rows) ([]float32, error) {
			n := len(rows.Lines)
			x, cells := make([]float32, n*s.Width()), make([][]byte, len(rows.Cells)/n)
			for i := range n {
				for j := range cells {
					c := rows.Cells[i*len(cells)+j]
					cells[j] = rows.Text[c.From:c.To]
				}
				b.Features(x[i*s.Width():(i+1)*s.Width()], cells)
			}
			return x, nil
		}, func(x []float32) error {
			portions.x = append(portions.x, x...)
			return nil
		})
		portions.err = text(err)
		if err == nil {
			portions.notes = b.Notes()
		}
		if one.err != portions.err || !slices.Equal(one.names, portions.names) || !slices.Equal(one.notes, portions.notes) {
			t.Errorf("%s: %q %q %q in portions, %q %q %q row by row", name, portions.err, portions.names, portions.notes, one.err, one.names, one.notes)
		}
		if n := len(portions.x); n > len(one.x) || one.err == "" && n != len(one.x) || !slices.Equal(portions.x, one.x[:n]) {
			t.Errorf("%s: other features in portions (%d) than row by row (%d)", name, n, len(one.x))
		}
		if name == "names" && len(one.notes) < 2 {
			t.Errorf("notes %q say too little for this test", one.notes)
		}
	}
	// An error of who takes, or of who begins, ends it.
	taken := 0
	_, err = Portions(s, strings.NewReader("n,c\n"+many.String()), csv.Options{}, func([]string, byte) error { return nil },
		func(*Binding, csv.Rows) (int, error) { return 1, nil }, func(int) error { taken++; return stop })
	if err != stop || taken != 1 {
		t.Errorf("%v after %d portions; want %v after the first", err, taken, stop)
	}
	if _, err = Portions(s, strings.NewReader("n,c\n1,a\n"), csv.Options{}, func([]string, byte) error { return stop },
		func(*Binding, csv.Rows) (int, error) { t.Error("work after an error"); return 1, nil }, func(int) error { return nil }); err != stop {
		t.Errorf("%v; want %v", err, stop)
	}
}
