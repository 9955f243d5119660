package session

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/progress"
	"github.com/gradus-nn/gradus/internal/runs"
	"github.com/gradus-nn/gradus/internal/saved"
	"github.com/gradus-nn/gradus/internal/scores"
	"github.com/gradus-nn/gradus/internal/spreadsheet"
	"github.com/gradus-nn/gradus/internal/terminal"
	"github.com/gradus-nn/gradus/internal/transcript"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/preprocess/columns"
	"github.com/gradus-nn/gradus/train"
)

// mostFingerprinted is how many rows of a table are hashed again as examples.
const mostFingerprinted = 1 << 20

// drawnMistakes is how many mistakes a report shows.
const drawnMistakes = 25

// conclude judges the network, writes result.json, confusion.csv and predictions.csv, and says what to type next.
func (t *Training) conclude(h *train.History, err error) error {
	o := &runs.Outcome{
		Schema: runs.OutcomeSchema, Status: string(h.Stopped), Epochs: len(h.Epochs), Steps: h.Steps, Seconds: h.Seconds,
		BestEpoch: h.Best.Epoch, Best: h.Best.Value, Parameters: len(t.net.Params()), Model: runs.Last,
	}
	if h.Stopped != train.Finished {
		o.Why = h.Why
	}
	for _, w := range h.Warnings {
		o.Warnings = append(o.Warnings, w.Text)
	}
	t.report.Result = o
	switch h.Stopped {
	case train.Interrupted:
		return errors.Join(t.run.WriteJSON(runs.Result, o), t.interrupted(h, err))
	case train.Failed:
		t.run.WriteJSON(runs.Result, o) // the error that ended the training is the one to tell
		if h.Steps > 0 {
			t.show.Note("kept", fmt.Sprintf("what was good is in %s", t.run.Dir))
		}
		return exit.With(exit.Failed, err)
	}
	if h.Restored {
		o.Model = runs.Best
	}
	if err := errors.Join(err, t.judge(o, h)); err != nil {
		return err
	}
	// It takes a fifth of a second for MNIST. Of a large table, the hash of its file tells as much.
	if n := t.parts.Train.Len(); n <= mostFingerprinted || t.report.Data.SHA256 == "" {
		t.report.Data.Fingerprint = t.parts.Train.Fingerprint()
	}
	if err := errors.Join(t.run.WriteJSON(runs.Data, t.report.Data), t.run.WriteJSON(runs.Result, o)); err != nil {
		return err
	}
	if t.After != nil {
		if err := t.After(context.Background(), t.run, t.judged); err != nil {
			t.show.Note("warn", fmt.Sprintf("no report: %v", err))
		}
	}
	t.next()
	return nil
}

// interrupted says how to go on, and what could not be saved if that is so.
func (t *Training) interrupted(h *train.History, err error) error {
	text := fmt.Sprintf("interrupted after %s steps", nn.Thousands(h.Steps))
	if failed := besides(err, context.Canceled); failed != nil {
		return exit.With(exit.Failed, fmt.Errorf("%s: %w", text, failed))
	}
	return exit.With(exit.Interrupted, fmt.Errorf("%s; go on with: gradus train --resume %s", text, t.ref()))
}

// besides returns what else than target has been joined to err.
func besides(err, target error) error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		if errors.Is(err, target) {
			return nil
		}
		return err
	}
	var rest []error
	for _, e := range joined.Unwrap() {
		if e = besides(e, target); e != nil {
			rest = append(rest, e)
		}
	}
	return errors.Join(rest...)
}

// ref is how to name the run on the command line.
func (t *Training) ref() string { return t.run.Argument(t.Root) }

// judge asks the network about the test examples, once: for the figures, the confusion of classes, the answers, and what pictures are
// drawn of.
func (t *Training) judge(o *runs.Outcome, h *train.History) error {
	m := model.From(t.net)
	o.SHA256, m.Info = m.SHA256(), t.info()
	u, set := &saved.File{Path: t.run.Path(o.Model), Run: t.run, Model: m}, t.parts.Test
	p := newPredictions(set, t.net.TaskOn(set), answersOf(u, set), t.unit())
	var err error
	if t.judged, err = judge(context.Background(), u, t.net, set, EvalOptions{Mistakes: drawnMistakes}, p.add); err != nil {
		return err
	}
	if err := t.write(p); err != nil {
		return err
	}
	e, r := t.judged.Evaluation, t.judged.Scores
	o.Examples, o.Metrics = e.Examples, map[string]float64{"test_loss": e.Loss}
	if e.Task == loss.Regression {
		if r2, ok := r.Figures["r2"]; ok {
			e.R2 = r2 // as eval has it: of several targets the mean of theirs, of one that never changes 0
		}
		o.Metrics["test_rmse"], o.Metrics["test_mae"], o.Metrics["test_r2"] = e.RMSE, e.MAE, e.R2
		unit := ""
		if text := Deviations(t.info().Columns); text != "" {
			unit = " " + text
		}
		t.print.Line("result", "test rmse %s · mae %s%s · r2 %.4f   %s", progress.Loss(e.RMSE), progress.Loss(e.MAE), unit, e.R2, t.afterwards(h))
	} else {
		o.Correct, o.Metrics["test_acc"] = &e.Correct, e.Accuracy()
		t.print.Line("result", "test %s   %s", progress.Counted(e.Correct, e.Examples), t.afterwards(h))
	}
	for name, v := range r.Figures {
		if _, told := o.Metrics["test_"+name]; !told {
			o.Metrics["test_"+name] = v
		}
	}
	finite(o.Metrics)
	t.finer(r, e.Task)
	if err := t.useful(); err != nil {
		return err
	}
	t.best(h)
	t.beside(e, r)
	return nil
}

// write keeps the answers and the confusion of classes in the run's folder.
func (t *Training) write(p *predictions) error {
	if p.left > 0 {
		t.show.Note("note", fmt.Sprintf("%s has the first %s answers", runs.Predictions, nn.Thousands(p.most)))
	}
	if err := p.write(t.run); err != nil || t.judged.Confusion == nil {
		return err
	}
	return t.run.Write(runs.Confusion, confusionCSV(t.judged.Confusion))
}

// unit returns what turns an output of the network into a number in the unit that it was measured in.
func (t *Training) unit() func(k int, z float32) float64 {
	if a := t.data.Table; a != nil && a.Schema.Task() == columns.Regression {
		return a.Schema.Number
	}
	unit := t.parts.Test.Unit
	if unit == 0 {
		unit = 1
	}
	return func(_ int, z float32) float64 { return float64(z) * unit }
}

// finer prints what the share that is right does not tell.
func (t *Training) finer(r *scores.Report, task loss.Task) {
	subject := "scores"
	for _, text := range Finer(r, task) {
		t.print.Line(subject, "%s", text)
		subject = ""
	}
	if len(r.Targets) > 1 {
		for i, d := range r.Targets {
			linear := ""
			if f := t.report.Straight; f != nil && i < len(f.Each) {
				linear = "   linear: rmse " + progress.Loss(f.Each[i])
			}
			t.print.Line("", "%s: rmse %s · mae %s · r2 %.4f%s", terminal.Clean(d.Target), progress.Loss(d.RMSE), progress.Loss(d.MAE), d.R2, linear)
		}
	}
}

// afterwards says which weights were judged.
func (t *Training) afterwards(h *train.History) string {
	n := len(h.Epochs)
	s := fmt.Sprintf("after %d %s, %s", n, transcript.Plural(n, "epoch"), progress.Duration(h.Seconds))
	if h.Restored && h.Best.Epoch != n {
		s = fmt.Sprintf("weights of epoch %d of %d, %s", h.Best.Epoch, n, progress.Duration(h.Seconds))
	}
	if h.Stopped == train.EarlyStop {
		s += ", early stop"
	}
	return s
}

// best says which epoch was the best, where that is not the one that was judged.
func (t *Training) best(h *train.History) {
	b := h.Best
	if b.Epoch == 0 || b.Epoch == len(h.Epochs) && t.parts.Judge == "test" {
		return
	}
	e := h.Epochs[b.Epoch-1]
	switch {
	case e.HeldOut == nil:
		t.print.Line("best", "train_loss %s at epoch %d", progress.Loss(b.Value), b.Epoch)
	case e.HeldOut.Task == loss.Regression:
		t.print.Line("best", "%s rmse %s at epoch %d", t.parts.Judge, progress.Loss(e.HeldOut.RMSE), b.Epoch)
	default:
		t.print.Line("best", "%s %s at epoch %d", t.parts.Judge, progress.Counted(e.HeldOut.Correct, e.HeldOut.Examples), b.Epoch)
	}
}

// next says what to type next.
func (t *Training) next() {
	ref := t.ref()
	t.print.Line("saved", "%s", t.run.Dir)
	if t.data.Images != nil {
		t.nextImages(ref)
		return
	}
	if t.data.Table != nil {
		more := "class by class"
		switch s := t.data.Table.Schema; {
		case s.Task() == columns.Labels:
			more = "label by label"
		case s.Task() == columns.Regression:
			more = "how good it is"
		}
		t.print.Line("next", "gradus predict %s NEW.csv -o OUT.csv   the target is not needed", ref)
		t.print.Line("", "gradus eval %s                        %s; or on other rows: gradus eval %s MORE.csv", ref, more, ref)
		return
	}
	if t.data.Info.Classes != nil {
		t.print.Line("next", "gradus eval %s --top-losses 25    the examples it gets most wrong", ref)
	} else {
		t.print.Line("next", "gradus eval %s                    how good it is", ref)
	}
	t.print.Line("", "gradus inspect %s                 layers, weights, checksum", ref)
}

// confusionCSV is the table with a row for each true class and a column for each answer.
func confusionCSV(c *scores.Confusion) []byte {
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.Write(spreadsheet.Harmless(append([]string{"true\\predicted"}, c.Classes...)))
	for i, name := range c.Classes {
		row := []string{name}
		for j := range c.Classes {
			row = append(row, strconv.Itoa(c.Count(i, j)))
		}
		w.Write(spreadsheet.Harmless(row))
	}
	w.Flush()
	return []byte(b.String())
}

// Line is the result in a line, for --quiet.
func (r *TrainReport) Line() string {
	o := r.Result
	if o.Correct != nil {
		return fmt.Sprintf("test %s  %s\n", progress.Counted(*o.Correct, o.Examples), r.Run)
	}
	return fmt.Sprintf("test rmse %s  %s\n", progress.Loss(o.Metrics["test_rmse"]), r.Run)
}
