package durable_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/gradus-nn/gradus/internal/durable"
	"github.com/gradus-nn/gradus/internal/faults"
)

// path is the file that the tests replace: its old content is short, its new one takes several writes.
const path = "run/last.gradus"

var (
	oldContent = []byte("the old content")
	newContent = bytes.Repeat([]byte("the new content, which is longer than the buffer. "), 2800)
	junk       = "run/.last.gradus.123-0badcafe.tmp" // what a crash of process 123 left
)

// save replaces path by newContent, in pieces.
func save(disk *faults.Disk) error {
	return durable.WriteFS(disk, path, func(w io.Writer) error {
		for rest := newContent; len(rest) > 0; {
			n := min(1000, len(rest))
			if _, err := w.Write(rest[:n]); err != nil {
				return err
			}
			rest = rest[n:]
		}
		return nil
	})
}

// scene is a disk with or without an old file; every run has the temporary file of an earlier crash.
func scene(exists bool) *faults.Disk {
	disk := faults.NewDisk()
	if exists {
		disk.Put(path, oldContent)
	}
	disk.Put(junk, []byte("half a"))
	disk.Put("run/.last.gradus.old.tmp", []byte("the user's own"))
	disk.Put("run/other.gradus", []byte("another file"))
	return disk
}

// check examines what a program finds: at path the whole old or the whole new content, and the new one
// where the save succeeded; elsewhere what was there before, and no temporary file but the allowed ones.
func check(t *testing.T, name string, files map[string][]byte, exists, saved bool, allowed func(temp string) bool) {
	t.Helper()
	content, ok := files[path]
	isOld := ok == exists && (!exists || bytes.Equal(content, oldContent))
	isNew := ok && bytes.Equal(content, newContent)
	switch {
	case saved && !isNew:
		t.Errorf("%s: Write returned nil, but the new content is not there (%d bytes)", name, len(content))
	case !isOld && !isNew:
		t.Errorf("%s: the file is neither old nor new (%d bytes)", name, len(content))
	}
	foreign := []string{"run/other.gradus", "run/.last.gradus.old.tmp"}
	for _, other := range foreign {
		if _, ok := files[other]; !ok {
			t.Errorf("%s: %s, which is not ours, is gone", name, other)
		}
	}
	for other := range files {
		if other != path && !slices.Contains(foreign, other) && !allowed(other) {
			t.Errorf("%s: %s was left behind", name, other)
		}
	}
}

// none, anyTemp and oldJunk say which temporary files check allows.
func none(string) bool         { return false }
func anyTemp(string) bool      { return true }
func oldJunk(temp string) bool { return temp == junk }

// calls is how many calls a save without faults makes.
func calls(t *testing.T, exists bool) int {
	t.Helper()
	disk := scene(exists)
	disk.Revive()
	if err := save(disk); err != nil {
		t.Fatal(err)
	}
	check(t, "without faults", disk.Files(), exists, true, none)
	if disk.Calls() < 10 {
		t.Fatalf("only %d calls: %q", disk.Calls(), disk.Log())
	}
	return disk.Calls()
}

// eachScene runs a test with and without an old file.
func eachScene(t *testing.T, f func(t *testing.T, exists bool)) {
	for _, exists := range []bool{true, false} {
		t.Run(fmt.Sprintf("exists=%t", exists), func(t *testing.T) { f(t, exists) })
	}
}

func TestOrder(t *testing.T) {
	disk := scene(true)
	disk.Revive()
	if err := save(disk); err != nil {
		t.Fatal(err)
	}
	var order []string
	for _, line := range disk.Log() {
		verb, _, _ := strings.Cut(line, " ")
		if len(order) == 0 || order[len(order)-1] != verb {
			order = append(order, verb)
		}
	}
	want := "target list remove create write sync close open read closeread rename syncdir"
	if got := strings.Join(order, " "); got != want {
		t.Errorf("order of calls:\n have %s\n want %s", got, want)
	}
}

// Every call fails once, with each error that it can meet.
func TestFailAtEveryCall(t *testing.T) {
	errnos := []error{syscall.ENOSPC, syscall.EIO, syscall.EDQUOT, syscall.EFBIG, syscall.EROFS, syscall.EMFILE, syscall.EXDEV}
	eachScene(t, func(t *testing.T, exists bool) {
		for n := 1; n <= calls(t, exists); n++ {
			for _, errno := range errnos {
				disk := scene(exists)
				disk.At(n, faults.Fault{Err: errno})
				err := save(disk)
				log := disk.Log()
				name := fmt.Sprintf("%v at call %d (%s)", errno, n, log[n-1])
				// A sweep that fails and a file that cannot be closed after reading harm nothing.
				verb, _, _ := strings.Cut(log[n-1], " ")
				harmless := verb == "list" || verb == "remove" || verb == "closeread"
				if (err == nil) != harmless {
					t.Errorf("%s: error %v", name, err)
				}
				if err != nil {
					var e *durable.Error
					if !errors.As(err, &e) || !errors.Is(err, errno) || !strings.Contains(err.Error(), path) {
						t.Errorf("%s: the error does not tell the file and the cause: %v", name, err)
					}
					if e.Replaced != (verb == "syncdir") {
						t.Errorf("%s: Replaced is %t", name, e.Replaced)
					}
				}
				allowed := none
				if verb == "target" || harmless { // what an earlier crash left could not be found or removed
					allowed = oldJunk
				}
				check(t, name, disk.Files(), exists, err == nil, allowed)
				for files := range disk.AfterPowerCut() {
					check(t, name+", then a power cut", files, exists, err == nil, anyTemp)
				}
				saveAgain(t, name, disk)
			}
		}
	})
}

// saveAgain saves again: that must succeed and leave no temporary file.
func saveAgain(t *testing.T, name string, disk *faults.Disk) {
	t.Helper()
	disk.Revive()
	if err := save(disk); err != nil {
		t.Errorf("%s, then saved again: %v", name, err)
	}
	check(t, name+", then saved again", disk.Files(), true, true, none)
}

// The process ends after every call; and in the middle of every write.
func TestKillAfterEveryCall(t *testing.T) {
	eachScene(t, func(t *testing.T, exists bool) {
		for n := range calls(t, exists) + 1 {
			for _, fault := range []faults.Fault{{Kill: true}, {Kill: true, Err: syscall.EINTR}} {
				disk := scene(exists)
				disk.At(n, fault)
				save(disk)
				check(t, fmt.Sprintf("killed at call %d", n), disk.Files(), exists, false, anyTemp)
				saveAgain(t, fmt.Sprintf("killed at call %d", n), disk)
			}
		}
	})
}

// The power fails after every call, and whatever was not flushed is found in every possible state.
func TestPowerCutAfterEveryCall(t *testing.T) {
	eachScene(t, func(t *testing.T, exists bool) {
		states, news := 0, 0
		last := calls(t, exists)
		for n := range last + 1 {
			disk := scene(exists)
			disk.At(n, faults.Fault{Kill: true})
			err := save(disk)
			for files := range disk.AfterPowerCut() {
				check(t, fmt.Sprintf("power cut after call %d", n), files, exists, n == last && err == nil, anyTemp)
				states++
				if bytes.Equal(files[path], newContent) {
					news++
				}
			}
		}
		if news == 0 || news == states {
			t.Errorf("of %d states %d were new: the test does not see both", states, news)
		}
	})
}

// A write that stores half and reports all of it is found by reading back.
func TestLyingWrite(t *testing.T) {
	eachScene(t, func(t *testing.T, exists bool) {
		lies := 0
		for n := 1; n <= calls(t, exists); n++ {
			disk := scene(exists)
			disk.At(n, faults.Fault{Lie: true})
			err := save(disk)
			if line := disk.Log()[n-1]; strings.HasPrefix(line, "write") {
				lies++
				if err == nil || !strings.Contains(err.Error(), "verify") {
					t.Errorf("a lie at call %d (%s) went through: %v", n, line, err)
				}
			}
			check(t, fmt.Sprintf("lie at call %d", n), disk.Files(), exists, err == nil, none)
		}
		if lies < 3 {
			t.Errorf("only %d writes", lies)
		}
	})
}

// The writer's own failure, its panic, and an error that it ignores replace nothing.
func TestWriterFails(t *testing.T) {
	broken := errors.New("cannot encode")
	disk := scene(true)
	err := durable.WriteFS(disk, path, func(w io.Writer) error {
		w.Write(newContent)
		return broken
	})
	if !errors.Is(err, broken) {
		t.Errorf("error %v, want %v", err, broken)
	}
	check(t, "writer failed", disk.Files(), true, false, none)

	disk = scene(true)
	func() {
		defer func() {
			if recover() != "bug" {
				t.Error("the panic did not come through")
			}
		}()
		durable.WriteFS(disk, path, func(w io.Writer) error {
			w.Write(newContent)
			panic("bug")
		})
	}()
	check(t, "writer panicked", disk.Files(), true, false, none)

	disk = scene(true)
	disk.At(5, faults.Fault{Err: syscall.ENOSPC})
	err = durable.WriteFS(disk, path, func(w io.Writer) error {
		w.Write(newContent) // its error is ignored
		return nil
	})
	if !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("an ignored error of a write came out as %v", err)
	}
	check(t, "writer ignored an error", disk.Files(), true, false, none)
}

func TestErrorText(t *testing.T) {
	disk := scene(true)
	disk.At(5, faults.Fault{Err: syscall.ENOSPC})
	err := save(disk)
	want := "durable: run/last.gradus: cannot write the new content: no space left on device; nothing was replaced; " +
		"free some space, or save to another disk"
	if err == nil || err.Error() != want {
		t.Errorf("have %v\nwant %s", err, want)
	}
}

// The double itself: a failed sync that is repeated reports success and has lost the data.
func TestDiskForgetsAfterFailedSync(t *testing.T) {
	disk := faults.NewDisk()
	f, _ := disk.Create("a", 0)
	f.Write([]byte("data"))
	disk.SyncDir(".")
	disk.At(1, faults.Fault{Err: syscall.EIO})
	if f.Sync() == nil || f.Sync() != nil {
		t.Fatal("want a failure, then success")
	}
	for files := range disk.AfterPowerCut() {
		if !maps.EqualFunc(files, map[string][]byte{"a": {}}, bytes.Equal) {
			t.Errorf("found %q", files)
		}
	}
}
