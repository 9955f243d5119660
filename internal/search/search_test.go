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
	"github.com/gradus-nn/gradus/internal/session"
)

// What is interrupted while it reads ends with 130 and leaves nothing behind.
func TestStoppedWhileReading(t *testing.T) {
	dir := t.TempDir()
	table, target := filepath.Join(dir, "some.csv"), "y"
	if err := os.WriteFile(table, []byte("x,y\n1,a\n2,b\n3,a\n4,b\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	root, silent := filepath.Join(dir, "runs"), progress.Config{Mode: progress.None, To: io.Discard}
	request := &recipe.Request{Data: &table, Target: &target}
	_, tuned := Run(ctx, Options{Root: root, Out: io.Discard, Progress: silent, Tuning: &Tuning{Settings: request}})
	_, tested := FindRate(ctx, RateOptions{TrainOptions: session.TrainOptions{Request: request, Root: root, Out: io.Discard, Progress: silent}})
	for name, err := range map[string]error{"Run": tuned, "FindRate": tested} {
		if exit.Code(err) != exit.Interrupted {
			t.Errorf("%s: %v, exit code %d; want %d", name, err, exit.Code(err), exit.Interrupted)
		}
	}
	if _, err := os.Stat(root); err == nil {
		t.Error("a run was left behind")
	}
}
