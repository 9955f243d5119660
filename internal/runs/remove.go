package runs

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// removed begins the names of folders that are on their way out.
const removed = ".removed-"

// In reports whether the run is one of those in root, and not any other folder.
func (r *Run) In(root string) bool {
	return r.Number > 0 && filepath.Clean(filepath.Dir(r.Dir)) == filepath.Clean(root)
}

// Size returns how many bytes the run's files have.
func (r *Run) Size() (n int64) {
	filepath.WalkDir(r.Dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return nil // what cannot be read counts nothing
		}
		if info, err := e.Info(); err == nil {
			n += info.Size()
		}
		return nil
	})
	return n
}

// Remove removes the run from root for good. It fails with a *durable.LockedError while a training writes to the run. The folder
// gets another name first: at no moment is there half a run.
func (r *Run) Remove(root string) error {
	if !r.In(root) {
		return fmt.Errorf("%s is no run in %s; nothing else is removed", r.Dir, root)
	}
	unlock, err := lockRoot(root)
	if err != nil {
		return err
	}
	defer unlock()
	sweep(root)
	release, err := r.Lock()
	if err != nil {
		return err
	}
	trash := filepath.Join(root, removed+r.Name())
	err = os.Rename(r.Dir, trash)
	release() // on some systems an open file cannot be removed
	if err != nil {
		return fmt.Errorf("cannot remove the run: %w", err)
	}
	if err := repoint(root, r); err != nil {
		return err
	}
	return os.RemoveAll(trash)
}

// sweep removes what an interrupted removal has left.
func sweep(root string) {
	entries, err := os.ReadDir(root)
	if err != nil {
		return
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), removed) && e.IsDir() {
			os.RemoveAll(filepath.Join(root, e.Name()))
		}
	}
}

// repoint lets root/latest lead to the newest run that is left, if it led to the one that is gone.
func repoint(root string, gone *Run) error {
	link := filepath.Join(root, latest)
	if target, err := os.Readlink(link); err != nil || filepath.Base(target) != gone.Name() {
		return nil
	}
	all, err := list(root)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return os.Remove(link)
	}
	all[len(all)-1].point(root)
	return nil
}
