package main

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/gradus-nn/gradus/internal/build"
)

// TestFoldMemory: to look for wrong labels by five trainings takes no more than 64 MiB and four times the file either, even of a table whose
// rows are short and whose labels are all in doubt, since they have nothing to do with the columns: of such a file the lists of rows and the
// probabilities are most of what there is in memory.
func TestFoldMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped with -short: six trainings on a million rows")
	}
	dir, rows := t.TempDir(), 1_200_000 // more than dataset.Large: the small are drawn in another way, in less memory
	text := bytes.NewBufferString("a,b,c,d,e,label\n")
	rng := rand.New(rand.NewPCG(1, 2))
	for range rows {
		for range 5 {
			text.WriteByte('0' + byte(rng.IntN(10)))
			text.WriteByte(',')
		}
		text.WriteByte('p' + byte(rng.IntN(3)))
		text.WriteByte('\n')
	}
	size := int64(text.Len())
	if err := os.WriteFile(filepath.Join(dir, "digits.csv"), text.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	text = nil
	if r := finish(t, command(dir, "train", "digits.csv", "--target", "label", "--epochs", "1", "--batch", "2000", "--layers", "5,8,3")); r.code != 0 {
		t.Fatalf("exit %d\n%s%s", r.code, r.out, r.err)
	}
	r, most := withMemory(t, dir, nil, "eval", "1", "--suspects", "3", "--folds", "5")
	if r.code != 0 {
		t.Fatalf("exit %d\n%s%s", r.code, r.out, r.err)
	}
	if bound := 64<<20 + 4*size; most > bound && !build.Race() {
		t.Errorf("%d MB for a file of %d MB; want at most %d", most>>20, size>>20, bound>>20)
	}
	t.Logf("file %d MB, peak %d MB", size>>20, most>>20)
}
