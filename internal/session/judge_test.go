package session

import (
	"context"
	"io"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/internal/progress"
	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/internal/runs"
)

// counted are rows that count how many of them are fetched.
type counted struct {
	dataset.Rows
	fetched atomic.Int64
}

func (c *counted) Gather32(dst []float32, rows []int) {
	c.fetched.Add(int64(len(rows)))
	c.Rows.Gather32(dst, rows)
}

// After the last epoch a training asks the network about each test example once: for the result, the answers, the confusion and what
// pictures are drawn of.
func TestOnePassOverTest(t *testing.T) {
	name, epochs, val := "iris", 2, 0.2
	q := &recipe.Request{Data: &name, Epochs: &epochs, Val: &val}
	data, err := q.Load()
	if err != nil {
		t.Fatal(err)
	}
	n, x := data.Test.Len(), &counted{Rows: data.Test.X}
	if data.Test, err = data.Test.WithRows(x, data.Test.Shape); err != nil {
		t.Fatal(err)
	}
	var judged *EvalReport
	o := TrainOptions{
		Request: q, Root: t.TempDir(), Out: io.Discard, Progress: progress.Config{Mode: progress.None, To: io.Discard},
		After: func(_ context.Context, _ *runs.Run, r *EvalReport) error { judged = r; return nil },
	}
	training, err := New(o, data)
	if err != nil {
		t.Fatal(err)
	}
	defer training.Close()
	if err := training.open(); err != nil {
		t.Fatal(err)
	}
	training.introduce()
	if err := training.train(context.Background()); err != nil {
		t.Fatal(err)
	}
	if fetched := x.fetched.Load(); fetched != int64(n) {
		t.Errorf("%d rows were fetched for %d test examples", fetched, n)
	}
	shown, right := judged.Confusion.Total()
	if shown != n || right != *training.report.Result.Correct || judged.Examples != n || len(judged.Mistakes) != n-right {
		t.Errorf("the pictures are about %d examples, %d right, %d mistakes; the result about %d, %d right", shown, right, len(judged.Mistakes), n, *training.report.Result.Correct)
	}
	answers, err := os.ReadFile(training.run.Path(runs.Predictions))
	if lines := strings.Count(string(answers), "\n"); err != nil || lines != n+1 {
		t.Errorf("%s has %d lines, %v; want a head and %d answers", runs.Predictions, lines, err, n)
	}
}

// Targets that never change have an r2 of 0, or of 1 where they are hit exactly: JSON has no infinity.
func TestSameTargets(t *testing.T) {
	dir := t.TempDir()
	table, target, epochs := dir+"/same.csv", "y", 1
	rows := "x,y\n" + strings.Repeat("1,3\n2,3\n4,3\n", 10) + "3,4\n"
	if err := os.WriteFile(table, []byte(rows), 0o666); err != nil {
		t.Fatal(err)
	}
	last := dir + "/last.csv"
	if err := os.WriteFile(last, []byte("x,y\n1,3\n2,3\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	task := "regression"
	r, err := Train(context.Background(), TrainOptions{
		Request: &recipe.Request{Data: &table, Target: &target, Task: &task, Epochs: &epochs, TestData: &last}, Root: dir + "/runs", Out: io.Discard,
		Progress: progress.Config{Mode: progress.None, To: io.Discard},
	})
	if err != nil {
		t.Fatal(err)
	}
	if r2, ok := r.Result.Metrics["test_r2"]; !ok || r2 != 0 {
		t.Errorf("r2 is %v, %v; want 0", r2, ok)
	}
}
