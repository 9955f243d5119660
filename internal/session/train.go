// Package session trains: it brings data, networks and run folders together, judges what has been trained, alone or fold by fold, and says what
// it does.
package session

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/gradus-nn/gradus/internal/baseline"
	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/importance"
	"github.com/gradus-nn/gradus/internal/leakage"
	"github.com/gradus-nn/gradus/internal/progress"
	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/internal/runs"
	"github.com/gradus-nn/gradus/internal/transcript"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/train"
)

// TrainOptions say what to train, and how to show it.
type TrainOptions struct {
	Request *recipe.Request
	Resume  string // a run to go on with; "" begins a new one
	Root    string // folder of the runs
	Name    string // of the new run's folder; "" is made of data and layers
	Threads int    // 0: one for each processor

	Out      io.Writer // results
	Progress progress.Config
	Command  []string // the command line, for the record

	SaveEvery time.Duration // within an epoch

	// After, if set, is called when a training has ended well and its folder is complete, with what there is to say about the test examples:
	// to add pictures. Its error is a warning.
	After func(ctx context.Context, run *runs.Run, judged *EvalReport) error
}

// TrainReport is what a training has come to, as --json prints it.
type TrainReport struct {
	Schema   string          `json:"schema"`
	Run      string          `json:"run"`
	Data     DataRecord      `json:"data"`
	Layers   string          `json:"layers"`
	Loss     string          `json:"loss"`
	Recipe   *recipe.Recipe  `json:"recipe"`
	Baseline baseline.Result `json:"baseline"`
	Straight *baseline.Fit   `json:"straight,omitempty"` // the best model without a hidden layer, for tables
	Result   *runs.Outcome   `json:"result"`

	Leaks      []leakage.Finding   `json:"leaks,omitempty"`      // columns that foretell a target alone
	Importance []importance.Result `json:"importance,omitempty"` // of the columns of a table, the most useful first
}

// TrainSchema is the version of TrainReport.
const TrainSchema = "gradus.train/1"

// A Training is one between its parts: settings, data, network and folder.
type Training struct {
	TrainOptions
	recipe *recipe.Recipe
	data   *recipe.Data
	facts  recipe.Facts // about data, which it takes a walk over all labels to know
	parts  *recipe.Division
	net    *nn.Net[float32]
	run    *runs.Run
	resume *train.Snapshot
	from   *model.Model // whose weights are the first ones; nil: they are drawn
	print  transcript.Printer
	log    *os.File
	show   *progress.Monitor
	report *TrainReport
	about  *DataRecord // nil before dataRecord
	judged *EvalReport // the test examples, at the end
}

// Train trains a network and keeps the record of it in a run folder. The report is nil if the training could not begin.
// A cancelled context saves the training and is an error with exit code 130.
func Train(ctx context.Context, o TrainOptions) (*TrainReport, error) {
	t := &Training{TrainOptions: o}
	if err := t.prepare(ctx); err != nil {
		return nil, err
	}
	defer t.net.Close()
	if err := t.open(); err != nil {
		return nil, err
	}
	defer t.log.Close()
	t.introduce()
	return t.report, t.train(ctx)
}

// prepare does what can fail without leaving anything behind.
func (t *Training) prepare(ctx context.Context) error {
	request := t.Request
	if t.Resume != "" {
		run, err := runs.Open(t.Root, t.Resume)
		if err != nil {
			return exit.With(exit.Data, err)
		}
		if request, err = recipe.Read(run.Path(runs.Config)); err != nil {
			if _, search := os.Stat(run.Path(runs.Tune)); search == nil {
				err = fmt.Errorf("%s is a search; gradus tune --resume %s goes on", run.Dir, t.Resume)
			}
			return exit.With(exit.Data, err)
		}
		t.run = run
	} else if request.From != nil {
		var err error
		if request, err = t.startFrom(request); err != nil {
			return invalid(err)
		}
	}
	request, end := Watched(ctx, request, t.Progress)
	var err error
	t.data, err = request.Load()
	if err := cmp.Or(end(), err); err != nil {
		return invalid(err)
	}
	if request, err = t.fitHead(request); err != nil {
		return invalid(err)
	}
	return t.build(request)
}

// build makes the recipe and the network for the data.
func (t *Training) build(request *recipe.Request) error {
	var err error
	t.facts = t.data.Facts()
	if t.recipe, err = recipe.Resolve(request, t.facts); err != nil {
		return invalid(err)
	}
	if t.parts, err = t.recipe.Divide(t.data); err != nil {
		return invalid(err)
	}
	spec, err := t.recipe.Spec(t.data.Train.Shape)
	if err != nil {
		return invalid(err)
	}
	frozen, err := t.recipe.Frozen(spec)
	if err != nil {
		return invalid(err)
	}
	t.net, err = nn.Compile[float32](spec, nn.Config{
		Batch: min(t.recipe.Batch, t.parts.Train.Len()), Seed: t.recipe.Seed, Threads: t.Threads, Examples: t.parts.Train.Len(),
		Frozen: frozen,
	})
	if err != nil {
		return invalid(err)
	}
	if err := errors.Join(t.net.Trainable(), t.net.Fits(t.parts.Train)); err != nil {
		t.net.Close()
		return invalid(err)
	}
	if err := t.takeFrom(); err != nil {
		t.net.Close()
		return invalid(err)
	}
	return nil
}

// invalid is an error about settings or data; a setting of the command line gets its dashes there.
func invalid(err error) error { return exit.With(exit.Data, err) }

// open makes the run's folder, or finds where to go on.
func (t *Training) open() (err error) {
	if t.run == nil {
		name := t.Name
		if name == "" {
			name = t.FolderName()
		}
		if t.run, err = runs.Create(t.Root, name); err != nil {
			return err
		}
		if err = t.record(); err != nil {
			return err
		}
	} else {
		var note string
		t.resume, note, err = train.Latest(t.run.Dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return exit.With(exit.Data, err)
		}
		if t.resume == nil && t.recipe.From != "" { // nothing had been saved: begin again
			if err := t.fromAgain(); err != nil {
				return invalid(err)
			}
		}
		if note != "" {
			defer func() { t.show.Note("warn", note) }()
		}
	}
	t.log, err = os.OpenFile(t.run.Path(runs.Log), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666)
	if err != nil {
		return err
	}
	t.print = transcript.Printer{Out: t.Out, Log: t.log}
	t.Progress.Log, t.Progress.Judge = t.log, t.parts.Judge
	t.show = progress.New(t.Progress)
	return nil
}

// short is a network for the name of a folder: "784-128-10".
func short(s nn.Spec) string {
	sizes := []string{fmt.Sprint(s.Input.Size())}
	for _, word := range strings.Split(recipe.Sketch(s), "→")[1:] {
		sizes = append(sizes, strings.Fields(word)[0])
	}
	if len(sizes) > 6 {
		sizes = append(append(sizes[:3:3], "etc"), sizes[len(sizes)-1])
	}
	return strings.Join(sizes, "-")
}

// record writes what is known before the first step.
func (t *Training) record() error {
	config, err := t.recipe.YAML("gradus train " + t.run.Path(runs.Config) + " repeats this run")
	if err != nil {
		return err
	}
	if err := t.run.Write(runs.Config, config); err != nil {
		return err
	}
	if err := t.run.WriteJSON(runs.Env, environment(t)); err != nil {
		return err
	}
	return t.run.WriteJSON(runs.Data, t.dataRecord())
}

// introduce says what is going to be trained on what.
func (t *Training) introduce() {
	spec := t.net.Spec()
	b := baseline.Of(t.parts.Train, t.parts.Test)
	t.report = &TrainReport{
		Schema: TrainSchema, Run: t.run.Dir, Data: t.dataRecord(), Layers: recipe.Sketch(spec), Loss: t.recipe.Loss, Recipe: t.recipe, Baseline: b,
	}
	t.straight()
	if t.data.Table != nil {
		t.introduceTable()
	} else if t.data.Images != nil {
		t.introduceImages()
	} else {
		t.print.Line("data", "%s", DescribeData(t.recipe, t.data, t.parts))
	}
	t.print.Line("model", "%s   %s parameters   %s", recipe.Sketch(spec), nn.Thousands(spec.Parameters()), recipe.Cost(spec))
	if t.from != nil {
		t.print.Line("from", "%s   sha256 %.12s…", t.recipe.From, t.recipe.FromSHA256)
		if text := t.describeHead(); text != "" {
			t.print.Line("head", "%s", text)
		}
		for _, w := range t.fromWarnings() {
			t.show.Note("warn", w)
		}
	}
	if text := t.describeFrozen(); text != "" {
		t.print.Line("frozen", "%s", text)
	}
	t.print.Line("train", "%s · %d %s", t.recipe.Describe(), t.net.Threads(), transcript.Plural(t.net.Threads(), "thread"))
	t.introduceWeights()
	if b.Numbers {
		t.print.Line("baseline", "%s: rmse %s%s", b.Answer, progress.Loss(b.RMSE), t.besideConstant())
	} else {
		t.print.Line("baseline", "%s: %s%s", b.Answer, progress.Counted(b.Correct, b.Examples), t.besideConstant())
	}
	t.noteOfBalance()
	if n := t.parts.Train.Len(); t.recipe.Batch > n {
		t.show.Note("note", fmt.Sprintf("a batch of %d is more than the %s examples: every epoch is one step", t.recipe.Batch, nn.Thousands(n)))
	}
}

// train runs the training and writes how it ended.
func (t *Training) train(ctx context.Context) error {
	cfg, err := t.Config()
	if err != nil {
		return err
	}
	if t.Resume != "" {
		t.show.Note("resume", t.whereFrom())
	}
	t.warnOfTable()
	t.warnOfLeaks()
	t.warnOfImages()
	history, err := train.Run(ctx, t.net, t.parts.Train, cfg)
	t.show.Close()
	if history.Steps == 0 && err != nil && ctx.Err() == nil {
		return err // it never began
	}
	return t.conclude(history, err)
}

func (t *Training) whereFrom() string {
	if t.resume == nil {
		return t.run.Dir + " had not saved anything yet: beginning again"
	}
	return fmt.Sprintf("%s at step %s, after %d %s", t.run.Dir, nn.Thousands(t.resume.Step), len(t.resume.History), transcript.Plural(len(t.resume.History), "epoch"))
}
