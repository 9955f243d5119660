// Package search looks for good settings: many trainings, each in a folder of its own, the best of which is judged by the test examples; and
// range tests of learning rates.
package search

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/gradus-nn/gradus/internal/durable"
	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/progress"
	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/internal/runs"
	"github.com/gradus-nn/gradus/internal/session"
	"github.com/gradus-nn/gradus/internal/transcript"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/tune"
)

// Options say what to search, and how to show it.
type Options struct {
	Tuning   *Tuning
	Resume   string // a search to go on with; "" begins a new one
	Root     string // folder of the runs
	Name     string // of the search's folder; "" is made of the data
	Threads  int    // 0: one for each processor
	Parallel int    // trials at a time; 0: as many as threads

	Out      io.Writer // results
	Progress progress.Config
	Command  []string

	SaveEvery time.Duration
	After     func(ctx context.Context, run *runs.Run, judged *session.EvalReport) error // adds pictures to the best trial
}

// search is a search between its parts.
type search struct {
	Options
	settings *recipe.Request // of all trials
	space    tune.Space
	usual    bool // trial 1 has the usual settings
	points   [][]string
	first    int  // trials that the search began with
	had      int  // trials before more were asked for; 0: none were
	grown    bool // more trials were asked for
	plan     []tune.Rung
	data     *recipe.Data
	base     *recipe.Recipe // with what is usual where the space is open
	parts    *recipe.Division
	run      *runs.Run
	marks    map[[2]int]Mark // by the number of the trial, and the epochs that its rung trains to
	threads  int
	print    transcript.Printer
	show     *progress.Monitor

	lock    sync.Mutex // of journal and of the folders of trials
	journal *os.File
}

const (
	defaultTrials = 30
	mostTrials    = 100_000
	tuneVal       = 0.2 // held out to judge trials by, of small data; a tenth of large
	tuneValLarge  = 0.1
	largeData     = 5000
)

// Run searches for good settings and keeps each trial, and the best one as if it had been trained alone. The report is nil
// if the search could not begin.
func Run(ctx context.Context, o Options) (*Report, error) {
	s := &search{Options: o, threads: o.Threads}
	if s.threads == 0 {
		s.threads = runtime.GOMAXPROCS(0)
	}
	if err := s.prepare(ctx); err != nil {
		return nil, err
	}
	unlock, err := s.begin()
	if err != nil {
		return nil, err
	}
	defer unlock()
	defer s.journal.Close()
	if done, err := s.finished(); done != nil || err != nil {
		return done, err
	}
	s.introduce()
	plan := tune.Search{Points: s.points, Plan: s.plan, Parallel: s.parallel(), Train: s.train}
	if s.usual {
		plan.Always = 1 // so that the best stands beside what would have been without the search
	}
	standings, err := plan.Run(ctx)
	s.show.Close()
	if err != nil {
		return nil, s.interrupted(ctx, err)
	}
	return s.conclude(ctx, standings)
}

// train trains a trial to a rung, unless that has been done before an interruption.
func (s *search) train(ctx context.Context, t tune.Trial, rung int) (tune.Result, error) {
	s.lock.Lock()
	m, known := s.mark(t.Number, rung)
	s.lock.Unlock()
	if known {
		return m.result(), nil
	}
	m, err := s.trial(ctx, t, rung)
	if err != nil {
		return tune.Result{}, err
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	s.marks[s.at(t.Number, rung)] = m
	s.tell(t, m)
	return m.result(), nil
}

// at is where the mark of a trial at a rung is kept. With more trials there may be more rungs, so that their numbers would not do.
func (s *search) at(trial, rung int) [2]int { return [2]int{trial, s.plan[rung].Epochs} }

// mark returns what a trial has come to at a rung, if that is known.
func (s *search) mark(trial, rung int) (Mark, bool) {
	m, known := s.marks[s.at(trial, rung)]
	m.Rung = rung
	return m, known
}

// prepare does what can fail without leaving anything behind.
func (s *search) prepare(ctx context.Context) error {
	if s.Resume != "" {
		run, err := runs.Open(s.Root, s.Resume)
		if err != nil {
			return exit.With(exit.Data, err)
		}
		asked := s.Tuning.Trials
		if s.Tuning, err = Read(run.Path(runs.Tune)); err != nil {
			if errors.Is(err, fs.ErrNotExist) {
				err = fmt.Errorf("%s is no search; gradus train --resume goes on with a training", run.Dir)
			}
			return exit.With(exit.Data, err)
		}
		if s.grown, err = s.Tuning.grow(asked); err != nil {
			return exit.With(exit.Data, err)
		}
		s.run = run
	}
	var err error
	if s.space, err = s.Tuning.space(); err != nil {
		return exit.With(exit.Data, err)
	}
	s.settings = s.Tuning.Settings
	q, end := session.Watched(ctx, s.settings, s.Progress)
	s.data, err = q.Load()
	if err := cmp.Or(end(), err); err != nil {
		return exit.With(exit.Data, err)
	}
	if err := s.divide(); err != nil {
		return err
	}
	if len(s.space) == 0 {
		s.space = s.usualSpace()
	}
	if err := s.draw(); err != nil {
		return err
	}
	return s.schedule()
}

// divide sees to it that examples are held out: the test examples must not choose.
func (s *search) divide() error {
	resolve := func() error {
		q, err := session.Completed(s.Root, s.settings, s.data)
		if err != nil {
			return err
		}
		s.settings = q
		if s.base, err = recipe.Resolve(q, s.data.Facts()); err == nil {
			s.parts, err = s.base.Divide(s.data)
		}
		return err
	}
	if err := resolve(); err != nil {
		return exit.With(exit.Data, err)
	}
	if s.parts.Judge != "val" {
		share := tuneVal
		if s.data.Train.Len() >= largeData {
			share = tuneValLarge
		}
		held := &recipe.Request{Val: &share}
		s.settings = held.Over(s.settings)
		if err := resolve(); err != nil {
			return exit.With(exit.Data, err)
		}
	}
	if sum := s.base.DataSHA256; sum != "" { // a search that goes on must find the same data
		s.settings = (&recipe.Request{DataSHA256: &sum}).Over(s.settings)
	}
	return nil
}

// parallel returns how many trials train at a time. A trial alone on a processor never waits for others, as the workers of one
// training do at every step.
func (s *search) parallel() int {
	if s.Parallel > 0 {
		return s.Parallel
	}
	return s.threads
}

// root is the folder of the trials.
func (s *search) root() string { return s.run.Path(runs.Trials) }

// begin makes the search's folder, or finds where to go on.
func (s *search) begin() (unlock func() error, err error) {
	release, err := s.take()
	if err != nil {
		return nil, err
	}
	if s.marks, s.journal, err = openJournal(s.run, s.planned(s.first)); err != nil {
		return nil, errors.Join(exit.With(exit.Data, err), release())
	}
	s.print = transcript.Printer{Out: s.Out, Log: io.Discard}
	s.Progress.Judge = "val"
	s.show = progress.New(s.Progress)
	return release, nil
}

// take makes the folder and locks it.
func (s *search) take() (unlock func() error, err error) {
	fresh := s.run == nil
	if fresh {
		name := s.Name
		if name == "" {
			name = s.data.Info.Name + "-tune"
		}
		if s.run, err = runs.Create(s.Root, name); err != nil {
			return nil, err
		}
	}
	if unlock, err = s.run.Lock(); err != nil {
		return nil, err
	}
	if fresh || s.had > 0 {
		err = s.record()
	}
	if err = errors.Join(err, durable.MkdirAll(s.root())); err != nil {
		return nil, errors.Join(err, unlock())
	}
	return unlock, nil
}

// record writes what is searched.
func (s *search) record() error {
	text, err := s.stored().yaml("gradus tune " + s.run.Path(runs.Tune) + " searches again;\ngradus tune --resume " + s.ref() + " goes on")
	if err != nil {
		return err
	}
	return s.run.Write(runs.Tune, text)
}

// stored is the search with nothing left open.
func (s *search) stored() *Tuning {
	form, trials, method := Form, len(s.points), s.method()
	t := &Tuning{Form: &form, Trials: &trials, Grown: s.Tuning.Grown, Method: &method, Settings: s.settings}
	for _, d := range s.space {
		t.Space = append(t.Space, yaml.MapItem{Key: d.Name, Value: d.String()})
	}
	return t
}

// ref is how to name the search on the command line.
func (s *search) ref() string {
	return s.run.Argument(s.Root)
}

// introduce says what is going to be searched.
func (s *search) introduce() {
	s.print.Line("data", "%s", session.DescribeData(s.base, s.data, s.parts))
	for i, d := range s.space {
		subject := ""
		if i == 0 {
			subject = "search"
		}
		how := ""
		if d.Log {
			how = "   by factors"
		}
		s.print.Line(subject, "%s %s%s", d.Name, d, how)
	}
	var stages []string
	for _, r := range s.plan {
		epochs := "to their end"
		if r.Epochs < math.MaxInt32 {
			epochs = fmt.Sprintf("× %d", r.Epochs)
		}
		stages = append(stages, fmt.Sprintf("%d %s", r.Trials, epochs))
	}
	text := fmt.Sprintf("%d trials: %s", len(s.points), strings.Join(stages, ", "))
	if s.plan[0].Epochs < math.MaxInt32 {
		text += " epochs"
	}
	s.print.Line("trials", "%s · %d at a time", text, min(s.parallel(), len(s.points)))
	if s.usual {
		s.print.Line("", "trial 1 has the usual settings and trains to its end, for comparison")
	}
	if n := s.space.Size(); n > 0 && n <= len(s.points) {
		s.print.Line("", "the space has no more than these points")
	}
	s.print.Line("judge", "%s examples held out of the training part; the %s test examples judge the best trial, once",
		nn.Thousands(s.parts.HeldOut.Len()), nn.Thousands(s.parts.Test.Len()))
	if s.Resume != "" {
		text := fmt.Sprintf("%s with %d results", s.run.Dir, len(s.marks))
		if s.had > 0 {
			text += fmt.Sprintf(", grown from %d trials to %d", s.had, len(s.points))
		}
		s.show.Note("resume", text)
	}
}

// tell shows a result as it comes in.
func (s *search) tell(t tune.Trial, m Mark) {
	digits := len(fmt.Sprint(len(s.points)))
	text := fmt.Sprintf("%*d  %s  %d epochs  %s  %s", digits, t.Number, m.Value(), m.Epochs, progress.Duration(m.Seconds), s.describe(t.Values))
	if m.Failed != "" {
		text += "  " + m.Failed
	}
	s.show.Note("trial", text)
}

// interrupted says how to go on.
func (s *search) interrupted(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return exit.With(exit.Interrupted, fmt.Errorf("interrupted with %d results; go on with: gradus tune --resume %s", len(s.marks), s.ref()))
	}
	return fmt.Errorf("%w; what is done remains: gradus tune --resume %s", err, s.ref())
}

// promoted are the files of the best trial that become the search's own, so that its folder is used like that of a run.
var promoted = []string{
	runs.Config, runs.Env, runs.Data, runs.CSV, runs.JSONL, runs.Best, runs.Last, runs.Confusion, runs.Log, runs.Result,
}

// promote copies the best trial's files. result.json comes last: with it the search is finished.
func (s *search) promote(from *runs.Run) error {
	for _, file := range promoted {
		content, err := os.ReadFile(filepath.Join(from.Dir, file))
		if errors.Is(err, fs.ErrNotExist) { // nor may it be there of another trial, that was the best of fewer
			if err := os.Remove(s.run.Path(file)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			continue
		}
		if err != nil {
			return err
		}
		if err := s.run.Write(file, content); err != nil {
			return err
		}
	}
	return nil
}
