package train

import (
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/dataset/synthetic"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/tensor"
)

func TestFigures(t *testing.T) {
	set, held := clusters(t, 24, 5, 3, 1), clusters(t, 16, 5, 3, 2)
	for _, c := range []struct {
		measure Measure
		held    *dataset.Set
		want    string
	}{
		{0, held, "train_loss val_loss val_acc lr samples_per_s seconds"},
		{0, nil, "train_loss lr samples_per_s seconds"},
		{EvaluationCost, held, "train_loss val_loss lr samples_per_s seconds"},
		{EvaluationAccuracy, held, "train_loss val_acc lr samples_per_s seconds"},
		{TrainingAccuracy, nil, "train_loss train_acc lr samples_per_s seconds"},
		{TrainingCost, held, "train_loss lr samples_per_s seconds"},
		{AllFour, held, "train_loss train_acc val_loss val_acc lr samples_per_s seconds"},
	} {
		net := compile[float32](t, small, nn.Config{Batch: 8, Examples: 24})
		h, err := Run(t.Context(), net, set, Config{Epochs: 1, HeldOut: c.held, Measure: c.measure})
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, f := range h.Epochs[0].Figures() {
			names = append(names, f.Name)
		}
		if have := strings.Join(names, " "); have != c.want {
			t.Errorf("measure %b: %s, want %s", c.measure, have, c.want)
		}
		e := h.Epochs[0]
		if c.measure == AllFour {
			v, _ := net.Evaluate(t.Context(), set)
			w, _ := net.Evaluate(t.Context(), held)
			if *e.Train != v || *e.HeldOut != w || e.TrainLoss() != v.Loss || e.Penalty != net.Penalty() || e.Penalty == 0 {
				t.Errorf("%+v, want %+v and %+v", e, v, w)
			}
		}
	}
	linear := synthetic.Linear(40, 0.1, 1)
	net := compile[float32](t, nn.Spec{Input: tensor.Shape{2}, Layers: []layer.Layer{layer.Dense{Units: 1}}, Loss: loss.MeanSquared{}}, nn.Config{})
	h, err := Run(t.Context(), net, linear, Config{Epochs: 1, HeldOut: linear})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range h.Epochs[0].Figures() {
		names = append(names, f.Name)
	}
	if have := strings.Join(names, " "); have != "train_loss val_loss val_mae val_rmse val_r2 lr samples_per_s seconds" {
		t.Errorf("regression: %s", have)
	}
}

func TestTables(t *testing.T) {
	set := clusters(t, 16, 5, 3, 1)
	var whole, halves, lines strings.Builder
	run := func(resume *Snapshot, stopAt int, monitors ...Monitor) *Snapshot {
		var snapshot *Snapshot
		monitors = append(monitors, epochs(func(e *Epoch) error {
			if e.Number == stopAt {
				return Stop
			}
			return nil
		}), finisher(func(f *Finish) (err error) { snapshot, err = f.Snapshot(); return err }))
		net := compile[float32](t, small, nn.Config{Batch: 8, Examples: 16})
		if _, err := Run(t.Context(), net, set, Config{Epochs: 3, HeldOut: set, Resume: resume, Monitors: monitors}); err != nil {
			t.Fatal(err)
		}
		return snapshot
	}
	run(nil, 9, CSV(&whole), JSONL(&lines))
	half := run(nil, 2)
	run(half, 9, CSV(&halves))
	columns := func(s string) (cells []string) {
		for _, line := range strings.Split(strings.TrimSpace(s), "\n") {
			all := strings.Split(line, ",")
			cells = append(cells, strings.Join(all[:len(all)-2], ",")) // without the clock's
		}
		return cells
	}
	if w, h := columns(whole.String()), columns(halves.String()); !slices.Equal(w, h) || len(w) != 4 {
		t.Errorf("a resumed training's table is\n%s\nwant\n%s", halves.String(), whole.String())
	}
	if !strings.HasPrefix(whole.String(), "epoch,step,train_loss,train_acc,val_loss,val_acc,val_mae,val_rmse,val_r2,lr,samples_per_s,seconds\n1,2,") {
		t.Error(whole.String())
	}
	first, _, _ := strings.Cut(lines.String(), "\n")
	if strings.Count(lines.String(), "\n") != 3 || !strings.HasPrefix(first, `{"epoch":1,"step":2,"train_loss":`) || !strings.Contains(first, `,"val_acc":`) || !strings.HasSuffix(first, "}") {
		t.Error(lines.String())
	}
}

// A table that cannot be written is said to be so, and does not end the training.
func TestTableOnAFullDisk(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("no /dev/full here")
	}
	defer full.Close()
	set := clusters(t, 16, 5, 3, 1)
	net := compile[float32](t, small, nn.Config{Batch: 8, Examples: 16})
	h, err := Run(t.Context(), net, set, Config{Epochs: 3, Monitors: []Monitor{CSV(full)}})
	if err == nil || !strings.Contains(err.Error(), "train: metrics: ") || len(h.Epochs) != 3 || len(h.Warnings) != 1 || h.Stopped != Finished {
		t.Errorf("error %v, %d epochs, warnings %v", err, len(h.Epochs), h.Warnings)
	}
}

func TestLog(t *testing.T) {
	var text strings.Builder
	log := slog.New(slog.NewTextHandler(&text, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if slices.Contains([]string{"time", "seconds", "samples_per_s"}, a.Key) {
			return slog.Attr{}
		}
		return a
	}}))
	set := clusters(t, 16, 5, 3, 1)
	net := compile[float32](t, small, nn.Config{Batch: 8})
	if _, err := Run(t.Context(), net, set, Config{Epochs: 1, Monitors: []Monitor{Log(log)}}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text.String(), "level=INFO msg=epoch epoch=1 train_loss=") || !strings.Contains(text.String(), "level=WARN") || !strings.Contains(text.String(), "code=divisor") {
		t.Error(text.String())
	}
}
