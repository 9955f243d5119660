package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/format/network2"
	"github.com/gradus-nn/gradus/format/npy"
	"github.com/gradus-nn/gradus/format/pickle"
)

// TestSaitosWeights: the published weights of the book's chapter 3 and their published accuracy.
func TestSaitosWeights(t *testing.T) {
	file, err := filepath.Abs("../../../shared/data/saito/sample_weight.pkl")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(file); err != nil {
		t.Skip("skipped: sample_weight.pkl of Saito's book is not there (oreilly-japan/deep-learning-from-scratch, ch03)")
	}
	dir := t.TempDir()
	if r := ok(t, dir, "eval", file, "--data", "mnist"); !strings.Contains(r.out, "93.52 %  (9352 / 10000)") {
		t.Error(r.out)
	}
	if r := ok(t, dir, "predict", file, "--data", "mnist", "--index", "8"); !strings.Contains(r.out, "wrong: it is 5") {
		t.Error(r.out)
	}
}

// iris is a network of iris's widths, in the forms of other tools.
func iris(t *testing.T, dir string) {
	t.Helper()
	w1, b1, w2, b2 := make([]float32, 4*5), make([]float32, 5), make([]float32, 5*3), make([]float32, 3)
	for i := range w1 {
		w1[i] = float32(i%7)/7 - 0.4
	}
	for i := range w2 {
		w2[i] = float32(i%4)/4 - 0.3
	}
	arrays := []npy.Named{
		{Name: "W1", Array: npy.Of(w1, 4, 5)}, {Name: "b1", Array: npy.Of(b1, 5)},
		{Name: "W2", Array: npy.Of(w2, 5, 3)}, {Name: "b2", Array: npy.Of(b2, 3)},
	}
	n := &network2.Network{
		Sizes: []int{4, 5, 3}, Weights: [][]float64{make([]float64, 20), make([]float64, 15)},
		Biases: [][]float64{make([]float64, 5), make([]float64, 3)}, Cost: network2.CrossEntropy,
	}
	for name, write := range map[string]func(io.Writer) error{
		"net.npz":  func(w io.Writer) error { return npy.WriteArchive(w, arrays) },
		"net.pkl":  func(w io.Writer) error { return pickle.Write(w, arrays) },
		"net.json": func(w io.Writer) error { return network2.Write(w, n) },
		"data.pkl": func(w io.Writer) error {
			return pickle.Write(w, []npy.Named{{Name: "train_img", Array: npy.Of(make([]uint8, 8), 2, 4)}})
		},
		"evil.pkl": func(w io.Writer) error {
			_, err := io.WriteString(w, "cos\nsystem\n(S'touch was-run'\ntR.")
			return err
		},
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), b.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

func TestForeignFiles(t *testing.T) {
	dir := t.TempDir()
	iris(t, dir)
	for _, file := range []string{"net.npz", "net.pkl", "net.json"} {
		ok(t, dir, "eval", file, "--data", "iris")
		ok(t, dir, "predict", file, "--data", "iris", "--index", "0")
		if r := ok(t, dir, "inspect", file); !strings.Contains(r.out, "4 → 5 sigmoid → 3") || !strings.Contains(r.out, "43 parameters") {
			t.Error(r.out)
		}
		ok(t, dir, "train", "iris", "--from", file, "--epochs", "1", "--progress", "none")
	}
	if a, b := sum(t, dir, "net.npz"), sum(t, dir, "net.pkl"); a != b {
		t.Errorf("the same weights are %s in an archive and %s in a pickle", a, b)
	}
	if r := ok(t, dir, "inspect", "data.pkl"); !strings.Contains(r.out, "train_img") || !strings.Contains(r.err, "holds no network") {
		t.Error(r.out, r.err)
	}
	r := gradus(t, dir, "inspect", "evil.pkl")
	checkSentence(t, r, "inspect", "evil.pkl")
	if _, err := os.Stat(filepath.Join(dir, "was-run")); r.code != 3 || !strings.Contains(r.err, `"os.system"`) || err == nil {
		t.Error(r.code, r.err)
	}
}

// TestFrom: a training begins with the weights it is given, and can be repeated, and not with others.
func TestFrom(t *testing.T) {
	dir := t.TempDir()
	iris(t, dir)
	ok(t, dir, "train", "iris", "--from", "net.npz", "--epochs", "2", "--name", "a", "--progress", "none")
	ok(t, dir, "train", "runs/1-a/config.yaml", "--name", "b", "--progress", "none")
	ok(t, dir, "train", "iris", "--epochs", "2", "--layers", "dense 5 sigmoid, dense 3 softmax", "--name", "c", "--progress", "none")
	a, b, c := sum(t, dir, "1"), sum(t, dir, "2"), sum(t, dir, "3")
	if a != b || a == c {
		t.Errorf("weights %s, repeated %s, from drawn ones %s", a, b, c)
	}
	for args, says := range map[string]string{
		"--from net.json --layers 4,6,3": "another network",
		"--from data.pkl":                "holds no network",
		"--from nothing":                 "neither a file nor a run",
	} {
		r := gradus(t, dir, append([]string{"train", "iris"}, strings.Fields(args)...)...)
		if r.code == 0 || !strings.Contains(r.err, says) {
			t.Errorf("%s: exit %d, %s; want %q", args, r.code, r.err, says)
		}
	}
	if err := os.Rename(filepath.Join(dir, "net.json"), filepath.Join(dir, "net.npz")); err != nil {
		t.Fatal(err)
	}
	if r := gradus(t, dir, "train", "runs/1-a/config.yaml"); r.code != 3 && r.code != 2 || !strings.Contains(r.err, "no longer those") {
		t.Errorf("other weights: exit %d, %s", r.code, r.err)
	}
}
