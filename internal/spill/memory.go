package spill

import (
	"fmt"
	"os"
	"runtime"
)

// A Memory is bytes that can be written to, on the disk where they are many.
type Memory struct {
	data  []byte
	chunk *chunk // that has them, or nil
}

// Alloc returns size zero bytes: of memory up to limit, or else of a temporary file in dir that is mapped to memory; "" means the
// usual folder of temporary files.
func Alloc(dir string, size, limit int64) (*Memory, error) {
	if !canMap || size <= limit {
		if size > leastOutside {
			if c := newChunk(int(size)); c != nil {
				return &Memory{c.data, c}, nil
			}
		}
		return &Memory{data: make([]byte, size)}, nil
	}
	f, err := temporary(dir)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	// Written, and not only declared: a disk that is full must say so now, not when a page of the memory is touched.
	zeros := make([]byte, 1<<20)
	for at := int64(0); at < size; at += int64(len(zeros)) {
		if _, err := f.WriteAt(zeros[:min(int64(len(zeros)), size-at)], at); err != nil {
			return nil, fmt.Errorf("spill: %d MB that do not fit into memory: %w; TMPDIR names another place for them", size>>20, err)
		}
	}
	data, err := mapFile(f, int(size), true)
	if err != nil {
		return nil, fmt.Errorf("spill: %w", err)
	}
	m := &Memory{data: data}
	runtime.AddCleanup(m, unmap, data)
	return m, nil
}

// Bytes returns the bytes, which are valid as long as the Memory is in use.
func (m *Memory) Bytes() []byte { return m.data }

// temporary opens a file that is removed at once: the system forgets it with the last who uses it, however the program ends.
func temporary(dir string) (*os.File, error) {
	f, err := os.CreateTemp(dir, "gradus-*.tmp")
	if err != nil {
		return nil, fmt.Errorf("spill: a temporary file: %w; TMPDIR names another place for it", err)
	}
	if err := os.Remove(f.Name()); err != nil {
		f.Close()
		return nil, fmt.Errorf("spill: %w", err)
	}
	return f, nil
}
