package search

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/gradus-nn/gradus/internal/progress"
	"github.com/gradus-nn/gradus/internal/runs"
	"github.com/gradus-nn/gradus/internal/session"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/train"
	"github.com/gradus-nn/gradus/tune"
)

// A Mark is what a trial has come to at a rung: a line of trials.jsonl. A search that goes on reads them instead of training
// again what has been trained.
type Mark struct {
	Trial   int     `json:"trial"`
	Rung    int     `json:"rung"` // from 0
	To      int     `json:"to"`   // epochs that the rung trains to; 0: to the trial's own end
	Run     string  `json:"run"`  // folder
	Epochs  int     `json:"epochs"`
	Best    int     `json:"best_epoch,omitempty"`
	Correct *int    `json:"val_correct,omitempty"`
	Of      int     `json:"val,omitempty"` // examples
	Loss    float64 `json:"val_loss,omitempty"`
	RMSE    float64 `json:"val_rmse,omitempty"`
	Numbers bool    `json:"numbers,omitempty"` // a regression
	Stopped string  `json:"stopped,omitempty"` // the reason of an early end
	Failed  string  `json:"failed,omitempty"`
	Seconds float64 `json:"seconds"`
}

// result is the mark as a search ranks it: by the share of wrong answers, and among equal ones by the loss; numbers by
// their root mean square error, which does not depend on the loss that a trial learns by.
func (m Mark) result() tune.Result {
	r := tune.Result{Epochs: m.Epochs, Failed: m.Failed, Tie: m.Loss}
	switch {
	case m.Numbers:
		r.Cost = m.RMSE
	case m.Correct != nil:
		r.Cost = float64(m.Of-*m.Correct) / float64(m.Of)
	}
	return r
}

// Value is the figure that trials are ranked by, in words.
func (m Mark) Value() string {
	switch {
	case m.Failed != "":
		return "failed"
	case m.Numbers:
		return "rmse " + progress.Loss(m.RMSE)
	}
	return progress.Counted(*m.Correct, m.Of)
}

// journal is the file of marks, a line each.
const journal = "trials.jsonl"

// openJournal reads the marks and opens the journal for more. A last line that a crash has cut off is taken away. Marks that do not say
// to how many epochs their rung trains are of the plan that the search began with.
func openJournal(run *runs.Run, first []tune.Rung) (map[[2]int]Mark, *os.File, error) {
	f, err := os.OpenFile(run.Path(journal), os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, nil, err
	}
	content, err := io.ReadAll(f)
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	marks := map[[2]int]Mark{}
	whole := content[:bytes.LastIndexByte(content, '\n')+1]
	n := 0
	for line := range bytes.Lines(whole) {
		n++
		var m Mark
		if err := json.Unmarshal(line, &m); err != nil {
			err = fmt.Errorf("%s: line %d is no result of a trial: %w; remove the line and the trial is trained again", run.Path(journal), n, err)
			return nil, nil, errors.Join(err, f.Close())
		}
		to := m.To
		if to == 0 && m.Rung >= 0 && m.Rung < len(first) {
			to = first[m.Rung].Epochs
		}
		marks[[2]int{m.Trial, to}] = m
	}
	if err = f.Truncate(int64(len(whole))); err == nil {
		_, err = f.Seek(0, io.SeekEnd)
	}
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	return marks, f, nil
}

// trial trains a trial up to a rung.
func (s *search) trial(ctx context.Context, trial tune.Trial, rung int) (Mark, error) {
	epochs := s.plan[rung].Epochs
	begun := time.Now()
	t, err := s.training(trial)
	if err != nil {
		return Mark{}, err
	}
	defer t.Close()
	cfg, err := t.Config()
	if err != nil {
		return Mark{}, err
	}
	cfg.Monitors[0] = &seldom{Saver: cfg.Monitors[0].(*train.Saver)}
	if rung < len(s.plan)-1 {
		cfg.Monitors = append(cfg.Monitors, pause(epochs))
	}
	history, err := train.Run(ctx, t.Net(), t.Parts().Train, cfg)
	m := Mark{Trial: trial.Number, Rung: rung, To: s.to(rung), Run: t.Folder().Dir, Seconds: time.Since(begun).Seconds()}
	var nonFinite *train.NonFiniteError
	switch {
	case errors.As(err, &nonFinite):
		m.Failed = err.Error()
	case err != nil:
		return Mark{}, err
	default:
		m.judge(history.Epochs[:min(epochs, len(history.Epochs))], cfg.Watch)
	}
	if history.Stopped == train.EarlyStop {
		m.Stopped = string(train.EarlyStop)
	}
	return m, errors.Join(halt(t, history, m), s.remember(m))
}

// judge finds the best epoch by what the training watches, as the training itself does.
func (m *Mark) judge(epochs []train.Epoch, watch train.Metric) {
	m.Epochs = len(epochs)
	best := 0.0
	for _, e := range epochs {
		v := e.HeldOut
		if v == nil {
			continue
		}
		value := v.Loss
		if watch == train.ValAcc {
			value = -v.Accuracy()
		}
		if m.Best > 0 && !(value < best) {
			continue
		}
		best, m.Best, m.Of, m.Loss = value, e.Number, v.Examples, v.Loss
		if m.Numbers = v.Task == loss.Regression; m.Numbers {
			m.RMSE = v.RMSE
		} else {
			m.Correct = &v.Correct
		}
	}
	switch {
	case m.Best == 0:
		m.Failed = "no epoch could be judged"
	case math.IsInf(m.Loss, 0) || math.IsInf(m.RMSE, 0) || math.IsNaN(m.Loss) || math.IsNaN(m.RMSE):
		*m = Mark{Trial: m.Trial, Rung: m.Rung, To: m.To, Run: m.Run, Epochs: m.Epochs, Seconds: m.Seconds, Failed: "its loss on the examples held out is no finite number"}
	}
}

// training brings a trial's settings, data and network together, and goes on in its folder if it has one already.
func (s *search) training(trial tune.Trial) (*session.Training, error) {
	request, err := s.request(trial)
	if err != nil {
		return nil, err
	}
	t, err := session.New(session.TrainOptions{
		Request: request, Root: s.Root, Threads: max(1, s.threads/max(1, trial.Together)), Out: io.Discard,
		Progress: progress.Config{Mode: progress.None, To: io.Discard}, Command: s.Command, SaveEvery: s.SaveEvery,
	}, s.data)
	if err != nil {
		return nil, err
	}
	run, err := s.folder(trial, t.FolderName())
	if err == nil {
		err = t.In(run)
	}
	if err != nil {
		t.Close()
		return nil, err
	}
	return t, nil
}

// folder finds or makes the folder of a trial: trials/17-digits-64-48-10.
func (s *search) folder(trial tune.Trial, name string) (*runs.Run, error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	if r, err := runs.Open(s.root(), strconv.Itoa(trial.Number)); err == nil {
		return r, nil
	}
	dir := filepath.Join(s.root(), fmt.Sprintf("%d-%s", trial.Number, runs.Clean(name)))
	return &runs.Run{Dir: dir, Number: trial.Number}, os.Mkdir(dir, 0o777)
}

// halt writes how far a trial has got. It has not seen the test examples.
func halt(t *session.Training, h *train.History, m Mark) error {
	o := &runs.Outcome{
		Schema: runs.OutcomeSchema, Status: string(h.Stopped), Why: h.Why, Epochs: len(h.Epochs), Steps: h.Steps, Seconds: h.Seconds, Measured: "val",
		Parameters: len(t.Net().Params()), Model: runs.Best, Examples: m.Of,
	}
	if h.Stopped == train.Stopped {
		o.Status, o.Why = "paused", "left to better trials, unless it goes on"
	}
	for _, w := range h.Warnings {
		o.Warnings = append(o.Warnings, w.Text)
	}
	if m.Failed == "" {
		o.BestEpoch, o.Best = h.Best.Epoch, h.Best.Value
	}
	switch {
	case m.Failed != "":
		o.Model, o.Status, o.Why = runs.Last, string(train.Failed), m.Failed
	case m.Numbers:
		o.Metrics = map[string]float64{"val_loss": m.Loss, "val_rmse": m.RMSE}
	default:
		o.Metrics = map[string]float64{"val_loss": m.Loss, "val_acc": nn.Evaluation{Examples: m.Of, Correct: *m.Correct}.Accuracy()}
	}
	return t.Folder().WriteJSON(runs.Result, o)
}

// remember appends a mark to the journal, so that it is not trained again.
func (s *search) remember(m Mark) error {
	line, err := json.Marshal(m)
	if err != nil {
		return err
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	if _, err := s.journal.Write(append(line, '\n')); err != nil {
		return err
	}
	return s.journal.Sync()
}

// pause ends a training after so many epochs, so that it can go on.
type pause int

func (p pause) Start(_ context.Context, s *train.Start) error {
	if len(s.History) >= int(p) {
		return train.Stop
	}
	return nil
}

func (p pause) Epoch(_ context.Context, e *train.Epoch) error {
	if e.Number >= int(p) {
		return train.Stop
	}
	return nil
}

// seldom is a Saver that passes over the ends of epochs: those of a trial can be milliseconds apart, and what a crash takes
// from it is trained again with the same bits.
type seldom struct{ *train.Saver }

// Epoch does nothing; the Saver looks at the clock at every step, and saves at the end.
func (seldom) Epoch(context.Context, *train.Epoch) error { return nil }
