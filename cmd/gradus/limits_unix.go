//go:build unix

package main

import (
	"fmt"
	"syscall"
)

// fewestFiles is how many open files the command needs: its streams, Go's own, and a run's.
const fewestFiles = 16

// checkLimits refuses what Go's runtime would end with a stack trace: with fewer open files than it needs for itself.
func checkLimits() error {
	var files syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files) == nil && files.Cur < fewestFiles {
		return fmt.Errorf("only %d files may be open at once, and at least %d are needed; raise the limit (ulimit -n 64)", files.Cur, fewestFiles)
	}
	return nil
}
