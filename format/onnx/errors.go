package onnx

import (
	"errors"
	"fmt"
	"strconv"
)

// A FormatError says what is broken in a file.
type FormatError struct {
	Name   string // of the file; empty for a stream
	Offset int64  // in bytes; -1 where no place is to blame
	Reason string
}

// Error returns "onnx: NAME: at byte OFFSET: REASON".
func (e *FormatError) Error() string { return locate(e.Name, e.Offset, e.Reason) }

// An UnsupportedError says what in a file is legal but refused.
type UnsupportedError struct {
	Name   string // of the file; empty for a stream
	Offset int64  // in bytes; -1 where no place is to blame
	Reason string
}

// Error returns "onnx: NAME: at byte OFFSET: REASON".
func (e *UnsupportedError) Error() string { return locate(e.Name, e.Offset, e.Reason) }

func locate(name string, offset int64, reason string) string {
	text := "onnx: "
	if name != "" {
		text += name + ": "
	}
	if offset >= 0 {
		text += fmt.Sprintf("at byte %d: ", offset)
	}
	return text + reason
}

// bad and refuse are errors about the graph, where no byte is to blame.
func bad(format string, args ...any) error {
	return &FormatError{Offset: -1, Reason: fmt.Sprintf(format, args...)}
}

func refuse(format string, args ...any) error {
	return &UnsupportedError{Offset: -1, Reason: fmt.Sprintf(format, args...)}
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
	return fmt.Errorf("onnx: %s: %w", name, err)
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
