package pytorch

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/gradus-nn/gradus/format/pickle"
)

// A FormatError says what is broken in a file.
type FormatError struct {
	Name   string // of the file; empty for a stream
	Entry  string // of the archive; empty where none is to blame
	Reason string
	Err    error // the cause, if there is another
}

// Error returns "pytorch: NAME: ENTRY: REASON".
func (e *FormatError) Error() string {
	s := message(e.Name, e.Entry, e.Reason)
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
	Entry  string // of the archive; empty where none is to blame
	Reason string
}

// Error returns "pytorch: NAME: ENTRY: REASON".
func (e *UnsupportedError) Error() string { return message(e.Name, e.Entry, e.Reason) }

func message(name, entry, reason string) string {
	s := "pytorch: "
	if name != "" {
		s += name + ": "
	}
	if entry != "" {
		s += fmt.Sprintf("%.80q: ", entry)
	}
	return s + reason
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
	return fmt.Errorf("pytorch: %s: %w", name, err)
}

// ofPickle turns an error of package pickle into one about the entry that held the pickle.
func ofPickle(err error, entry string) error {
	var broken *pickle.FormatError
	var unsupported *pickle.UnsupportedError
	switch {
	case errors.As(err, &unsupported):
		return &UnsupportedError{Entry: entry, Reason: at(unsupported.Offset, unsupported.Reason)}
	case errors.As(err, &broken):
		return &FormatError{Entry: entry, Reason: at(broken.Offset, broken.Reason), Err: broken.Err}
	}
	return err
}

// brief shows the beginning of a value of a file.
func brief(v any) string {
	s := []rune(fmt.Sprint(v))
	return strconv.Quote(string(s[:min(len(s), 60)]))
}

func at(offset int64, reason string) string { return fmt.Sprintf("at byte %d: %s", offset, reason) }
