package network2

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/internal/peak"
)

// TestMain reads, as a child of TestPeak, one file.
func TestMain(m *testing.M) {
	peak.Main(m, func(path string) error {
		_, err := ReadFile(path)
		return err
	})
}

// Texts that are short for what they say: small numbers, an empty list, a list of lists.
func TestPeak(t *testing.T) {
	const n = 3<<20 - 1
	halves := "[" + strings.Repeat("0.5,", n) + "0.5]"
	for _, c := range []struct {
		name, text string
		accepted   bool
	}{
		{"weights", `{"sizes":[3145728,1],"weights":[[` + halves + `]],"biases":[[[0]]],"cost":"QuadraticCost"}`, true},
		{"sizes", `{"sizes":` + strings.ReplaceAll(halves, "0.5", "7") + `}`, false},
		{"biases", `{"sizes":[2,1],"weights":[[[1,2]]],"biases":[[` + strings.Repeat("[0],", n/2) + `[0]]],"cost":"QuadraticCost"}`, false},
		{"empty rows", `{"sizes":[2,1],"weights":[[` + strings.Repeat("[],", n) + `[]]],"biases":[[[0]]],"cost":"QuadraticCost"}`, false},
		{"brackets", strings.Repeat("[", 2*n), false},
		{"one name", `{"` + strings.Repeat("a", 2*n) + `":0}`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "net.json")
			if err := os.WriteFile(path, []byte(c.text), 0o666); err != nil {
				t.Fatal(err)
			}
			peak.Check(t, path, c.accepted, 20<<20)
		})
	}
}
