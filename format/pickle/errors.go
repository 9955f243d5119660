package pickle

import (
	"errors"
	"fmt"
	"strings"
)

// A FormatError says what is broken in a file.
type FormatError struct {
	Name   string // of the file; empty for a stream
	Offset int64  // of the instruction, after decompression; -1 where no place is to blame
	Reason string
	Err    error // the cause, if there is another
}

// Error returns "pickle: NAME: at byte OFFSET: REASON".
func (e *FormatError) Error() string {
	s := message(e.Name, e.Offset, e.Reason)
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *FormatError) Unwrap() error { return e.Err }

// An UnsupportedError says what in a file is legal but refused: above all, every name that is not on the list.
type UnsupportedError struct {
	Name   string // of the file; empty for a stream
	Offset int64  // of the instruction, after decompression; -1 where no place is to blame
	Reason string
}

// Error returns "pickle: NAME: at byte OFFSET: REASON".
func (e *UnsupportedError) Error() string { return message(e.Name, e.Offset, e.Reason) }

func message(name string, offset int64, reason string) string {
	var b strings.Builder
	b.WriteString("pickle: ")
	if name != "" {
		b.WriteString(name + ": ")
	}
	if offset >= 0 {
		fmt.Fprintf(&b, "at byte %d: ", offset)
	}
	return b.String() + reason
}

// named adds the name of the file to an error of Read.
func named(err error, name string) error {
	var broken *FormatError
	var unsupported *UnsupportedError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &broken):
		broken.Name = name
		return broken
	case errors.As(err, &unsupported):
		unsupported.Name = name
		return unsupported
	}
	return fmt.Errorf("pickle: %s: %w", name, err)
}
