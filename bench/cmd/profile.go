package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"

	"github.com/gradus-nn/gradus/bench/ours"
)

// Profile says where the time of W1 goes, in percent of the processor time of all threads.
type Profile []Part

// A Part is a group of functions.
type Part struct {
	Name    string  `json:"name"`
	Percent float64 `json:"percent"`
}

// parts are told by the names of functions, the first that fits. The kernels' are those of kernel's assembly.
var parts = []struct {
	name      string
	functions *regexp.Regexp
}{
	{"waiting for the other thread", regexp.MustCompile(`(?i)kernel\.(pause|spin|\(\*(Team|Worker|barrier))|futex|usleep|procyield|osyield|schedule|findRunnable|park|notesleep|runtime\.mcall`)},
	{"packing operands", regexp.MustCompile(`(?i)kernel\..*pack`)},
	{"matrix products with bias and activation", regexp.MustCompile(`(?i)kernel\..*(gemm|tile|product)`)},
	{"gathering the rows of a batch", regexp.MustCompile(`(?i)gather|memmove`)},
	{"sigmoid, softmax, their gradients, sums and the update", regexp.MustCompile(`(?i)kernel\.`)},
}

const otherPart = "everything else"

// profileTraining runs W1 under the profiler.
func profileTraining() (Profile, error) {
	if err := os.MkdirAll(outFolder, 0o755); err != nil {
		return nil, err
	}
	file := filepath.Join(outFolder, "training.prof")
	if err := recordTraining(file); err != nil {
		return nil, err
	}
	top, err := exec.Command("go", "tool", "pprof", "-top", "-nodecount=100000", "-nodefraction=0", "-unit=ms", file).Output()
	if err != nil {
		return nil, fmt.Errorf("bench: go tool pprof: %w", err)
	}
	return groupProfile(top), nil
}

// recordTraining profiles the second of two rounds of W1: the first warms up.
func recordTraining(file string) (err error) {
	round, err := ours.Training(ours.Settings{"n": "2000"})
	if err != nil {
		return err
	}
	round()
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := pprof.StartCPUProfile(f); err != nil {
		return err
	}
	round()
	pprof.StopCPUProfile()
	return nil
}

// groupProfile adds up the flat column of pprof -top:
//
//	flat  flat%   sum%        cum   cum%  function
//	520ms 41.2% 41.2%      520ms 41.2%  github.com/gradus-nn/gradus/kernel.gemm…
func groupProfile(top []byte) Profile {
	milliseconds, total := map[string]float64{}, 0.0
	for line := range bytes.Lines(top) {
		fields := strings.Fields(string(line))
		if len(fields) < 6 || !strings.HasSuffix(fields[0], "ms") {
			continue
		}
		flat, err := strconv.ParseFloat(strings.TrimSuffix(fields[0], "ms"), 64)
		if err != nil {
			continue
		}
		name := otherPart
		for _, p := range parts {
			if p.functions.MatchString(strings.Join(fields[5:], " ")) {
				name = p.name
				break
			}
		}
		milliseconds[name] += flat
		total += flat
	}
	var profile Profile
	for name, v := range milliseconds {
		profile = append(profile, Part{name, round(100 * v / total)})
	}
	slices.SortFunc(profile, func(a, b Part) int {
		return cmp.Or(cmp.Compare(b.Percent, a.Percent), strings.Compare(a.Name, b.Name))
	})
	return profile
}

func (p Profile) String() string {
	var b strings.Builder
	b.WriteString("| W1: processor time of all threads | |\n|---|---:|\n")
	for _, part := range p {
		fmt.Fprintf(&b, "| %s | %.1f %% |\n", part.Name, part.Percent)
	}
	return b.String()
}
