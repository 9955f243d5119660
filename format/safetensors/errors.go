package safetensors

import (
	"fmt"
	"strings"

	"github.com/gradus-nn/gradus/internal/quote"
)

// A FormatError says what is broken in a file.
type FormatError struct {
	Name   string // of the file; empty for a stream
	Tensor string // the one that is broken; empty where it is no single one
	Offset int64  // where in the file; -1 where no place is to blame
	Reason string
}

// Error returns "safetensors: NAME: at byte OFFSET: tensor NAME: REASON".
func (e *FormatError) Error() string { return text(e.Name, e.Tensor, e.Offset, e.Reason) }

// An UnsupportedError says what in a file is legal but beyond this package.
type UnsupportedError struct {
	Name   string // of the file; empty for a stream
	Tensor string // empty where it is no single one
	Offset int64
	Reason string
}

// Error returns "safetensors: NAME: at byte OFFSET: tensor NAME: REASON".
func (e *UnsupportedError) Error() string { return text(e.Name, e.Tensor, e.Offset, e.Reason) }

func text(name, tensor string, offset int64, reason string) string {
	var b strings.Builder
	b.WriteString("safetensors: ")
	if name != "" {
		b.WriteString(name + ": ")
	}
	if offset >= 0 {
		fmt.Fprintf(&b, "at byte %d: ", offset)
	}
	if tensor != "" {
		b.WriteString("tensor " + quote.Short(tensor) + ": ")
	}
	b.WriteString(reason)
	return b.String()
}

// named puts the file's name into an error of this package.
func named(err error, name string) error {
	switch e := err.(type) {
	case *FormatError:
		e.Name = name
	case *UnsupportedError:
		e.Name = name
	default:
		return fmt.Errorf("safetensors: %s: %w", name, err)
	}
	return err
}
