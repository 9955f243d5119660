package zoo_test

import (
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/gradcheck/zoo"
)

// Every bug is caught and called by its name. go test -v prints the table.
func TestZoo(t *testing.T) {
	results, err := zoo.Run()
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	if err := zoo.Write(&table, results); err != nil {
		t.Fatal(err)
	}
	t.Log("\n" + table.String())
	for _, r := range results {
		if !r.Caught || !r.Named {
			t.Errorf("%s: caught %v, named %v; want %q, have %v", r.Name, r.Caught, r.Named, r.Want, r.Says)
		}
	}
}

// The same programs without a bug are right.
func TestCorrect(t *testing.T) {
	says, err := zoo.Correct()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range says {
		t.Error(d)
	}
}
