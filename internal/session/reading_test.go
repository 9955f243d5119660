package session

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

// A command that is interrupted while it reads ends with 130 and leaves nothing behind.
func TestStoppedWhileReading(t *testing.T) {
	dir := t.TempDir()
	table, target := filepath.Join(dir, "some.csv"), "y"
	if err := os.WriteFile(table, []byte("x,y\n1,a\n2,b\n3,a\n4,b\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	o := TrainOptions{
		Request: &recipe.Request{Data: &table, Target: &target}, Root: filepath.Join(dir, "runs"), Out: io.Discard,
		Progress: progress.Config{Mode: progress.None, To: io.Discard},
	}
	_, trained := Train(ctx, o)
	_, rehearsed := DryRun(ctx, o)
	_, crossed := CrossValidate(ctx, o, 2, 1)
	for name, err := range map[string]error{"Train": trained, "DryRun": rehearsed, "CrossValidate": crossed} {
		if exit.Code(err) != exit.Interrupted {
			t.Errorf("%s: %v, exit code %d; want %d", name, err, exit.Code(err), exit.Interrupted)
		}
	}
	if _, err := os.Stat(o.Root); err == nil {
		t.Error("a run was left behind")
	}
}
