package main

import (
	"os"
	"syscall"
)

// peakMemory returns the most memory that a process has had, its part of mapped files included.
func peakMemory(p *os.ProcessState) int64 {
	if usage, ok := p.SysUsage().(*syscall.Rusage); ok {
		return int64(usage.Maxrss) << 10
	}
	return 0
}
