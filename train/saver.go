package train

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gradus-nn/gradus/internal/durable"
)

// The files of a run folder that a Saver writes.
const (
	LastFile     = "last.gradus"     // the newest snapshot
	PreviousFile = "previous.gradus" // the one before
	BestFile     = "best.gradus"     // the model of the best epoch
)

// Checkpoint returns a Monitor that saves the training into a folder at the end of every epoch and of the training:
// see [Saver].
func Checkpoint(dir string) *Saver { return &Saver{Dir: dir} }

// A Saver is a Monitor that writes last.gradus, a [Snapshot], at the end of every epoch and whenever the training ends,
// and best.gradus, a model, whenever an epoch is the best so far. [Latest] finds the place to go on.
//
// Every file is replaced whole or not at all, and what last.gradus was before remains as previous.gradus: whatever
// happens while saving, a snapshot that loads remains. Weights that are not finite are never saved.
//
// A failing disk does not end a healthy training at once: every failure is a warning, and only Failures in a row are an
// error, or a last one when the training ends.
//
// While a training writes to a folder, no other Saver can.
type Saver struct {
	Dir      string        // made if it is missing
	Steps    int           // save also every so many steps; 0: never
	Every    time.Duration // save also after so much time, at the next step; 0: never
	Failures int           // in a row that end the training; 0 means 3

	fsys   durable.FS // nil: the machine's
	ready  bool       // the folder is there, and ours
	unlock func() error

	gaveUp   bool      // after too many failures
	saved    int       // step of the last snapshot that is on the disk; -1: none
	rotate   bool      // last.gradus is known to be good, so that it may take the place of previous.gradus
	bestOf   int       // epoch whose model is in best.gradus
	at       time.Time // of the last attempt
	failures int       // in a row
	err      error     // of the last attempt
}

// Start makes and locks the folder.
func (s *Saver) Start(_ context.Context, start *Start) error {
	s.saved, s.rotate, s.bestOf, s.failures, s.gaveUp, s.err, s.at = -1, false, 0, 0, false, nil, time.Now()
	if err := s.take(); err != nil {
		return err
	}
	s.ready = true
	if s.fsys == nil {
		_, err := LoadSnapshot(filepath.Join(s.Dir, LastFile))
		s.rotate = err == nil
	}
	return nil
}

// take makes the folder and locks it.
func (s *Saver) take() (err error) {
	if s.fsys != nil {
		return nil
	}
	if err := durable.MkdirAll(s.Dir); err != nil {
		return fmt.Errorf("train: %w", err)
	}
	if s.unlock, err = durable.Lock(s.Dir); err != nil {
		return fmt.Errorf("train: %w", err)
	}
	return nil
}

// Step saves if it is time to.
func (s *Saver) Step(_ context.Context, step *Step) error {
	if s.Steps > 0 && step.Step%s.Steps == 0 || s.Every > 0 && time.Since(s.at) >= s.Every {
		return s.tolerate(step.Live, s.save(step.Live))
	}
	return nil
}

// Epoch saves.
func (s *Saver) Epoch(_ context.Context, e *Epoch) error { return s.tolerate(e.Live, s.save(e.Live)) }

// Finish saves what is not saved yet and lets go of the folder.
func (s *Saver) Finish(f *Finish) error {
	if !s.ready {
		return nil
	}
	s.ready = false
	var nonFinite *NonFiniteError
	if !s.gaveUp && !errors.As(f.Err, &nonFinite) && (s.saved != f.History.Steps || s.err != nil) {
		s.err = s.save(f.Live)
	}
	err := s.err
	if s.gaveUp || errors.As(f.Err, &nonFinite) {
		err = nil // Run returns it already
	}
	if s.unlock != nil {
		err = join([]error{err, s.unlock()})
		s.unlock = nil
	}
	return err
}

// tolerate turns a failure into a warning, unless it is one too many.
func (s *Saver) tolerate(live Live, err error) error {
	s.err = err
	var nonFinite *NonFiniteError
	if err == nil || errors.As(err, &nonFinite) {
		s.failures = 0
		return err
	}
	s.failures++
	limit := s.Failures
	if limit <= 0 {
		limit = 3
	}
	if s.gaveUp = s.failures >= limit; s.gaveUp {
		return fmt.Errorf("train: the training could not be saved %d times in a row: %w", s.failures, err)
	}
	live.Warn(Warning{SaveFailed, fmt.Sprintf("the training could not be saved and goes on unsaved (failure %d of %d that end it): %v", s.failures, limit, err)})
	return nil
}

// save writes last.gradus, and best.gradus if it is behind.
func (s *Saver) save(live Live) error {
	s.at = time.Now()
	snapshot, err := live.Snapshot()
	if err != nil {
		return err
	}
	err = join([]error{s.saveLast(snapshot), s.saveBest(live)})
	if _, missing := os.Stat(s.Dir); s.fsys == nil && errors.Is(missing, fs.ErrNotExist) {
		return s.again(live, snapshot)
	}
	return err
}

// again saves after somebody has removed the folder.
func (s *Saver) again(live Live, snapshot *Snapshot) error {
	if s.unlock != nil {
		s.unlock() // fails: the lock went with the folder
	}
	s.unlock, s.rotate, s.bestOf = nil, false, 0
	if err := s.take(); err != nil {
		return err
	}
	live.Warn(Warning{SaveFailed, fmt.Sprintf("the folder %s had been removed and was made again", s.Dir)})
	return join([]error{s.saveLast(snapshot), s.saveBest(live)})
}

func (s *Saver) saveLast(snapshot *Snapshot) error {
	last := filepath.Join(s.Dir, LastFile)
	if s.rotate {
		s.rotate = false
		if err := s.files().Rename(last, filepath.Join(s.Dir, PreviousFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("train: %w", err)
		}
	}
	if err := snapshot.saveTo(s.files(), last); err != nil {
		return fmt.Errorf("train: %w", err)
	}
	s.rotate, s.saved = true, snapshot.Step
	return nil
}

func (s *Saver) saveBest(live Live) error {
	m, best := live.BestModel()
	if m == nil || best.Epoch == s.bestOf {
		return nil
	}
	if err := m.SaveTo(s.files(), filepath.Join(s.Dir, BestFile)); err != nil {
		return fmt.Errorf("train: %w", err)
	}
	s.bestOf = best.Epoch
	return nil
}

func (s *Saver) files() durable.FS {
	if s.fsys != nil {
		return s.fsys
	}
	return durable.OS
}
