// Package standalone makes programs of their own: a copy of a program with a model at its end, which the copy finds when it
// starts.
//
//	program │ payload │ SHA-256 of the payload │ its length, uint64 little-endian │ mark
//
// Systems run a program whatever stands behind it.
package standalone

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
)

// mark ends every program with a payload.
var mark = []byte("gradus\x00" + "model\x00\x00\x01\r\n")

// trailer is the length of what follows the payload.
var trailer = int64(sha256.Size + 8 + len(mark))

// Append returns a program with a payload. A payload that the program has already is replaced.
func Append(program, payload []byte) []byte {
	if n, ok := payloadOf(bytes.NewReader(program), int64(len(program))); ok {
		program = program[:int64(len(program))-trailer-n]
	}
	sum := sha256.Sum256(payload)
	all := make([]byte, 0, int64(len(program))+int64(len(payload))+trailer)
	all = append(append(append(all, program...), payload...), sum[:]...)
	all = binary.LittleEndian.AppendUint64(all, uint64(len(payload)))
	return append(all, mark...)
}

// payloadOf returns the length of a payload, and whether there is one.
func payloadOf(r io.ReaderAt, size int64) (n int64, ok bool) {
	if size < trailer {
		return 0, false
	}
	end := make([]byte, 8+len(mark))
	if _, err := r.ReadAt(end, size-int64(len(end))); err != nil || !bytes.Equal(end[8:], mark) {
		return 0, false
	}
	length := binary.LittleEndian.Uint64(end)
	return int64(min(length, uint64(size))), true
}

// ErrDamaged is what Read returns for a program whose payload is not what was appended.
var ErrDamaged = errors.New("the program is damaged: the model at its end is not the one that it was made with; copy it again")

// Read returns the payload of a program of the given size, and nil if it has none.
func Read(r io.ReaderAt, size int64) ([]byte, error) {
	n, ok := payloadOf(r, size)
	if !ok {
		return nil, nil
	}
	if n > size-trailer {
		return nil, ErrDamaged
	}
	all := make([]byte, n+sha256.Size)
	if _, err := r.ReadAt(all, size-trailer-n); err != nil {
		return nil, fmt.Errorf("standalone: %w", err)
	}
	payload := all[:n]
	if sum := sha256.Sum256(payload); !bytes.Equal(sum[:], all[n:]) {
		return nil, ErrDamaged
	}
	return payload, nil
}

// Own returns the payload of the program that is running, and nil if it has none or cannot be found.
func Own() ([]byte, error) {
	path, err := Path()
	if err != nil {
		return nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, nil // a program that may be run, but not read, is the plain one
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return nil, nil
	}
	return Read(f, info.Size())
}

// Path returns where the running program is. Without /proc, as in an empty root directory, it is where the command line says.
func Path() (string, error) {
	if path, err := os.Executable(); err == nil {
		return path, nil
	}
	return exec.LookPath(os.Args[0])
}
