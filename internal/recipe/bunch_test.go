package recipe

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func rowsOf(t testing.TB, text string) (string, *RowFile, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.csv")
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	f, err := OpenRows(path, RowOptions{})
	if err != nil {
		return "", nil, err
	}
	defer f.Close()
	out, err := io.ReadAll(f)
	return string(out), f, err
}

// Only a line of counts and classes before rows that have them is taken for one of scikit-learn's; every line keeps its number.
func TestBunch(t *testing.T) {
	for _, c := range []struct{ text, want, target string }{
		{"3,2,rose,lily\n1.5,2,0\n3,4.25,1\n-1,0,1\n", "x0,x1,target\n1.5,2,rose\n3,4.25,lily\n-1,0,lily\n", "target"},
		{"3,2,rose,lily\r\n1.5,2,0\r\n\r\n3,4,1", "x0,x1,target\n1.5,2,rose\n\n3,4,lily\n", "target"},
		{"3,2,rose,lily\n1.5,2,5\n", "", ""},           // no class 5
		{"3,2,rose,lily\n1.5,2,0,1\n", "", ""},         // another number of cells
		{"3,2,rose,rose\n1.5,2,0\n", "", ""},           // not two classes
		{"3,2,1,7\n1.5,2,0\n", "", ""},                 // numbers are no classes
		{"a,b,rose,lily\n1.5,2,0,1\n", "", ""},         // names of columns
		{"3,2,rose,lily\n1.5,many,0\n", "", ""},        // text among the features
		{"150,4,rose\n1,2,3,4,0\n5,6,7,8,0\n", "", ""}, // a single class
	} {
		got, f, err := rowsOf(t, c.text)
		if c.want == "" {
			c.want = c.text
		}
		if err != nil || got != c.want || f.Target != c.target {
			t.Errorf("%q: %q, target %q, %v; want %q, %q", c.text, got, f.Target, err, c.want, c.target)
		}
	}
	if _, _, err := rowsOf(t, "3,2,rose,lily\n1.5,2,0\n1,2,x\n"); err == nil || !strings.Contains(err.Error(), `a.csv:3: the last cell is "x"; want the number of one of the 2 classes`) {
		t.Error(err)
	}
}

func FuzzRows(f *testing.F) {
	f.Add("3,2,rose,lily\n1.5,2,0\n3,4.25,1\n-1,0,1\n")
	f.Add("a,b\n1,2\n")
	f.Add("PAR1PAR1PAR1")
	f.Add("\x93NUMPY\x01\x00\x00\x00")
	f.Add("\x1f\x8b\x08\x00")
	f.Fuzz(func(t *testing.T, text string) {
		got, file, err := rowsOf(t, text)
		if err == nil && file.Target == bunchTarget && strings.Count(got, "\n") < strings.Count(text, "\n") {
			t.Errorf("%d lines became %d", strings.Count(text, "\n"), strings.Count(got, "\n"))
		}
	})
}

// Who names a column means that one.
func TestBunchTargetIsOnlyADefault(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.csv")
	if err := os.WriteFile(path, []byte("4,2,rose,lily\n1.5,2,0\n3,4.25,1\n-1,0,1\n1,1,0\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for target, want := range map[string]string{"": "target", "x0": "x0"} {
		q := &Request{Data: &path, Target: &target}
		d, err := q.Load()
		if err != nil {
			t.Fatal(err)
		}
		if have := d.Table.Schema.Sought(); have != want {
			t.Errorf("--target %q: learns %s, want %s", target, have, want)
		}
	}
	wrong := "targett"
	if _, err := (&Request{Data: &path, Target: &wrong}).Load(); err == nil || !strings.Contains(err.Error(), `"targett"`) {
		t.Errorf("--target targett: %v", err)
	}
}
