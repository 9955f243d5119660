// Command stream compares an epoch over a table of ten million rows, a gigabyte of CSV, with pandas and scikit-learn's partial_fit:
//
//	go run ./bench/stream                 makes the table, then trains in turns: three rounds, some minutes
//	go run ./bench/stream -rows 1000000   a smaller table
//	go run ./bench/stream -make FILE      only makes the table
//
// All sides do the whole work, from the start of the process to the end of the epoch. Gradus finds out what the columns are, measures
// medians, means and values on the rows to train on, looks for rows on both sides of the split, trains on 72 % of the rows, judges the
// epoch by 8 % and the end by 20 %, says what the columns are worth, and saves the model with its report; the others train on 72 % and
// judge by 28 %, too, and are spared the rest (see peer.py).
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

// units are those of the hidden layer that gradus gives this table by default.
const units = 128

func main() {
	var b bench
	flag.IntVar(&b.rows, "rows", 10_000_000, "rows of the table")
	flag.IntVar(&b.rounds, "rounds", 3, "turns of every side")
	flag.IntVar(&b.batch, "batch", 200, "rows of a step, for both networks")
	only := flag.String("make", "", "only make the table, in this `file`")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := error(nil)
	if *only != "" {
		err = b.make(*only)
	} else {
		err = b.run(ctx)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

type bench struct{ rows, rounds, batch int }

// make writes the table to a file.
func (b *bench) make(name string) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := makeTable(f, b.rows); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// A side is one program that trains.
type side struct {
	name    string
	argv    []string
	seconds []float64
	peak    int64 // bytes
}

func (b *bench) run(ctx context.Context) error {
	if _, err := os.Stat("go.mod"); err != nil {
		return fmt.Errorf("stream: no go.mod here; run it in the root of the repository: go run ./bench/stream")
	}
	out, err := filepath.Abs("bench/out")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	gradus := filepath.Join(out, "gradus")
	if text, err := exec.CommandContext(ctx, "go", "build", "-o", gradus, "./cmd/gradus").CombinedOutput(); err != nil {
		return fmt.Errorf("stream: go build: %w\n%s", err, text)
	}
	table := filepath.Join(out, fmt.Sprintf("sales-%d.csv", b.rows))
	if _, err := os.Stat(table); err != nil {
		fmt.Println("making", table)
		if err := b.make(table); err != nil {
			return err
		}
	}
	if err := warm(table); err != nil {
		return err
	}
	peer, err := filepath.Abs("bench/stream/peer.py")
	if err != nil {
		return err
	}
	const python = "/usr/bin/python3" // whose modules are those that its package manager installs
	sides := []*side{
		{name: "gradus train", argv: []string{gradus, "train", table, "--target", "bought", "--epochs", "1", "--batch", strconv.Itoa(b.batch), "--progress", "none"}},
		{name: "pandas, MLPClassifier, told all of the columns", argv: []string{python, peer, "mlp", table, strconv.Itoa(units), strconv.Itoa(b.batch)}},
		{name: "pandas, StandardScaler, OneHotEncoder, MLPClassifier", argv: []string{python, peer, "pipeline", table, strconv.Itoa(units), strconv.Itoa(b.batch)}},
		{name: "pandas, SGDClassifier (no hidden layer)", argv: []string{python, peer, "sgd", table, "0", "0"}},
	}
	for round := range b.rounds {
		for _, s := range sides {
			if err := s.play(ctx); err != nil {
				return fmt.Errorf("stream: %s: %w", s.name, err)
			}
			fmt.Printf("round %d  %-54s %6.2f s\n", round+1, s.name, s.seconds[round])
		}
	}
	fmt.Printf("\n| | rows a second | peak memory | gradus is faster by |\n|---|---|---|---|\n")
	for _, s := range sides {
		var ratios []float64 // within a round
		for k, t := range s.seconds {
			ratios = append(ratios, t/sides[0].seconds[k])
		}
		fmt.Printf("| %s | %.0f | %d MB | %.1f (%.1f to %.1f) |\n", s.name, float64(b.rows)/median(s.seconds), s.peak>>20, median(ratios), slices.Min(ratios), slices.Max(ratios))
	}
	return nil
}

// play does the work once.
func (s *side) play(ctx context.Context) error {
	folder, err := os.MkdirTemp("", "stream")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	cmd := exec.CommandContext(ctx, s.argv[0], s.argv[1:]...)
	cmd.Dir = folder
	// Products of this size are done sooner by one thread of the BLAS than by two that wait for each other.
	cmd.Env = append(os.Environ(), "OPENBLAS_NUM_THREADS=1")
	begun := time.Now()
	text, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w\n%s", err, text)
	}
	s.seconds = append(s.seconds, time.Since(begun).Seconds())
	s.peak = max(s.peak, peakMemory(cmd.ProcessState))
	return nil
}

// warm reads the table once, so that no side finds it colder than another.
func warm(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = bufio.NewReaderSize(f, 1<<20).WriteTo(discard{})
	return err
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

func median(x []float64) float64 {
	x = slices.Sorted(slices.Values(x))
	n := len(x)
	return x[(n-1)/2]/2 + x[n/2]/2
}
