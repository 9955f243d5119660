// Package runs keeps the record of every training in a folder of its own, which is never overwritten:
//
//	runs/3-mnist-784-128-10/
//	    config.yaml    the recipe, nothing left open: gradus train runs/3-mnist-784-128-10/config.yaml repeats it
//	    env.json       program, machine, threads, command line
//	    data.json      what was learnt from: name, sizes, classes, fingerprint
//	    metrics.csv    a line an epoch; metrics.jsonl has the same as JSON
//	    last.gradus    everything that is needed to go on; best.gradus is the model of the best epoch
//	    result.json    how it ended
//	    confusion.csv  which class was taken for which
//	    predictions.csv what was said about each of the test examples (of the first 100,000)
//	    log.txt        what was printed
//	    plots/*.svg    curves, confusion, mistakes, weights; report.html has them all on a page of its own
//	runs/latest        leads to the newest
package runs

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gradus-nn/gradus/internal/durable"
)

// The files of a run.
const (
	Config    = "config.yaml"
	Env       = "env.json"
	Data      = "data.json"
	CSV       = "metrics.csv"
	JSONL     = "metrics.jsonl"
	Best      = "best.gradus"
	Last      = "last.gradus"
	Result    = "result.json"
	Confusion = "confusion.csv"

	Predictions = "predictions.csv"
	Log         = "log.txt"

	Tune   = "tune.yaml" // of a search: what is searched
	Trials = "trials"    // of a search: the folder of its runs
)

// latest is the link to the newest run.
const latest = "latest"

// A Run is one training's folder.
type Run struct {
	Dir    string
	Number int // 0 for a folder that is not named like a run
}

// Name is the folder's last part: "3-mnist-784-128-10".
func (r *Run) Name() string { return filepath.Base(r.Dir) }

// Path returns the path of one of the run's files.
func (r *Run) Path(file string) string { return filepath.Join(r.Dir, file) }

// Ref is how to name the run on the command line: its number where root is the usual place, or else its folder.
func (r *Run) Ref(root string) string {
	if r.Number > 0 && root == DefaultRoot && filepath.Dir(r.Dir) == DefaultRoot {
		return strconv.Itoa(r.Number)
	}
	return r.Dir
}

// Argument is Ref as a shell takes it.
func (r *Run) Argument(root string) string {
	ref := r.Ref(root)
	if strings.ContainsAny(ref, " \t'\"$&;()<>|*?") {
		return strconv.Quote(ref)
	}
	return ref
}

// DefaultRoot is the folder of the runs unless another is asked for.
const DefaultRoot = "runs"

// Create makes the folder of a new run, the next number in root, and points root/latest to it.
func Create(root, name string) (*Run, error) {
	if err := durable.MkdirAll(root); err != nil {
		return nil, err
	}
	unlock, err := lockRoot(root)
	if err != nil {
		return nil, err
	}
	defer unlock()
	taken, err := list(root)
	if err != nil {
		return nil, err
	}
	n := 1
	for _, r := range taken {
		n = max(n, r.Number+1)
	}
	r := &Run{Dir: filepath.Join(root, fmt.Sprintf("%d-%s", n, Clean(name))), Number: n}
	if err := os.Mkdir(r.Dir, 0o777); err != nil {
		return nil, fmt.Errorf("cannot make the folder of the run: %w", err)
	}
	r.point(root)
	return r, nil
}

// lockRoot keeps two trainings that begin at once from taking the same number. It waits a moment for the other one.
func lockRoot(root string) (unlock func() error, err error) {
	for range 50 {
		var locked *durable.LockedError
		if unlock, err = durable.Lock(root); !errors.As(err, &locked) {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	return unlock, err
}

// point lets root/latest lead to the run. Where links cannot be made, Open finds the newest by its number.
func (r *Run) point(root string) {
	temp := filepath.Join(root, "."+latest+"."+strconv.Itoa(os.Getpid()))
	if os.Symlink(r.Name(), temp) == nil {
		if os.Rename(temp, filepath.Join(root, latest)) != nil {
			os.Remove(temp)
		}
	}
}

// Clean makes a name fit for a folder on every system: letters, digits, dot, hyphen and underscore, at most 60 of them.
func Clean(name string) string {
	name = regexp.MustCompile(`[^\pL\pN._-]+`).ReplaceAllString(name, "-")
	name = strings.Trim(name, "-.")
	if runes := []rune(name); len(runes) > 60 {
		name = strings.Trim(string(runes[:60]), "-.")
	}
	if name == "" {
		return "run"
	}
	return name
}

func at(dir string) *Run { return &Run{Dir: dir, Number: numberOf(filepath.Base(dir))} }

// numberOf returns the number of a run by its name, "3-mnist-784-128-10", or 0 for a name of another form.
func numberOf(name string) int {
	digits, _, ok := strings.Cut(name, "-")
	n, err := strconv.Atoi(digits)
	if !ok || err != nil || n < 1 || strconv.Itoa(n) != digits {
		return 0
	}
	return n
}

// list returns the runs in root, by number.
func list(root string) ([]*Run, error) {
	entries, err := os.ReadDir(root)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var all []*Run
	for _, e := range entries {
		if e.IsDir() && numberOf(e.Name()) > 0 {
			all = append(all, at(filepath.Join(root, e.Name())))
		}
	}
	slices.SortFunc(all, func(a, b *Run) int { return a.Number - b.Number })
	return all, nil
}

// NotFoundError says that there is no such run.
type NotFoundError struct{ Ref, Root string }

func (e *NotFoundError) Error() string {
	if e.Ref == latest {
		return fmt.Sprintf("there is no run in %s yet; gradus train makes one", e.Root)
	}
	return fmt.Sprintf("no run is called %q; gradus runs ls lists those in %s", e.Ref, e.Root)
}

func isNumber(text string) bool {
	_, err := strconv.ParseUint(text, 10, 31)
	return err == nil
}

// Open finds a run by its number, its name, its folder, or "latest"; 7/17 is trial 17 of search 7.
func Open(root, ref string) (*Run, error) {
	missing := &NotFoundError{ref, root}
	all, err := list(root)
	if err != nil {
		return nil, err
	}
	if ref == latest {
		if target, err := os.Readlink(filepath.Join(root, latest)); err == nil {
			for _, r := range all {
				if r.Name() == filepath.Base(target) {
					return r, nil
				}
			}
		}
		if len(all) > 0 {
			return all[len(all)-1], nil
		}
		return nil, missing
	}
	for _, r := range all {
		if strconv.Itoa(r.Number) == ref || r.Name() == ref {
			return r, nil
		}
	}
	if search, trial, ok := strings.Cut(ref, "/"); ok && isNumber(search) && isNumber(trial) {
		if r, err := Open(root, search); err == nil {
			if t, err := Open(r.Path(Trials), trial); err == nil {
				return t, nil
			}
		}
	}
	dir := filepath.Clean(ref)
	if filepath.Base(dir) == latest {
		if target, err := os.Readlink(dir); err == nil && !filepath.IsAbs(target) {
			dir = filepath.Join(filepath.Dir(dir), target)
		}
	}
	if info, err := os.Stat(dir); err == nil && info.IsDir() && ref != "" {
		return at(dir), nil
	}
	return nil, missing
}

// Lock takes the run for this process alone.
func (r *Run) Lock() (unlock func() error, err error) { return durable.Lock(r.Dir) }

// Write replaces one of the run's files whole.
func (r *Run) Write(file string, content []byte) error {
	return durable.Write(r.Path(file), func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}

// WriteJSON replaces one of the run's files by v as JSON.
func (r *Run) WriteJSON(file string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return r.Write(file, append(text, '\n'))
}
