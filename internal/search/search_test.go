package search

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/progress"
	"github.com/gradus-nn/gradus/internal/recipe"
)

// A search that is interrupted while its data are read ends with 130 and leaves nothing behind.
func TestStoppedWhileReading(t *testing.T) {
	dir := t.TempDir()
	table, target := filepath.Join(dir, "some.csv"), "y"
	if err := os.WriteFile(table, []byte("x,y\n1,a\n2,b\n3,a\n4,b\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	root := filepath.Join(dir, "runs")
	_, err := Run(ctx, Options{
		Root: root, Out: io.Discard, Progress: progress.Config{Mode: progress.None, To: io.Discard},
		Tuning: &Tuning{Settings: &recipe.Request{Data: &table, Target: &target}},
	})
	if exit.Code(err) != exit.Interrupted {
		t.Errorf("%v, exit code %d; want %d", err, exit.Code(err), exit.Interrupted)
	}
	if _, err := os.Stat(root); err == nil {
		t.Error("a run was left behind")
	}
}
