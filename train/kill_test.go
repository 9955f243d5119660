package train

import (
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/optim"
)

// childEnv names the folder into which a child process trains.
const childEnv = "GRADUS_TEST_TRAIN_INTO"

// killed is a training of 150 steps that is saved after each. It goes on where the folder says.
func killed(t *testing.T, dir string) *Snapshot {
	t.Helper()
	set := clusters(t, 24, 5, 3, 1)
	cfg := Config{Epochs: 50, Seed: 5, HeldOut: clusters(t, 20, 5, 3, 2), Optimizer: optim.NewAdam(0.01), Monitors: []Monitor{&Saver{Dir: dir, Steps: 1}}}
	snapshot, note, err := Latest(dir)
	if err == nil {
		cfg.Resume = snapshot
	} else if !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	if note != "" {
		t.Error(note)
	}
	net := compile[float32](t, drifting, nn.Config{Batch: 8, Seed: 3, Threads: 1, Examples: 24})
	if _, err := Run(t.Context(), net, set, cfg); err != nil {
		t.Fatal(err)
	}
	if snapshot, _, err = Latest(dir); err != nil {
		t.Fatal(err)
	}
	return snapshot
}

// A training that is killed at random moments, again and again, and goes on each time, ends like one that was not.
func TestKilledAtRandomMoments(t *testing.T) {
	if dir := os.Getenv(childEnv); dir != "" {
		killed(t, dir)
		return
	}
	if testing.Short() {
		t.Skip("starts processes")
	}
	dir := t.TempDir()
	kills := 0
	for done := false; !done; {
		child := exec.Command(os.Args[0], "-test.run=^TestKilledAtRandomMoments$")
		child.Env = append(os.Environ(), childEnv+"="+dir)
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- child.Wait() }()
		wait := 20*time.Millisecond + rand.N(100*time.Millisecond)
		if kills == 20 {
			wait = time.Minute
		}
		select {
		case err := <-ended:
			if err != nil {
				t.Fatalf("the child failed: %v", err)
			}
			done = true
		case <-time.After(wait):
			child.Process.Kill()
			<-ended
			kills++
		}
	}
	snapshot, note, err := Latest(dir)
	if err != nil || note != "" {
		t.Fatal(note, err)
	}
	if whole := killed(t, t.TempDir()); snapshot.content() != whole.content() {
		t.Errorf("after %d kills it ended in another way", kills)
	}
	t.Logf("killed %d times", kills)
}
