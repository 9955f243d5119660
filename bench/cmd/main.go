// Command bench compares Gradus with other software on the same work.
//
//	go run ./bench/cmd                  everything, some minutes; writes bench/results/reference.json and the tables
//	go run ./bench/cmd -quick           a short run that only prints
//	go run ./bench/cmd -only W1,W5      some works; their figures replace those in the file
//	go run ./bench/cmd -tables          writes the tables again from the file
//	go run ./bench/cmd -profile         where the time of W1 goes, into the file
//	go run ./bench/cmd -growth          the time of a step over widths, batches, depths and threads
//
// All sides of a work get ready, and then take turns, round after round: A B C A B C. A ratio is taken within a round, so
// that what disturbs the machine for seconds disturbs both its halves; the table shows the median and the range.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"github.com/gradus-nn/gradus/bench/ours"
)

const (
	outFolder     = "bench/out" // what is built for the run; not in the repository
	referenceFile = "bench/results/reference.json"
)

func main() {
	if len(os.Args) > 2 && os.Args[1] == "side" {
		exit(serve(os.Args[2], os.Args[3:]))
	}
	var o options
	flag.BoolVar(&o.quick, "quick", false, "few and short rounds; writes nothing")
	flag.StringVar(&o.only, "only", "", "works to run, by the beginnings of their names: W1,W5")
	flag.BoolVar(&o.tables, "tables", false, "only write the tables again")
	flag.BoolVar(&o.profile, "profile", false, "only profile W1")
	flag.BoolVar(&o.growth, "growth", false, "only measure the growth of a step")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	exit(o.run(ctx))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// serve is the process of our side.
func serve(name string, args []string) error {
	s, err := ours.ParseSettings(args)
	if err != nil {
		return err
	}
	return ours.Serve(name, s, os.Stdin, os.Stdout)
}

type options struct {
	only                           string
	quick, tables, profile, growth bool
}

func (o options) run(ctx context.Context) error {
	if _, err := os.Stat("go.mod"); err != nil {
		return errors.New("bench: no go.mod here; run it in the root of the repository: go run ./bench/cmd")
	}
	results, err := readResults(referenceFile)
	if err != nil {
		return err
	}
	switch {
	case o.tables:
		return results.writeTables()
	case o.profile:
		if results.Profile, err = profileTraining(); err != nil {
			return err
		}
		fmt.Print(results.Profile)
		return results.save(referenceFile)
	case o.growth:
		if results.Growth, err = measureGrowth(ctx, o.quick); err != nil || o.quick {
			return err
		}
		return results.save(referenceFile)
	}
	env, err := prepare(ctx)
	if err != nil {
		return err
	}
	measured := &Results{Machine: env.machine()}
	for _, w := range works(env, o.quick) {
		if !o.wants(w.ID) {
			continue
		}
		m, err := w.measure(ctx, os.Stdout)
		if err != nil {
			return err
		}
		measured.Works = append(measured.Works, m)
	}
	if len(measured.Works) == 0 {
		return fmt.Errorf("bench: -only %s names no work", o.only)
	}
	fmt.Println()
	fmt.Print(measured.summary())
	if o.quick {
		fmt.Println("\nA quick run: nothing is written.")
		return nil
	}
	results.merge(measured)
	return results.save(referenceFile)
}

func (o options) wants(id string) bool {
	if o.only == "" {
		return true
	}
	for _, name := range strings.Split(o.only, ",") {
		if strings.HasPrefix(strings.ToLower(id), strings.ToLower(strings.TrimSpace(name))) {
			return true
		}
	}
	return false
}

// save writes the results and the tables that are made of them.
func (r *Results) save(file string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	if err := r.write(file); err != nil {
		return err
	}
	return r.writeTables()
}

func now() string { return time.Now().UTC().Format("2006-01-02 15:04 UTC") }
