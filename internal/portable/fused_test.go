package portable

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// trained are the packages that decide about the bits of a training run, or of the data that it sees.
var trained = []string{"kernel", "tensor", "initializer", "layer", "loss", "regularizer", "optim", "dataset",
	"dataset/synthetic", "preprocess", "nn", "train", "internal/portable"}

// harmless are pieces of lines in which fusing changes nothing that matters. One that is no longer needed is reported.
var harmless = []struct{ file, piece, why string }{
	{"kernel/fma.go", "float64(a)*float64(b) + float64(c)", "the product of two float32 is exact in float64"},
	{"kernel/fma.go", "(p - (s - t)) + (c - t)", "so it is, inlined"},
	{"kernel/fma.go", "t := s - p", "so it is, inlined"},
	{"kernel/fma.go", "p+float64(c)", "so it is, inlined"},
	{"kernel/peak.go", "flops", "a speed"},
	{"nn/pace.go", "smoothing", "a time"},
	{"kernel/smooth_ref.go", "math.Erfc(-v/math.Sqrt2)/2 + v*", "float64, which serves the gradient check"},
	{"dataset/synthetic/synthetic.go", "1 - 0.5*float64(circle)", "exact"},
	{"dataset/synthetic/synthetic.go", "2*rng.Float64()-1", "exact"},
	{"initializer/draw.go", "2*draw.Float64()-1", "exact"},
	{"loss/huber.go", "a - 0.5*delta", "exact"},
}

// TestNothingFusesUnasked looks for fused multiply-adds in what the compiler makes for arm64, where it may fuse x*y + z
// on its own. Each must be written as such in the source; elsewhere a conversion, float64(x*y) + z, prevents it.
func TestNothingFusesUnasked(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles for arm64")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	needed := make([]bool, len(harmless))
	for _, dir := range trained {
		if _, err := os.Stat(filepath.Join(root, dir)); err != nil {
			t.Fatal(err)
		}
		c := exec.Command("go", "build", "-gcflags=-S", "./"+dir)
		c.Dir = root
		c.Env = append(os.Environ(), "GOARCH=arm64", "GOOS=linux", "CGO_ENABLED=0")
		listing, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", dir, err, listing)
		}
		for _, at := range fusedLines(listing, root) {
			file, line := at[0], at[1]
			asked := strings.Contains(line, "FMA") || strings.Contains(line, "fma(")
			for i, h := range harmless {
				if file == h.file && strings.Contains(line, h.piece) {
					needed[i], asked = true, true
				}
			}
			if !asked {
				t.Errorf("%s: fused on arm64, not on amd64: %s", file, line)
			}
		}
	}
	for i, h := range harmless {
		if !needed[i] {
			t.Errorf("no instruction comes of %q in %s any more: take it from the list", h.piece, h.file)
		}
	}
}

var fusedInstruction = regexp.MustCompile(`\(([^()\s]+):(\d+)\)\tFN?M(?:ADD|SUB)[SD]\t`)

// fusedLines returns file and text of the source lines of fused multiply-adds in a listing of assembly, each once.
func fusedLines(listing []byte, root string) [][2]string {
	seen := map[[2]string]bool{}
	var lines [][2]string
	for _, m := range fusedInstruction.FindAllSubmatch(listing, -1) {
		path := string(m[1])
		text, err := os.ReadFile(path)
		file, inside := strings.CutPrefix(path, root+string(filepath.Separator))
		if err != nil || !inside {
			continue // Go's own
		}
		number := 0
		for _, digit := range m[2] {
			number = 10*number + int(digit-'0')
		}
		at := [2]string{filepath.ToSlash(file), strings.TrimSpace(string(bytes.Split(text, []byte("\n"))[number-1]))}
		if !seen[at] {
			seen[at] = true
			lines = append(lines, at)
		}
	}
	return lines
}
