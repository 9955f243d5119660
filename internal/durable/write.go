// Package durable replaces files so that whatever happens, the name holds the whole old content or the
// whole new one, and keeps two processes from writing to one folder.
package durable

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Write replaces the file at path by what write produces, whole or not at all. It is:
//
//	remove the temporary files that earlier crashes left for this path
//	create .NAME.PID-RANDOM.tmp in the same folder
//	write, fsync, close
//	read it back and compare its SHA-256 with that of the bytes that were meant
//	rename it to path
//	fsync the folder
//
// When Write returns nil, the new content survives a power cut. When it returns an error (always an
// *[Error]), the temporary file is gone and the old file is untouched; only where the last step failed
// is the new file in place without the promise that it survives a power cut. A failed fsync is never
// repeated: after one, the kernel may have dropped the pages and would report success.
//
// Reading back catches a write that the system misreports; it may be answered from the page cache, so it
// cannot catch a disk that forgets.
//
// A symbolic link at path stays, and the file that it leads to is replaced. An old file keeps its
// permissions. A read-only file and whatever is no regular file are refused.
//
// Concurrent writers of one path do not harm the file, but one of them may fail: see [Lock].
func Write(path string, write func(io.Writer) error) error {
	return WriteFS(OS, path, write)
}

// WriteFS is [Write] on a given file system: tests pass one that fails.
func WriteFS(fsys FS, path string, write func(io.Writer) error) (err error) {
	fail := func(step string, err error) error { return &Error{Path: path, Step: step, Err: err} }

	target, mode, err := fsys.Target(path)
	if err != nil {
		return fail("cannot be replaced", err)
	}
	dir, name := filepath.Split(target)
	if dir == "" {
		dir = "."
	}

	// First of all, because on a full disk what a crash left may be just the space that is missing.
	sweep(fsys, dir, name)

	temp := filepath.Join(dir, tempName(name))
	file, err := fsys.Create(temp, mode)
	if err != nil {
		return fail("cannot create a temporary file beside it", err)
	}
	inPlace, closed := false, false
	defer func() {
		if inPlace {
			return
		}
		if !closed {
			file.Close()
		}
		rerr := fsys.Remove(temp)
		var e *Error
		if rerr != nil && !errors.Is(rerr, fs.ErrNotExist) && errors.As(err, &e) {
			e.Left = temp
		}
	}()

	meant := &counter{hash: sha256.New()}
	buffer := bufio.NewWriterSize(io.MultiWriter(file, meant), 1<<16)
	if err := write(buffer); err != nil {
		return fail("cannot write the new content", err)
	}
	if err := buffer.Flush(); err != nil {
		return fail("cannot write the new content", err)
	}
	if err := file.Sync(); err != nil {
		return fail("cannot flush the new content to the disk", err)
	}
	closed = true
	if err := file.Close(); err != nil {
		return fail("cannot close the new content", err)
	}
	if err := verify(fsys, temp, meant); err != nil {
		return fail("cannot verify the new content", err)
	}
	if err := fsys.Rename(temp, target); err != nil {
		return fail("cannot rename the new content to its name", err)
	}
	inPlace = true
	if err := fsys.SyncDir(dir); err != nil {
		return &Error{Path: path, Step: "cannot flush the folder's entry to the disk", Err: err, Replaced: true}
	}
	return nil
}

// verify reads name again and compares it with what was meant to be written.
func verify(fsys FS, name string, meant *counter) error {
	file, err := fsys.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	found := &counter{hash: sha256.New()}
	if _, err := io.CopyBuffer(found, file, make([]byte, 1<<16)); err != nil {
		return err
	}
	if found.n != meant.n {
		return fmt.Errorf("%d bytes were written, %d are there", meant.n, found.n)
	}
	if !bytes.Equal(found.hash.Sum(nil), meant.hash.Sum(nil)) {
		return errors.New("the file does not hold what was written")
	}
	return nil
}

// counter hashes and counts what passes.
type counter struct {
	hash hash.Hash
	n    int64
}

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return c.hash.Write(p)
}

// tempName returns a new name of the form .NAME.PID-RANDOM.tmp: hidden, and recognisable by [ownTemp].
func tempName(name string) string {
	var random [4]byte
	rand.Read(random[:]) // never fails (crypto/rand)
	return "." + name + "." + strconv.Itoa(os.Getpid()) + "-" + hex.EncodeToString(random[:]) + ".tmp"
}

// ownTemp reports whether candidate is a name that [tempName] gives out for name. It is strict, so that a
// user's ".notes.old.tmp" is never taken for ours.
func ownTemp(candidate, name string) bool {
	middle, ok := strings.CutPrefix(candidate, "."+name+".")
	if !ok {
		return false
	}
	if middle, ok = strings.CutSuffix(middle, ".tmp"); !ok {
		return false
	}
	pid, random, ok := strings.Cut(middle, "-")
	return ok && pid != "" && strings.Trim(pid, "0123456789") == "" &&
		len(random) == 8 && strings.Trim(random, "0123456789abcdef") == ""
}

// sweep removes the temporary files of earlier crashes. Its own failures do not matter: the next save
// tries again.
func sweep(fsys FS, dir, name string) {
	names, err := fsys.List(dir)
	if err != nil {
		return
	}
	for _, candidate := range names {
		if ownTemp(candidate, name) {
			fsys.RemoveStale(filepath.Join(dir, candidate))
		}
	}
}

// Error says which file could not be replaced, at which step, and what is there now.
type Error struct {
	Path     string // as given to Write
	Step     string // what could not be done
	Err      error  // why
	Replaced bool   // the new content is in place, but may not survive a power cut
	Left     string // the temporary file, where it could not be removed either
}

func (e *Error) Error() string {
	s := fmt.Sprintf("durable: %s: %s: %v", e.Path, e.Step, e.Err)
	if e.Replaced {
		s += "; the new file is in place but may not survive a power cut"
	} else {
		s += "; nothing was replaced"
	}
	if e.Left != "" {
		s += "; left behind: " + e.Left
	}
	if advice := advice(e.Err); advice != "" {
		s += "; " + advice
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// advice names one thing to try.
func advice(err error) string {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return "free some space, or save to another disk"
	case errors.Is(err, syscall.EFBIG):
		return "raise the limit on file sizes (ulimit -f), or save to another file system"
	case errors.Is(err, syscall.EROFS), errors.Is(err, fs.ErrPermission):
		return "choose a folder that you can write to"
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return "raise the limit on open files (ulimit -n)"
	case errors.Is(err, syscall.EIO):
		return "the disk may be failing: save to another one"
	case errors.Is(err, fs.ErrNotExist):
		return "check that the folder exists"
	}
	return ""
}
