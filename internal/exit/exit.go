// Package exit says with which number the command ends, and why.
package exit

import (
	"context"
	"errors"
	"fmt"
)

// The exit codes of the command.
const (
	OK          = 0
	Failed      = 1   // something went wrong on the way
	Usage       = 2   // the command line makes no sense
	Data        = 3   // the data, a file or a configuration is not valid
	Check       = 4   // a check that was asked for has failed, such as --fail-under
	Network     = 5   // the network would be needed
	Interrupted = 130 // Ctrl-C or SIGTERM; the state is saved
)

// Error is an error with the exit code that it deserves.
type Error struct {
	Code int
	Err  error
}

func (e *Error) Error() string { return e.Err.Error() }
func (e *Error) Unwrap() error { return e.Err }

// With gives err an exit code. An error that has one keeps it; nil stays nil.
func With(code int, err error) error {
	var has *Error
	if err == nil || errors.As(err, &has) {
		return err
	}
	return &Error{code, err}
}

// Usagef returns an error for a command line that makes no sense.
func Usagef(format string, args ...any) error { return &Error{Usage, fmt.Errorf(format, args...)} }

// Dataf returns an error for data, files and configurations that are not valid.
func Dataf(format string, args ...any) error { return &Error{Data, fmt.Errorf(format, args...)} }

// Checkf returns an error for a check that has failed.
func Checkf(format string, args ...any) error { return &Error{Check, fmt.Errorf(format, args...)} }

// Code returns the exit code of an error: 0 for nil, 1 for one that has none.
func Code(err error) int {
	var e *Error
	switch {
	case err == nil:
		return OK
	case errors.As(err, &e):
		return e.Code
	case errors.Is(err, context.Canceled):
		return Interrupted
	}
	return Failed
}
