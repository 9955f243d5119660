package session

import (
	"fmt"
	"os"
)

// openRegular opens a file for reading, and refuses what might never end or never begin: a pipe without a writer would
// block, and /dev/zero has no end.
func openRegular(path string) (*os.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: want a file, have a folder, device or pipe", path)
	}
	return os.Open(path)
}
