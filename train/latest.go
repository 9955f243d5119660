package train

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
)

// Latest loads the newest snapshot of a folder that can be read. If that is not last.gradus, because a crash or the disk
// has damaged it, the note says so in a sentence. The error wraps fs.ErrNotExist if there is no snapshot at all.
func Latest(dir string) (s *Snapshot, note string, err error) { return latest(dir, LoadSnapshot) }

func latest(dir string, load func(path string) (*Snapshot, error)) (s *Snapshot, note string, err error) {
	s, lastErr := load(filepath.Join(dir, LastFile))
	if lastErr == nil {
		return s, "", nil
	}
	s, previousErr := load(filepath.Join(dir, PreviousFile))
	noLast, noPrevious := errors.Is(lastErr, fs.ErrNotExist), errors.Is(previousErr, fs.ErrNotExist)
	switch {
	case previousErr == nil && noLast:
		return s, "", nil // the process ended between setting the old one aside and finishing the new one
	case previousErr == nil:
		return s, fmt.Sprintf("the newest snapshot cannot be read (%v); the training goes on from the one before, at step %d, and its result will be the same", lastErr, s.Step), nil
	case noLast && noPrevious:
		return nil, "", fmt.Errorf("train: %s has no snapshot to go on from, neither %s nor %s: %w", dir, LastFile, PreviousFile, fs.ErrNotExist)
	case noPrevious:
		return nil, "", lastErr
	case noLast:
		return nil, "", previousErr
	}
	return nil, "", errors.Join(lastErr, previousErr)
}
