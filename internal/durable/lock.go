package durable

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// lockName is the file in a folder that carries its lock. It holds the process id and the host of its owner.
const lockName = ".lock"

// Lock takes a folder for this process alone until unlock is called or the process ends, and fails with a
// *[LockedError] where somebody else has it. It does not wait.
//
// On Unix it is flock(2) and on Windows a file that is not shared: the lock of a killed process is gone at
// once. On other systems, and on file systems without flock, it is a file that is created exclusively; there
// a killed process leaves it behind, and the message says which file to remove.
func Lock(dir string) (unlock func() error, err error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, fmt.Errorf("durable: cannot lock: %w", err)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("durable: cannot lock %s: want a folder, have a file", dir)
	}
	return lock(dir)
}

// LockedError says who holds a folder.
type LockedError struct {
	Dir  string
	PID  int    // 0 where unknown
	Host string // "" where unknown
	File string // the file to remove after a crash; "" where the lock ends with its process
}

func (e *LockedError) Error() string {
	who := "another process"
	if e.PID != 0 {
		who += fmt.Sprintf(" (pid %d", e.PID)
		if host := hostname(); e.Host != "" && e.Host != host {
			who += " on " + strconv.QuoteToASCII(e.Host)
		}
		who += ")"
	}
	s := fmt.Sprintf("durable: %s: %s is writing to this folder; wait until it ends, or choose another folder", e.Dir, who)
	if e.File != "" {
		s += "; if it is certain that no such process runs, remove " + e.File
	}
	return s
}

// owner is the content of a lock file: "PID HOST\n".
func owner() string { return fmt.Sprintf("%d %s\n", os.Getpid(), hostname()) }

// hostname is the machine's name as one word, "" where it has none.
func hostname() string {
	host, _ := os.Hostname()
	return strings.Join(strings.Fields(host), "-")
}

// readOwner reads a lock file of which nothing is trusted: it only serves a message.
func readOwner(r io.Reader) (pid int, host string) {
	text, _ := io.ReadAll(io.LimitReader(r, 512))
	fields := strings.Fields(string(text))
	if len(fields) > 0 {
		pid, _ = strconv.Atoi(fields[0])
	}
	if len(fields) > 1 {
		host = fields[1]
	}
	return max(pid, 0), host
}

// heldBy is the error for a folder whose lock file at path belongs to somebody else.
func heldBy(dir, path string) *LockedError {
	held := &LockedError{Dir: dir}
	if f, err := os.Open(path); err == nil {
		held.PID, held.Host = readOwner(f)
		f.Close()
	}
	return held
}

// lockExclusive locks by creating a file, which must not exist. Its name differs from lockName, because a
// failed attempt at flock removes that one.
//
// It does not take over the file of a dead process: between reading who is dead and removing the file,
// another process may have done the same and be the new owner.
func lockExclusive(dir string) (unlock func() error, err error) {
	path := filepath.Join(dir, lockName+".pid")
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		held := heldBy(dir, path)
		held.File = path
		return nil, held
	}
	if err == nil {
		_, err = io.WriteString(f, owner())
		if cerr := f.Close(); err == nil {
			err = cerr
		}
		if err != nil {
			os.Remove(path)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("durable: cannot lock %s: %w", dir, err)
	}
	return func() error { return os.Remove(path) }, nil
}
