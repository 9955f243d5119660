package main

import (
	"bufio"
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/format/npy"
	"github.com/gradus-nn/gradus/internal/build"
	"github.com/gradus-nn/gradus/internal/peak"
)

// writeSales writes a table of numbers, categories and gaps.
func writeSales(t *testing.T, name string, rows int) (size int64) {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	rng := rand.New(rand.NewPCG(1, 2))
	w.WriteString("id,channel,product,price,age,score,latitude,bought\n")
	for i := range rows {
		age, price := fmt.Sprint(18+rng.IntN(70)), 500*rng.Float64()
		if rng.IntN(40) == 0 {
			age = ""
		}
		fmt.Fprintf(w, "%d,%s,product %d,%.2f,%s,%.6f,%.6f,%s\n", 1_000_000+i, []string{"mail", "search", "direct"}[rng.IntN(3)], rng.IntN(40),
			price, age, rng.NormFloat64(), 47+8*rng.Float64(), []string{"no", "yes"}[int(rng.Float64()+price/500)])
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// withMemory runs the command and returns the most memory that it had, mapped files included.
func withMemory(t *testing.T, dir string, env []string, args ...string) (outcome, int64) {
	t.Helper()
	cmd := command(dir, args...)
	cmd.Env = append(cmd.Env, env...)
	most := peak.Command(t, cmd)
	return finish(t, cmd), most()
}

// TestTableMemory: training on a table takes no more than 64 MiB and four times the file. With little memory to have, table and
// features go to the disk, and the weights are the same to the bit.
func TestTableMemory(t *testing.T) {
	dir := t.TempDir()
	size := writeSales(t, filepath.Join(dir, "sales.csv"), 200_000)
	args := []string{"train", "sales.csv", "--target", "bought", "--epochs", "2", "--batch", "500"}
	r, most := withMemory(t, dir, nil, args...)
	if r.code != 0 {
		t.Fatalf("exit %d\n%s%s", r.code, r.out, r.err)
	}
	if bound := 64<<20 + 4*size; most > bound && !build.Race() {
		t.Errorf("%d MB for a file of %d MB; want at most %d", most>>20, size>>20, bound>>20)
	}
	r, little := withMemory(t, dir, []string{"GOMEMLIMIT=32MiB"}, args...)
	if r.code != 0 {
		t.Fatalf("GOMEMLIMIT: exit %d\n%s%s", r.code, r.out, r.err)
	}
	t.Logf("file %d MB, peak %d MB; with GOMEMLIMIT=32MiB %d MB", size>>20, most>>20, little>>20)
	if a, b := sum(t, dir, "1"), sum(t, dir, "2"); a != b {
		t.Errorf("other weights from the disk: %s and %s", a, b)
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "gradus-*.tmp")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestArrayMemory: so does training on arrays, whose numbers go to the columns without ever being text all at once. The numbers of these
// have seven to nine digits each, so that a column of them is no smaller than the file.
func TestArrayMemory(t *testing.T) {
	const rows, width = 400_000, 10
	rng := rand.New(rand.NewPCG(1, 2))
	x, y := make([]float32, rows*width), make([]uint8, rows)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	for i := range y {
		y[i] = uint8(rng.IntN(3))
	}
	var file bytes.Buffer
	if err := npy.WriteArchive(&file, []npy.Named{{Name: "x", Array: npy.Of(x, rows, width)}, {Name: "y", Array: npy.Of(y, rows)}}); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.npz"), file.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	r, most := withMemory(t, dir, nil, "train", "a.npz", "--epochs", "1", "--batch", "500")
	if r.code != 0 {
		t.Fatalf("exit %d\n%s%s", r.code, r.out, r.err)
	}
	if bound := int64(64<<20 + 4*file.Len()); most > bound && !build.Race() {
		t.Errorf("%d MB for a file of %d MB; want at most %d", most>>20, file.Len()>>20, bound>>20)
	}
	t.Logf("file %d MB, peak %d MB", file.Len()>>20, most>>20)
}

// TestLongLine: a line without an end is refused with its number, before it is read to its end.
func TestLongLine(t *testing.T) {
	dir := t.TempDir()
	text := append([]byte("a,b\n1,2\n"), bytes.Repeat([]byte("7"), 200<<20)...)
	if err := os.WriteFile(filepath.Join(dir, "long.csv"), text, 0o644); err != nil {
		t.Fatal(err)
	}
	r, most := withMemory(t, dir, nil, "train", "long.csv", "--target", "b")
	if want := "long.csv:3: a row of more than 16 MiB; is it a table, a line an example?"; r.code != 3 || !strings.Contains(r.err, want) {
		t.Errorf("exit %d: %s; want %s", r.code, r.err, want)
	}
	if limit := int64(64<<20 + 6*16<<20); most > limit && !build.Race() { // a few times what a row may be, however long the line is
		t.Errorf("%d MB for a line of 200; want at most %d", most>>20, limit>>20)
	}
	t.Logf("peak %d MB", most>>20)
}
