package npy

import (
	"errors"
	"fmt"
	"strings"

	"github.com/gradus-nn/gradus/internal/quote"
)

// A FormatError says what is broken in a file.
type FormatError struct {
	Name   string // of the file; empty for a stream
	Entry  string // of the archive; empty for a single array
	Offset int64  // where in the array's file; -1 where no place is to blame
	Reason string
	Err    error // the cause, if there is another
}

// Error returns "npy: NAME: ENTRY: at byte OFFSET: REASON".
func (e *FormatError) Error() string {
	s := message(e.Name, e.Entry, e.Offset, e.Reason)
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *FormatError) Unwrap() error { return e.Err }

// An UnsupportedError says what in a file is legal but beyond this package.
type UnsupportedError struct {
	Name   string // of the file; empty for a stream
	Entry  string // of the archive; empty for a single array
	Offset int64  // -1 where no place is to blame
	Reason string
}

// Error returns "npy: NAME: ENTRY: at byte OFFSET: REASON".
func (e *UnsupportedError) Error() string { return message(e.Name, e.Entry, e.Offset, e.Reason) }

func message(name, entry string, offset int64, reason string) string {
	var b strings.Builder
	b.WriteString("npy: ")
	if name != "" {
		b.WriteString(name + ": ")
	}
	if entry != "" {
		b.WriteString(quote.Short(entry) + ": ")
	}
	if offset >= 0 {
		fmt.Fprintf(&b, "at byte %d: ", offset)
	}
	return b.String() + reason
}

// locate completes an error of this package by what its maker did not know; empty texts and -1 say nothing.
func locate(err error, name, entry string, offset int64) error {
	var broken *FormatError
	var unsupported *UnsupportedError
	fill := func(n, e *string, o *int64) {
		if name != "" {
			*n = name
		}
		if entry != "" {
			*e = entry
		}
		if *o < 0 {
			*o = offset
		}
	}
	switch {
	case err == nil:
		return nil
	case errors.As(err, &broken):
		fill(&broken.Name, &broken.Entry, &broken.Offset)
		return broken
	case errors.As(err, &unsupported):
		fill(&unsupported.Name, &unsupported.Entry, &unsupported.Offset)
		return unsupported
	}
	return fmt.Errorf("npy: %s: %w", strings.TrimPrefix(name+": "+quote.Short(entry), ": "), err)
}
