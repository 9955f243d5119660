// Command gradus trains, inspects and ships neural networks.
package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/terminal"
)

func main() { os.Exit(run(os.Args[1:])) }

// plainName is what the command is called, unless it carries a model.
const plainName = "gradus"

// debugEnv is the environment variable that shows the stack of a defect.
const debugEnv = "GRADUS_DEBUG"

// run is the whole program.
func run(args []string) int {
	// A reader that has seen enough (gradus runs ls | head) must not kill a training: writes report it instead.
	signal.Ignore(syscall.SIGPIPE)
	c := newConsole()
	return guarded(c, func() error {
		if err := checkLimits(); err != nil {
			return err
		}
		u, err := own(c)
		if err != nil {
			return exit.With(exit.Data, err)
		}
		if u != nil {
			return executeOwn(c, u, args)
		}
		return execute(c, args)
	})
}

// guarded does something and returns the exit code. No panic leaves it: a defect ends as one sentence.
func guarded(c *console, do func() error) (code int) {
	defer func() {
		if r := recover(); r != nil {
			code = exit.Failed
			fmt.Fprintf(c.err, "gradus: a defect in gradus, not in your input: %v; please report it with the command line (%s=1 shows where)\n", r, debugEnv)
			if os.Getenv(debugEnv) != "" {
				c.err.Write(debug.Stack())
			}
		}
	}()
	err := do()
	if err == nil {
		err = c.out.failure()
	}
	if err != nil {
		c.say(terminal.Clean(sentence(c.name, err)))
	}
	return exit.Code(err)
}

// sentence is an error as the command says it: "gradus: x.png: no such file or directory", without the name of the
// system call. An error about the command line begins with the command, which calls itself by name.
func sentence(name string, err error) string {
	text := err.Error()
	var path *fs.PathError
	if errors.As(err, &path) {
		text = strings.Replace(text, path.Error(), path.Path+": "+path.Err.Error(), 1)
	}
	if rest, ok := strings.CutPrefix(text, plainName+" "); ok {
		return name + " " + rest
	}
	if strings.HasPrefix(text, name+" ") {
		return text
	}
	return name + ": " + text
}

// A sticky writer remembers its first failure, so that results need no check after every line.
type sticky struct {
	to  io.Writer
	err error
}

func (s *sticky) Write(p []byte) (int, error) {
	if s.err == nil {
		_, s.err = s.to.Write(p)
	}
	return len(p), nil
}

// failure returns what has gone wrong, unless the reader left of its own accord.
func (s *sticky) failure() error {
	if s.err == nil || errors.Is(s.err, syscall.EPIPE) {
		return nil
	}
	var path *fs.PathError
	if errors.As(s.err, &path) {
		return fmt.Errorf("cannot write the results to the standard output: %w", path.Err)
	}
	return fmt.Errorf("cannot write the results to the standard output: %w", s.err)
}
