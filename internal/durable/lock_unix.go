//go:build unix && !solaris && !aix

package durable

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
)

func lock(dir string) (unlock func() error, err error) {
	path := filepath.Join(dir, lockName)
	for {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0o666)
		if err != nil {
			return nil, fmt.Errorf("durable: cannot lock %s: %w", dir, err)
		}
		switch err := flock(f, syscall.LOCK_EX|syscall.LOCK_NB); {
		case errors.Is(err, syscall.EWOULDBLOCK):
			f.Close()
			return nil, heldBy(dir, path)
		case errors.Is(err, syscall.ENOTSUP), errors.Is(err, syscall.ENOSYS), errors.Is(err, syscall.ENOLCK):
			// A file system without locks, as parallel ones of clusters are often mounted.
			os.Remove(path)
			f.Close()
			return lockExclusive(dir)
		case err != nil:
			f.Close()
			return nil, fmt.Errorf("durable: cannot lock %s: %w", dir, err)
		}
		// Between our open and our flock, the previous owner may have removed the file: then we hold the
		// lock of a file that has no name any more, and others would lock a new one beside us.
		if !named(f, path) {
			f.Close()
			continue
		}
		f.Truncate(0)
		io.WriteString(f, owner()) // for the message of others; the lock holds without it
		return func() error {
			err := os.Remove(path)
			if cerr := f.Close(); err == nil {
				err = cerr
			}
			return err
		}, nil
	}
}

// named reports whether path still names the open file f.
func named(f *os.File, path string) bool {
	open, err := f.Stat()
	if err != nil {
		return false
	}
	now, err := os.Lstat(path)
	return err == nil && os.SameFile(open, now)
}
