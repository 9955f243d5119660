package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// A console is where the command reads and writes: results go to out, everything else to err.
type console struct {
	in    io.Reader
	out   *sticky
	err   io.Writer
	color string // --color: auto, always, never
	quiet bool   // --quiet: only results and errors
}

func newConsole() *console {
	return &console{in: os.Stdin, out: &sticky{to: os.Stdout}, err: os.Stderr, color: "auto"}
}

// note writes a line to err with its subject in front: "warn    the learning rate ...".
func (c *console) note(subject, format string, args ...any) {
	if !c.quiet {
		fmt.Fprintf(c.err, "%-9s%s\n", subject, fmt.Sprintf(format, args...))
	}
}

// printJSON writes v to out as the one JSON document of a run with --json.
func (c *console) printJSON(v any) error {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("cannot write JSON: %w", err)
	}
	_, err = c.out.Write(append(data, '\n'))
	return err
}

// width returns the columns of the terminal that err goes to, or 80.
func (c *console) width() int {
	if f, ok := c.err.(*os.File); ok {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil && w > 0 {
			return w
		}
	}
	return 80
}

// redraws reports whether err is a terminal that can redraw a line.
func (c *console) redraws() bool {
	f, ok := c.err.(*os.File)
	return ok && isTerminal(f) && os.Getenv("TERM") != "dumb"
}

// ascii reports whether the locale asks for nothing beyond ASCII.
func (c *console) ascii() bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := strings.ToUpper(os.Getenv(name)); v != "" {
			return !strings.Contains(v, "UTF-8") && !strings.Contains(v, "UTF8")
		}
	}
	return false
}

// isTerminal reports whether people see what is written to or typed into f.
func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }
