package durable

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
)

// errSharingViolation is ERROR_SHARING_VIOLATION.
const errSharingViolation syscall.Errno = 32

// lock opens the lock file for writing and lets others only read it, so that a second opening fails.
func lock(dir string) (unlock func() error, err error) {
	path := filepath.Join(dir, lockName)
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return nil, fmt.Errorf("durable: cannot lock %s: %w", dir, err)
	}
	handle, err := syscall.CreateFile(name, syscall.GENERIC_READ|syscall.GENERIC_WRITE, syscall.FILE_SHARE_READ,
		nil, syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL, 0)
	if errors.Is(err, errSharingViolation) {
		return nil, heldBy(dir, path)
	}
	if err != nil {
		return nil, fmt.Errorf("durable: cannot lock %s: %w", dir, err)
	}
	f := os.NewFile(uintptr(handle), path)
	f.Truncate(0)
	io.WriteString(f, owner()) // for the message of others; the lock holds without it
	return func() error {
		err := f.Close()
		os.Remove(path) // fails where somebody has taken it since, and should
		return err
	}, nil
}
