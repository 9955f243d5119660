package kernel_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/kernel/kerneltest"
)

func TestElementwise(t *testing.T) {
	for _, path := range kernel.Paths() {
		t.Run(path, func(t *testing.T) { kerneltest.Elementwise(t, path) })
	}
}

// TestAVX2Registers looks for registers that only AVX-512 has in the assembly for AVX2. The generator's register
// allocation does not know the difference, and a machine with both would never show it.
func TestAVX2Registers(t *testing.T) {
	files, err := filepath.Glob("*_avx2_amd64.s")
	if err != nil || len(files) == 0 {
		t.Fatal("no assembly for AVX2 found: ", err)
	}
	foreign := regexp.MustCompile(`\b([XY](1[6-9]|2[0-9]|3[01])|Z[0-9]+|K[0-7])\b`)
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if r := foreign.Find(text); r != nil {
			t.Errorf("%s uses %s", name, r)
		}
	}
}
