package train

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/gradus-nn/gradus/internal/faults"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/optim"
)

// loadFrom returns a loader of snapshots from files in memory.
func loadFrom(files map[string][]byte) func(string) (*Snapshot, error) {
	return func(path string) (*Snapshot, error) {
		data, ok := files[path]
		if !ok {
			return nil, fs.ErrNotExist
		}
		m, err := model.Read(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return nil, err
		}
		return fromModel(m)
	}
}

// content is everything in a snapshot but for clocks and what was said about saving.
func (s *Snapshot) content() string {
	quiet := *s
	quiet.stored.Warnings = nil
	h := sha256.New()
	for _, t := range slices.Concat(s.Model.Params, s.Model.State, s.Model.Attached) {
		fmt.Fprintf(h, "%s %v %x\n", t.Name, t.Shape, t.Data)
	}
	return fmt.Sprintf("%x %s", h.Sum(nil), quiet.place())
}

// collector keeps the content of the snapshot after every step, and of those at the end of an epoch beside it.
type collector map[int][]string

func (c collector) add(l Live, step int) error {
	s, err := l.Snapshot()
	if err == nil {
		c[step] = append(c[step], s.content())
	}
	return err
}

// Whatever call fails, lies or is the last one while a training saves: a snapshot remains that loads, bit for bit one that
// the training went through, and none older than the last that was said to be saved.
func TestSaverSurvivesEveryFault(t *testing.T) {
	set, held := clusters(t, 16, 5, 3, 1), clusters(t, 20, 5, 3, 2)
	cfg := Config{Epochs: 2, Batch: 8, Seed: 5, HeldOut: held, Optimizer: optim.NewMomentum(0.1)}
	passed := collector{}
	run := func(disk *faults.Disk, collect bool, resume *Snapshot) (*Saver, *History, error) {
		s := &Saver{Dir: "run", Steps: 1, fsys: disk, Failures: 100}
		cfg := cfg
		cfg.Monitors, cfg.Resume = []Monitor{s}, resume
		if collect {
			for step := 1; step <= 4; step++ {
				cfg.Monitors = append(cfg.Monitors, atStep{step, func(st *Step) error { return passed.add(st.Live, st.Step) }})
			}
			cfg.Monitors = append(cfg.Monitors, finisher(func(f *Finish) error { return passed.add(f.Live, f.History.Steps) }))
			cfg.Monitors = append(cfg.Monitors, epochs(func(e *Epoch) error { return passed.add(e.Live, e.Step) }))
		}
		net := compile[float32](t, drifting, nn.Config{Batch: 8, Seed: 3, Examples: 16})
		h, err := Run(t.Context(), net, set, cfg)
		return s, h, err
	}
	clean := faults.NewDisk()
	if _, _, err := run(clean, true, nil); err != nil {
		t.Fatal(err)
	}
	calls, log := clean.Calls(), clean.Log()
	whole, _, err := latest("run", loadFrom(clean.Files()))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[[32]byte]*Snapshot{} // what loads from states of the disk that have been looked at
	states := 0
	check := func(what string, files map[string][]byte, saved int) *Snapshot {
		t.Helper()
		states++
		h := sha256.New()
		fmt.Fprint(h, saved)
		for _, name := range slices.Sorted(maps.Keys(files)) {
			fmt.Fprintf(h, "%s %d %x\n", name, len(files[name]), sha256.Sum256(files[name]))
		}
		key := [32]byte(h.Sum(nil))
		if s, ok := seen[key]; ok {
			return s
		}
		seen[key] = nil
		s, _, err := latest("run", loadFrom(files))
		if err != nil {
			if saved >= 0 || !errors.Is(err, fs.ErrNotExist) {
				t.Fatalf("%s: step %d was saved, and now: %v", what, saved, err)
			}
			return nil
		}
		if s.Step < saved {
			t.Fatalf("%s: step %d was saved, and what loads is step %d", what, saved, s.Step)
		}
		if !slices.Contains(passed[s.Step], s.content()) {
			t.Fatalf("%s: what loads is not what the training was at step %d", what, s.Step)
		}
		seen[key] = s
		return s
	}
	for n := range calls + 1 {
		for _, fault := range []faults.Fault{{Kill: true}, {Err: syscall.ENOSPC}, {Err: syscall.EIO}, {Lie: true}, {Kill: true, Err: syscall.EIO}} {
			if n == 0 && !fault.Kill {
				continue
			}
			disk := faults.NewDisk()
			disk.At(n, fault)
			saver, h, err := run(disk, false, nil)
			what := "before the first call"
			if n > 0 {
				what = fmt.Sprintf("call %d of %d (%s), fault %+v", n, calls, log[n-1], fault)
			}
			if !fault.Kill && err != nil {
				t.Fatalf("%s: a single fault ended the training: %v", what, err)
			}
			if !fault.Kill && saver.saved != 4 {
				t.Fatalf("%s: the end is not saved", what)
			}
			verb, _, _ := strings.Cut(what[strings.Index(what, "(")+1:], " ")
			if harmless := verb == "list" || verb == "remove" || verb == "closeread"; fault.Err != nil && !fault.Kill && !harmless && n <= calls-1 && len(h.Warnings) == 0 {
				t.Errorf("%s: nothing was said", what)
			}
			s := check(what, disk.Files(), saver.saved)
			for files := range disk.AfterPowerCut() {
				check(what+", then a power cut", files, saver.saved)
			}
			if !fault.Kill || n%5 != 0 {
				continue
			}
			disk.Revive()
			if _, _, err := run(disk, false, s); err != nil {
				t.Fatalf("%s: resumed: %v", what, err)
			}
			if end := check(what+", resumed", disk.Files(), 4); end != nil && end.content() != whole.content() {
				t.Fatalf("%s: the resumed training ended in another way", what)
			}
			for name := range disk.Files() {
				if strings.HasSuffix(name, ".tmp") {
					t.Errorf("%s: %s is left", what, name)
				}
			}
		}
	}
	t.Logf("%d calls, %d states of the disk, %d different", calls, states, len(seen))
}

type epochs func(*Epoch) error

func (f epochs) Epoch(_ context.Context, e *Epoch) error { return f(e) }
