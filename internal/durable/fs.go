package durable

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// FS is what [WriteFS] asks of a file system. [OS] is the machine's; a test passes a double that records,
// fails and forgets.
type FS interface {
	// Target follows symbolic links to the file that is to be replaced and returns its permissions, or
	// path itself and 0 where there is none yet. It fails where the file must not be replaced.
	Target(path string) (target string, mode fs.FileMode, err error)
	// List returns the names in a folder.
	List(dir string) ([]string, error)
	// Create makes a new file, which must not exist; mode 0 means what the process gives by default.
	Create(name string, mode fs.FileMode) (File, error)
	// Open opens a file for reading.
	Open(name string) (io.ReadCloser, error)
	// Rename gives a file another name, replacing what had it, in one step.
	Rename(from, to string) error
	// Remove removes a file.
	Remove(name string) error
	// RemoveStale removes a temporary file unless a living process is writing it.
	RemoveStale(name string) error
	// SyncDir waits until the names in a folder are on the disk.
	SyncDir(dir string) error
}

// File is a file that is being written.
type File interface {
	io.WriteCloser
	// Sync waits until the content is on the disk.
	Sync() error
}

// OS is the machine's file system.
var OS FS = osFS{}

type osFS struct{}

func (osFS) Target(path string) (string, fs.FileMode, error) {
	if path == "" {
		return "", 0, errors.New("the path is empty")
	}
	if os.IsPathSeparator(path[len(path)-1]) {
		return "", 0, errors.New("a path that ends in a separator names a folder, want a file")
	}
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return path, 0, nil
	}
	if err != nil {
		return "", 0, err
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		if path, err = filepath.EvalSymlinks(path); err != nil {
			return "", 0, fmt.Errorf("it is a link that leads nowhere: %w", err)
		}
		if info, err = os.Stat(path); err != nil {
			return "", 0, err
		}
	}
	switch mode := info.Mode(); {
	case mode.IsDir():
		return "", 0, errors.New("it is a folder, want a file")
	case !mode.IsRegular():
		// Renaming over /dev/null would replace the device by a file.
		return "", 0, errors.New("it is not a regular file")
	case mode.Perm()&0o200 == 0:
		return "", 0, fmt.Errorf("it is read-only (%v): %w", mode.Perm(), fs.ErrPermission)
	default:
		return path, mode.Perm(), nil
	}
}

func (osFS) List(dir string) ([]string, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.Readdirnames(-1)
}

func (osFS) Create(name string, mode fs.FileMode) (File, error) {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, err
	}
	if mode != 0 {
		if err := f.Chmod(mode); err != nil {
			f.Close()
			os.Remove(name)
			return nil, err
		}
	}
	markLive(f)
	return f, nil
}

func (osFS) Open(name string) (io.ReadCloser, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err // not f: a nil *os.File in the interface would not be nil
	}
	return f, nil
}

func (osFS) Rename(from, to string) error { return os.Rename(from, to) }

func (osFS) Remove(name string) error { return os.Remove(name) }

// MkdirAll makes dir and the folders above it that are missing, so that they survive a power cut: a file
// is only as durable as the entry of its folder.
func MkdirAll(dir string) error {
	dir = filepath.Clean(dir)
	info, err := os.Stat(dir)
	if err == nil {
		if !info.IsDir() {
			return fmt.Errorf("durable: %s: want a folder, have a file", dir)
		}
		return nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("durable: %w", err)
	}
	parent := filepath.Dir(dir)
	if err := MkdirAll(parent); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o777); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("durable: %w", err)
	}
	if err := OS.SyncDir(parent); err != nil {
		return fmt.Errorf("durable: %s: cannot flush the folder to the disk: %w", parent, err)
	}
	return nil
}
