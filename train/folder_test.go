package train

import (
	"context"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gradus-nn/gradus/internal/durable"
	"github.com/gradus-nn/gradus/internal/faults"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/optim"
)

// trainInto trains a small network with a saver and further monitors.
func trainInto(t *testing.T, saver *Saver, change func(*Config)) (*nn.Net[float32], *History, error) {
	t.Helper()
	set := clusters(t, 24, 5, 3, 1)
	net := compile[float32](t, small, nn.Config{Batch: 8, Seed: 3, Examples: 24})
	cfg := Config{Epochs: 3, Seed: 5, HeldOut: clusters(t, 20, 5, 3, 2), Optimizer: optim.NewMomentum(0.1), Monitors: []Monitor{saver}}
	if change != nil {
		change(&cfg)
	}
	h, err := Run(t.Context(), net, set, cfg)
	return net, h, err
}

func TestLatestFallsBack(t *testing.T) {
	dir := t.TempDir()
	if _, _, err := trainInto(t, Checkpoint(dir), nil); err != nil {
		t.Fatal(err)
	}
	last := filepath.Join(dir, LastFile)
	whole, err := os.ReadFile(last)
	if err != nil {
		t.Fatal(err)
	}
	if s, note, err := Latest(dir); err != nil || note != "" || s.Step != 9 || !s.Done {
		t.Fatalf("step %d, done %v, note %q, error %v; want step 9, done", s.Step, s.Done, note, err)
	}
	damaged := func(what string, data []byte) {
		t.Helper()
		if err := os.WriteFile(last, data, 0o666); err != nil {
			t.Fatal(err)
		}
		s, note, err := Latest(dir)
		if err != nil || s.Step != 6 || !strings.Contains(note, "from the one before, at step 6") {
			t.Fatalf("%s: step %d, note %q, error %v; want the one before, step 6", what, s.Step, note, err)
		}
	}
	for i := 0; i < len(whole); i += 7 { // the codec's own test flips each
		data := []byte(string(whole))
		data[i] ^= 1 << (i % 8)
		damaged("a bit flipped", data)
		damaged("cut", whole[:i])
	}
	os.Remove(last)
	if s, note, err := Latest(dir); err != nil || note != "" || s.Step != 6 {
		t.Errorf("last missing: step %d, note %q, error %v", s.Step, note, err)
	}
	previous := filepath.Join(dir, PreviousFile)
	os.WriteFile(previous, []byte("nonsense"), 0o666)
	if _, _, err := Latest(dir); err == nil || !strings.Contains(err.Error(), PreviousFile) {
		t.Errorf("previous damaged, last missing: %v", err)
	}
	os.WriteFile(last, nil, 0o666)
	if _, _, err := Latest(dir); err == nil || !strings.Contains(err.Error(), PreviousFile) || !strings.Contains(err.Error(), LastFile) {
		t.Errorf("both damaged: %v", err)
	}
	os.Remove(previous)
	if _, _, err := Latest(dir); err == nil || !strings.Contains(err.Error(), LastFile) {
		t.Errorf("last damaged, previous missing: %v", err)
	}
	os.Remove(last)
	if _, _, err := Latest(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("empty folder: %v", err)
	}
}

// A damaged last.gradus never takes the place of a good previous.gradus.
func TestDamagedLastIsNotSetAside(t *testing.T) {
	dir := t.TempDir()
	if _, _, err := trainInto(t, Checkpoint(dir), nil); err != nil {
		t.Fatal(err)
	}
	os.WriteFile(filepath.Join(dir, LastFile), []byte("torn"), 0o666)
	before, err := os.ReadFile(filepath.Join(dir, PreviousFile))
	if err != nil {
		t.Fatal(err)
	}
	s, _, err := Latest(dir)
	if err != nil {
		t.Fatal(err)
	}
	trainInto(t, Checkpoint(dir), func(c *Config) {
		c.Resume = s
		c.Monitors = append(c.Monitors, MonitorFunc(func(context.Context, *Epoch) error {
			after, err := os.ReadFile(filepath.Join(dir, PreviousFile))
			if err != nil || string(after) != string(before) {
				t.Error("the only good snapshot has been replaced by a damaged one")
			}
			return Stop
		}))
	})
}

func TestSavedFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "runs", "1")
	net, h, err := trainInto(t, Checkpoint(dir), func(c *Config) {
		c.RestoreBest, c.Optimizer, c.Info.Tool, c.Info.Features = true, optim.NewSGD(30), "test 1", []string{"a", "b", "c", "d", "e"}
		c.Epochs = 6
	})
	if err != nil {
		t.Fatal(err)
	}
	if h.Best.Epoch == 6 || !h.Restored {
		t.Fatalf("best epoch %d, restored %v: the case is too easy", h.Best.Epoch, h.Restored)
	}
	best, err := model.Load(filepath.Join(dir, BestFile))
	if err != nil {
		t.Fatal(err)
	}
	last, err := model.Load(filepath.Join(dir, LastFile)) // a snapshot can be used as a model
	if err != nil {
		t.Fatal(err)
	}
	if best.SHA256() != model.From(net).SHA256() {
		t.Error("best.gradus is not what RestoreBest restores")
	}
	if last.SHA256() == best.SHA256() {
		t.Error("last.gradus has the best weights, not the last")
	}
	e := h.Epochs[h.Best.Epoch-1]
	if best.Metrics["val_loss"] != e.HeldOut.Loss || best.Metrics["val_acc"] != e.HeldOut.Accuracy() || best.Metrics["epoch"] != float64(e.Number) {
		t.Errorf("metrics %v of epoch %+v", best.Metrics, e)
	}
	if best.Data != "clusters" || best.Seed != 5 || best.Tool != "test 1" || len(best.Classes) != 3 || len(best.Features) != 5 {
		t.Errorf("info %+v", best.Info)
	}
	healthy := t.TempDir()
	if _, h, err = trainInto(t, Checkpoint(healthy), nil); err != nil || h.Best.Epoch != 3 {
		t.Fatalf("best epoch %d: %v", h.Best.Epoch, err)
	}
	last, _ = model.Load(filepath.Join(healthy, LastFile))
	if best, _ = model.Load(filepath.Join(healthy, BestFile)); best.SHA256() != last.SHA256() {
		t.Error("the last epoch is the best, and best.gradus has other weights")
	}
	names, _ := os.ReadDir(dir)
	if len(names) != 3 {
		t.Errorf("want last, previous and best, have %v", names)
	}
	if _, err := LoadSnapshot(filepath.Join(dir, BestFile)); err == nil || !strings.Contains(err.Error(), "not a training that can go on") {
		t.Errorf("best.gradus as a snapshot: %v", err)
	}
}

// A missing or damaged best.gradus is written again from the snapshot's own copy.
func TestBestHeals(t *testing.T) {
	dir := t.TempDir()
	diverging := func(c *Config) { c.Epochs, c.Optimizer = 6, optim.NewSGD(30) }
	if _, _, err := trainInto(t, Checkpoint(dir), diverging); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, BestFile)
	before, _ := os.ReadFile(path)
	os.WriteFile(path, []byte("damaged"), 0o666)
	s, _, err := Latest(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := trainInto(t, Checkpoint(dir), func(c *Config) { diverging(c); c.Resume = s }); err != nil {
		t.Fatal(err)
	}
	if after, _ := os.ReadFile(path); string(after) != string(before) {
		t.Error("best.gradus was not written again as it was")
	}
}

func TestTwoTrainingsInOneFolder(t *testing.T) {
	dir := t.TempDir()
	var before, after []byte
	_, _, err := trainInto(t, Checkpoint(dir), func(c *Config) {
		c.Monitors = append(c.Monitors, MonitorFunc(func(_ context.Context, e *Epoch) error {
			if e.Number > 1 {
				return nil
			}
			before, _ = os.ReadFile(filepath.Join(dir, LastFile))
			_, _, err := trainInto(t, Checkpoint(dir), nil)
			var locked *durable.LockedError
			if !errors.As(err, &locked) {
				t.Errorf("the second training: %v", err)
			}
			after, _ = os.ReadFile(filepath.Join(dir, LastFile))
			return nil
		}))
	})
	if err != nil {
		t.Fatal(err)
	}
	if string(before) != string(after) {
		t.Error("the second training has written")
	}
	if _, err := os.Stat(filepath.Join(dir, ".lock")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the lock is left: %v", err)
	}
}

func TestFolderRemoved(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	_, h, err := trainInto(t, Checkpoint(dir), func(c *Config) {
		c.Monitors = append(c.Monitors, MonitorFunc(func(_ context.Context, e *Epoch) error {
			if e.Number == 2 {
				os.RemoveAll(dir)
			}
			return nil
		}))
	})
	if err != nil || len(h.Warnings) != 1 || h.Warnings[0].Code != SaveFailed {
		t.Fatalf("error %v, warnings %v", err, h.Warnings)
	}
	if s, _, err := Latest(dir); err != nil || s.Step != 9 {
		t.Errorf("after the folder was removed: %v", err)
	}
	if _, err := model.Load(filepath.Join(dir, BestFile)); err != nil {
		t.Error(err)
	}
}

// failing is a disk on which nothing can be created for a number of attempts.
type failing struct {
	*faults.Disk
	fails    []int // attempts, from 1
	attempts int
}

func (d *failing) Create(name string, mode fs.FileMode) (durable.File, error) {
	if strings.Contains(name, LastFile) {
		d.attempts++
		if slices.Contains(d.fails, d.attempts) {
			return nil, syscall.ENOSPC
		}
	}
	return d.Disk.Create(name, mode)
}

func TestFailingDisk(t *testing.T) {
	for name, c := range map[string]struct {
		fails    []int
		warnings int
		steps    int
		err      bool
	}{
		"two in a row":       {[]int{2, 3}, 2, 18, false},
		"three in a row":     {[]int{2, 3, 4}, 2, 12, true},
		"from the beginning": {[]int{1, 2, 3, 4, 5}, 2, 9, true},
		"at the end":         {[]int{6, 7}, 1, 18, true}, // the last epoch's attempt, and that of the end
		"the end's again":    {[]int{6}, 1, 18, false},
		"not in a row":       {[]int{1, 2, 4, 5}, 4, 18, false},
	} {
		t.Run(name, func(t *testing.T) {
			disk := &failing{Disk: faults.NewDisk(), fails: c.fails}
			_, h, err := trainInto(t, &Saver{Dir: "run", fsys: disk}, func(cfg *Config) { cfg.Epochs = 6 })
			if (err != nil) != c.err || len(h.Warnings) != c.warnings || h.Steps != c.steps {
				t.Errorf("error %v, %d warnings, %d steps; want an error: %v, %d, %d", err, len(h.Warnings), h.Steps, c.err, c.warnings, c.steps)
			}
			if err != nil && (!errors.Is(err, syscall.ENOSPC) || strings.Count(err.Error(), "space left") != 1) {
				t.Errorf("error %v", err)
			}
			for _, w := range h.Warnings {
				if w.Code != SaveFailed || !strings.Contains(w.Text, "last.gradus") || !strings.Contains(w.Text, "goes on") {
					t.Errorf("warning %v", w)
				}
			}
		})
	}
}

// Weights that are not finite never reach the disk.
func TestNonFiniteIsNotSaved(t *testing.T) {
	dir := t.TempDir()
	var net *nn.Net[float32]
	set := clusters(t, 24, 5, 3, 1)
	net = compile[float32](t, small, nn.Config{Batch: 8, Seed: 3, Examples: 24})
	h, err := Run(t.Context(), net, set, Config{
		Epochs: 4, Optimizer: optim.NewSGD(0.1), Monitors: []Monitor{
			atStep{7, func(*Step) error { net.Params()[2] = float32(math.NaN()); return nil }},
			&Saver{Dir: dir, Steps: 1},
		},
	})
	var nonFinite *NonFiniteError
	if !errors.As(err, &nonFinite) || nonFinite.Step != 7 || nonFinite.Epoch != 3 || nonFinite.Where != "parameter layer0.W of layer 0 (dense)" {
		t.Fatalf("error %v", err)
	}
	if h.Stopped != Failed || len(h.Epochs) != 2 {
		t.Errorf("%s after %d epochs", h.Stopped, len(h.Epochs))
	}
	s, note, err := Latest(dir)
	if err != nil || note != "" || s.Step != 6 || len(s.Model.Warnings) > 0 {
		t.Errorf("step %d, note %q, warnings %v, error %v", s.Step, note, s.Model.Warnings, err)
	}
}

// Where the loss is infinite and the weights are not yet, nothing is saved either: what is there is no good.
func TestInfiniteLossIsNotSaved(t *testing.T) {
	dir := t.TempDir()
	set := clusters(t, 24, 5, 3, 1)
	spec := nn.Spec{Input: small.Input, Layers: []layer.Layer{layer.Dense{Units: 3}}, Loss: loss.Quadratic{}}
	net := compile[float64](t, spec, nn.Config{Batch: 8})
	_, err := Run(t.Context(), net, set, Config{Epochs: 4, Optimizer: optim.NewSGD(0.1), Monitors: []Monitor{
		atStep{7, func(*Step) error { net.Params()[2] = 1e200; return nil }}, Checkpoint(dir),
	}})
	var nonFinite *NonFiniteError
	if !errors.As(err, &nonFinite) || nonFinite.Step != 8 {
		t.Fatalf("error %v", err)
	}
	if s, _, err := Latest(dir); err != nil || s.Step != 6 {
		t.Errorf("step %d was saved: %v", s.Step, err)
	}
}

func TestSaveByStepsAndTime(t *testing.T) {
	for name, c := range map[string]struct {
		saver Saver
		want  int // snapshots
	}{
		"epochs": {Saver{}, 3},
		"steps":  {Saver{Steps: 2}, 3 + 4},
		"time":   {Saver{Every: time.Nanosecond}, 3 + 9},
	} {
		disk := faults.NewDisk()
		s := &Saver{Dir: "run", Steps: c.saver.Steps, Every: c.saver.Every, fsys: disk}
		if _, _, err := trainInto(t, s, nil); err != nil {
			t.Fatal(err)
		}
		have := 0
		for _, line := range disk.Log() {
			if strings.HasPrefix(line, "create run/.last") {
				have++
			}
		}
		if have != c.want {
			t.Errorf("%s: %d snapshots, want %d", name, have, c.want)
		}
	}
}
