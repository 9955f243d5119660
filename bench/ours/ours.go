// Package ours is Gradus's side of every comparison in bench: the same work as the peers' programs, behind the same protocol.
//
// A side is a process that gets ready, waits, and does one round of its work whenever it is asked to:
//
//	side → harness   ready VERSION
//	harness → side   go
//	side → harness   {"value": 0.75, "check": "loss 2.31"}
//
// until its input ends. The value is what the table shows, in the unit of the work, timed by the side itself around
// the work alone; the check is a result that tells whether all sides did the same work.
package ours

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// A Round does the work once.
type Round func() (value float64, check string)

// Settings are the key=value arguments of a side.
type Settings map[string]string

// ParseSettings reads key=value arguments.
func ParseSettings(args []string) (Settings, error) {
	s := Settings{}
	for _, a := range args {
		key, value, ok := strings.Cut(a, "=")
		if !ok {
			return nil, fmt.Errorf("bench: argument %q: want key=value", a)
		}
		s[key] = value
	}
	return s, nil
}

// Int returns the number under key, or the default if there is none.
func (s Settings) Int(key string, otherwise int) int {
	if n, err := strconv.Atoi(s[key]); err == nil {
		return n
	}
	return otherwise
}

// sides are made ready by name.
var sides = map[string]func(Settings) (Round, error){
	"training":  Training,
	"inference": inference,
	"numerical": numerical,
	"epoch":     epoch,
	"network2":  network2,
	"xor":       xor,
	"product":   product,
}

// once are programs that are timed from the start of the process, by name.
var once = map[string]func(Settings, io.Writer) error{
	"accuracy":    accuracy,
	"first-batch": firstBatch,
}

// Serve runs the side of that name until in ends.
func Serve(name string, s Settings, in io.Reader, out io.Writer) error {
	if f, ok := once[name]; ok {
		return f(s, out)
	}
	prepare, ok := sides[name]
	if !ok {
		return fmt.Errorf("bench: no side %q; there are %s", name, strings.Join(slices.Sorted(maps.Keys(sides)), ", "))
	}
	round, err := prepare(s)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "ready", runtime.Version())
	for lines := bufio.NewScanner(in); lines.Scan(); {
		value, check := round()
		answer, err := json.Marshal(map[string]any{"value": value, "check": check})
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(out, "%s\n", answer); err != nil {
			return err
		}
	}
	return nil
}
