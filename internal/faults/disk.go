// Package faults injects failures into what is tested: a disk in memory whose n-th call fails, lies or is
// the last one of its process, and that forgets on a power cut what was not flushed.
package faults

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/gradus-nn/gradus/internal/durable"
)

// Disk is a [durable.FS] in memory. It keeps apart what programs see and what has reached the platter:
// the content of a file reaches it by Sync, the names of a folder by SyncDir.
//
// An exhaustive test runs once without faults to learn Calls, then once for every call and fault.
type Disk struct {
	mu      sync.Mutex
	names   map[string]*content // as programs see them
	platter map[string]*content // as they are after a power cut
	pending []entryChange       // since their folder was flushed, oldest first
	faults  map[int]Fault
	log     []string
	dead    bool
}

// content is a file without its name.
type content struct {
	seen []byte
	safe []byte // what was there at the last Sync
	lost bool   // a Sync failed: what was written until then never reaches the platter
}

// entryChange is a change of a name: to a file, or (nil) away.
type entryChange struct {
	name string
	to   *content
	also string // the name that a rename takes away in the same step
}

// Fault is what happens to one call.
type Fault struct {
	// Err fails the call, which has no effect but these: a write stores half of what it was given, a sync
	// drops what is unsynced (as Linux does) and later reports success, a close closes.
	Err error
	// Lie lets a write store half of what it was given and report all of it.
	Lie bool
	// Kill ends the process after the call: no later call has an effect.
	Kill bool
}

// ErrKilled is what calls return after the process has ended: only its test sees it.
var ErrKilled = errors.New("faults: the process was killed")

// NewDisk returns an empty disk.
func NewDisk() *Disk {
	return &Disk{names: map[string]*content{}, platter: map[string]*content{}, faults: map[int]Fault{}}
}

// Put places a file, flushed with its name, as if it had been there for long.
func (d *Disk) Put(name string, data []byte) {
	c := &content{seen: slices.Clone(data), safe: slices.Clone(data)}
	d.names[name], d.platter[name] = c, c
}

// At arranges a fault for the n-th call from now on, counted from 1; n = 0 with Kill ends the process at once.
func (d *Disk) At(n int, f Fault) {
	d.log = nil
	d.faults = map[int]Fault{n: f}
	d.dead = n == 0 && f.Kill
}

// Revive starts a new process on the same disk, without faults.
func (d *Disk) Revive() {
	d.log, d.faults, d.dead = nil, map[int]Fault{}, false
}

// Log returns the calls since the last At or Revive, one line each, such as "rename .a.1-00000000.tmp a".
func (d *Disk) Log() []string { return slices.Clone(d.log) }

// Calls counts the lines of Log.
func (d *Disk) Calls() int { return len(d.log) }

// Files returns what programs see: also what is found after the process was killed.
func (d *Disk) Files() map[string][]byte {
	files := map[string][]byte{}
	for name, c := range d.names {
		files[name] = slices.Clone(c.seen)
	}
	return files
}

// AfterPowerCut goes through what may be found after a power cut now. Each name that was not flushed may be
// the old or the new one, independently; unflushed content is missing, cut in the middle, all zeros,
// torn (zeros, then data), or there.
func (d *Disk) AfterPowerCut() iter.Seq[map[string][]byte] {
	return func(yield func(map[string][]byte) bool) {
		for subset := range 1 << len(d.pending) {
			names := maps.Clone(d.platter)
			for i, change := range d.pending {
				if subset>>i&1 == 1 {
					change.apply(names)
				}
			}
			for _, tear := range tears {
				files := map[string][]byte{}
				for name, c := range names {
					files[name] = tear(c)
				}
				if !yield(files) {
					return
				}
			}
		}
	}
}

// tears are the ways in which unflushed content is found.
var tears = []func(*content) []byte{
	func(c *content) []byte { return slices.Clone(c.safe) },
	func(c *content) []byte { // half of what was added
		return slices.Concat(c.safe, c.added()[:len(c.added())/2])
	},
	func(c *content) []byte { // the length came through, the pages did not
		return slices.Concat(c.safe, make([]byte, len(c.added())))
	},
	func(c *content) []byte { // the later pages came through, the earlier did not
		half := len(c.added()) / 2
		return slices.Concat(c.safe, make([]byte, half), c.added()[half:])
	},
	func(c *content) []byte { return slices.Concat(c.safe, c.added()) },
}

// added is what was written since the last Sync and can still reach the platter.
func (c *content) added() []byte {
	if c.lost {
		return nil
	}
	return c.seen[len(c.safe):]
}

func (e entryChange) apply(names map[string]*content) {
	if e.to == nil {
		delete(names, e.name)
		return
	}
	names[e.name] = e.to
	if e.also != "" {
		delete(names, e.also)
	}
}

func (d *Disk) change(e entryChange) {
	e.apply(d.names)
	d.pending = append(d.pending, e)
}

// call counts a call, and runs its effect unless a fault forbids that.
func (d *Disk) call(effect func(Fault) error, words ...string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dead {
		return ErrKilled
	}
	d.log = append(d.log, strings.Join(words, " "))
	f := d.faults[len(d.log)]
	err := effect(f)
	d.dead = f.Kill
	return err
}

// Target implements [durable.FS].
func (d *Disk) Target(path string) (target string, mode fs.FileMode, err error) {
	err = d.call(func(f Fault) error { return f.Err }, "target", path)
	return path, 0, err
}

// List implements [durable.FS].
func (d *Disk) List(dir string) (names []string, err error) {
	err = d.call(func(f Fault) error {
		if f.Err != nil {
			return f.Err
		}
		for name := range d.names {
			if filepath.Dir(name) == filepath.Clean(dir) {
				names = append(names, filepath.Base(name))
			}
		}
		slices.Sort(names)
		return nil
	}, "list", dir)
	return names, err
}

// Create implements [durable.FS].
func (d *Disk) Create(name string, mode fs.FileMode) (durable.File, error) {
	c := &content{}
	err := d.call(func(f Fault) error {
		if f.Err != nil {
			return f.Err
		}
		if d.names[name] != nil {
			return fmt.Errorf("create %s: %w", name, fs.ErrExist)
		}
		d.change(entryChange{name: name, to: c})
		return nil
	}, "create", name)
	if err != nil {
		return nil, err
	}
	return &file{d, name, c}, nil
}

// Open implements [durable.FS].
func (d *Disk) Open(name string) (r io.ReadCloser, err error) {
	err = d.call(func(f Fault) error {
		if f.Err != nil {
			return f.Err
		}
		c := d.names[name]
		if c == nil {
			return fmt.Errorf("open %s: %w", name, fs.ErrNotExist)
		}
		r = &reader{d, name, bytes.NewReader(c.seen)}
		return nil
	}, "open", name)
	return r, err
}

// Rename implements [durable.FS].
func (d *Disk) Rename(from, to string) error {
	return d.call(func(f Fault) error {
		if f.Err != nil {
			return f.Err
		}
		c := d.names[from]
		if c == nil {
			return fmt.Errorf("rename %s: %w", from, fs.ErrNotExist)
		}
		d.change(entryChange{name: to, to: c, also: from})
		return nil
	}, "rename", from, to)
}

// Remove implements [durable.FS].
func (d *Disk) Remove(name string) error {
	return d.call(func(f Fault) error {
		if f.Err != nil {
			return f.Err
		}
		if d.names[name] == nil {
			return fmt.Errorf("remove %s: %w", name, fs.ErrNotExist)
		}
		d.change(entryChange{name: name})
		return nil
	}, "remove", name)
}

// RemoveStale implements [durable.FS]; every temporary file is stale here.
func (d *Disk) RemoveStale(name string) error { return d.Remove(name) }

// SyncDir implements [durable.FS].
func (d *Disk) SyncDir(dir string) error {
	return d.call(func(f Fault) error {
		if f.Err != nil {
			return f.Err
		}
		d.pending = slices.DeleteFunc(d.pending, func(e entryChange) bool {
			in := filepath.Dir(e.name) == filepath.Clean(dir)
			if in {
				e.apply(d.platter)
			}
			return in
		})
		return nil
	}, "syncdir", dir)
}

// file is a file that is being written.
type file struct {
	disk *Disk
	name string
	c    *content
}

func (w *file) Write(p []byte) (n int, err error) {
	err = w.disk.call(func(f Fault) error {
		n = len(p)
		if f.Err != nil || f.Lie {
			n = len(p) / 2
		}
		w.c.seen = append(w.c.seen, p[:n]...)
		if f.Lie {
			n = len(p)
		}
		return f.Err
	}, "write", w.name, fmt.Sprint(len(p)))
	return n, err
}

func (w *file) Sync() error {
	return w.disk.call(func(f Fault) error {
		if f.Err != nil {
			w.c.lost = true
			return f.Err
		}
		if !w.c.lost {
			w.c.safe = slices.Clone(w.c.seen)
		}
		return nil
	}, "sync", w.name)
}

func (w *file) Close() error {
	return w.disk.call(func(f Fault) error { return f.Err }, "close", w.name)
}

// reader is a file that is being read.
type reader struct {
	disk *Disk
	name string
	r    *bytes.Reader
}

func (r *reader) Read(p []byte) (n int, err error) {
	err = r.disk.call(func(f Fault) error {
		if f.Err != nil {
			return f.Err
		}
		n, err = r.r.Read(p)
		return err
	}, "read", r.name)
	return n, err
}

func (r *reader) Close() error {
	return r.disk.call(func(f Fault) error { return f.Err }, "closeread", r.name)
}
