package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/gradus-nn/gradus/internal/progress"
	"github.com/gradus-nn/gradus/internal/terminal"
)

// A console is where the command reads and writes: results go to out, everything else to err.
type console struct {
	name  string // of the program
	in    io.Reader
	out   *sticky
	err   io.Writer
	color string // --color: auto, always, never
	quiet bool   // --quiet: only results and errors
}

func newConsole() *console {
	return &console{name: plainName, in: os.Stdin, out: &sticky{to: os.Stdout}, err: os.Stderr, color: "auto"}
}

// note writes a line to err with its subject in front: "warn    the learning rate ...".
func (c *console) note(subject, format string, args ...any) {
	if !c.quiet {
		c.say(fmt.Sprintf("%-9s%s", subject, fmt.Sprintf(format, args...)))
	}
}

// say writes a line to err, on a terminal broken between words so that it fits.
func (c *console) say(line string) {
	fmt.Fprintln(fitted(c.err, c.errCaps()), line)
}

// results is where lines with a subject in front go: to out, on a terminal broken between words so that they fit.
func (c *console) results() io.Writer { return fitted(c.out, c.caps()) }

// fitted is a writer of whole lines to a place that can show so much.
func fitted(to io.Writer, caps terminal.Caps) io.Writer {
	if !caps.TTY || caps.Width < narrowest {
		return to
	}
	return &wrapping{to, caps.Width}
}

// narrowest is the width below which lines are left to the terminal.
const narrowest = 40

// wrapping breaks lines that are written to it, each in one piece.
type wrapping struct {
	to    io.Writer
	width int
}

func (w *wrapping) Write(p []byte) (int, error) {
	for line := range strings.Lines(string(p)) {
		text, ended := strings.CutSuffix(line, "\n")
		if text = progress.Wrap(text, w.width); ended {
			text += "\n"
		}
		if _, err := io.WriteString(w.to, text); err != nil {
			return 0, err
		}
	}
	return len(p), nil
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

// caps returns what the standard output can show.
func (c *console) caps() terminal.Caps { return terminal.Detect(os.Stdout, terminal.When(c.color)) }

// errCaps returns what the standard error can show.
func (c *console) errCaps() terminal.Caps { return terminal.Detect(os.Stderr, terminal.When(c.color)) }
