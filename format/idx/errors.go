package idx

import "fmt"

// A FormatError says what is broken in a file.
type FormatError struct {
	Name   string // of the file; empty for a stream
	Offset int64  // where in the file, after decompression
	Reason string
	Err    error // the cause, if there is another
}

// Error returns "idx: NAME: at byte OFFSET: REASON".
func (e *FormatError) Error() string {
	text := fmt.Sprintf("idx: %sat byte %d: %s", prefix(e.Name), e.Offset, e.Reason)
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns the cause.
func (e *FormatError) Unwrap() error { return e.Err }

// An UnsupportedError says what in a file is legal but beyond this package.
type UnsupportedError struct {
	Name   string // of the file; empty for a stream
	Offset int64
	Reason string
}

// Error returns "idx: NAME: at byte OFFSET: REASON".
func (e *UnsupportedError) Error() string {
	return fmt.Sprintf("idx: %sat byte %d: %s", prefix(e.Name), e.Offset, e.Reason)
}

func prefix(name string) string {
	if name == "" {
		return ""
	}
	return name + ": "
}
