//go:build unix && !solaris && !aix

package durable

import (
	"errors"
	"os"
	"syscall"
)

// markLive holds a lock on a temporary file until it is closed or its process dies, by which
// [osFS.RemoveStale] tells the file of a crash from one that is being written, even by another process or
// container. Where the file system has no locks, a second writer of the same path may fail: an honest
// error, no damage.
func markLive(f *os.File) { flock(f, syscall.LOCK_SH|syscall.LOCK_NB) }

func (osFS) RemoveStale(name string) error {
	f, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := flock(f, syscall.LOCK_EX|syscall.LOCK_NB); errors.Is(err, syscall.EWOULDBLOCK) {
		return err
	}
	return os.Remove(name)
}

// SyncDir flushes the names in a folder. Some network file systems refuse to flush a folder at all; there is
// nothing more to be had from them, so that is no failure.
func (osFS) SyncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = f.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
		err = nil
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}

// flock locks an open file by flock(2). The lock belongs to the open file, so it also holds between two
// parts of one process, and ends when the process does, however it does.
func flock(f *os.File, how int) error {
	for {
		err := syscall.Flock(int(f.Fd()), how)
		if err != syscall.EINTR {
			return err
		}
	}
}
