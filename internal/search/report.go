package search

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/progress"
	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/internal/runs"
	"github.com/gradus-nn/gradus/internal/session"
	"github.com/gradus-nn/gradus/internal/transcript"
	"github.com/gradus-nn/gradus/tune"
)

// Schema is the version of Report.
const Schema = "gradus.tune/1"

// The files of a search beside those of its best trial.
const (
	tuneResult = "tune.json"
	tuneTable  = "trials.csv"
)

// A Report is what a search has come to, as --json prints it.
type Report struct {
	Schema  string               `json:"schema"`
	Run     string               `json:"run"`
	Data    string               `json:"data"`
	Space   []recipe.Value       `json:"space"`
	Method  string               `json:"method"`
	Epochs  int                  `json:"epochs"` // trained by all trials together
	Usual   int                  `json:"usual"`  // place of the trial with the usual settings, from 1; 0: not in the space
	Places  []Place              `json:"trials"` // the best first
	Matters []Share              `json:"importance"`
	Result  *session.TrainReport `json:"result"` // the best trial's, judged by the test examples
}

// A Place is a trial's in the ranking.
type Place struct {
	Trial  int            `json:"trial"`
	Values []recipe.Value `json:"settings"`
	Rungs  int            `json:"rungs"` // that it reached
	Mark   Mark           `json:"validation"`
}

// A Share is how much of the differences between trials a setting explains by itself.
type Share struct {
	Name  string   `json:"setting"`
	Share *float64 `json:"share"` // null: too few trials to tell
}

// conclude judges the best trial by the test examples and writes everything down.
func (s *search) conclude(ctx context.Context, standings []tune.Standing) (*Report, error) {
	best := standings[0]
	if best.Result.Failed != "" {
		failed, _ := s.mark(1, 0)
		return nil, exit.With(exit.Failed, fmt.Errorf("none of %d trials could be trained; the first: %s", len(standings), failed.Failed))
	}
	r := &Report{Schema: Schema, Run: s.run.Dir, Data: s.data.Info.Name, Method: *s.stored().Method}
	for _, d := range s.space {
		r.Space = append(r.Space, recipe.Value{Name: d.Name, Text: d.String()})
	}
	for i, p := range standings {
		place := Place{Trial: p.Trial.Number, Rungs: p.Rung + 1}
		place.Mark, _ = s.mark(p.Trial.Number, p.Rung)
		for k, v := range p.Trial.Values {
			place.Values = append(place.Values, recipe.Value{Name: s.space[k].Name, Text: v})
		}
		r.Places = append(r.Places, place)
		r.Epochs += place.Mark.Epochs
		if s.usual && place.Trial == 1 {
			r.Usual = i + 1
		}
	}
	r.Matters = s.matters(standings)
	t, err := s.winner(ctx, best.Trial)
	if err != nil {
		return nil, err
	}
	r.Result = t.Report()
	if err := errors.Join(s.run.Write(tuneTable, r.csv()), s.promote(t.Folder())); err != nil {
		return nil, err
	}
	if s.After != nil {
		judged := t.Judged()
		judged.Model = s.run.Path(r.Result.Result.Model) // where it was promoted to
		if err := s.After(ctx, s.run, judged); err != nil {
			s.show.Note("warn", fmt.Sprintf("no report: %v", err))
		}
	}
	r.print(s.print, s.ref())
	return r, s.run.WriteJSON(tuneResult, r)
}

// winner judges the best trial as a training of its own would have been at its end.
func (s *search) winner(ctx context.Context, trial tune.Trial) (*session.Training, error) {
	trial.Together = 1
	t, err := s.training(trial)
	if err != nil {
		return nil, err
	}
	defer t.Close()
	return t, t.Finish(ctx)
}

// matters computes the importance of settings over all trials, at the first rung, where nobody has been left behind.
func (s *search) matters(standings []tune.Standing) []Share {
	type cost struct{ cost, tie float64 }
	all := make([]cost, len(standings))
	values := make([][]string, len(standings))
	for i, p := range standings {
		values[i] = p.Trial.Values
		m, _ := s.mark(p.Trial.Number, 0)
		all[i] = cost{m.result().Cost, m.Loss}
		if m.Failed != "" {
			all[i] = cost{math.Inf(1), 0}
		}
	}
	order := slices.Clone(all)
	slices.SortFunc(order, func(a, b cost) int {
		if a.cost != b.cost {
			return compare(a.cost, b.cost)
		}
		return compare(a.tie, b.tie)
	})
	order = slices.Compact(order)
	places := make([]float64, len(all))
	for i, c := range all {
		places[i] = float64(slices.Index(order, c))
	}
	var shares []Share
	for i, v := range tune.Importance(s.space, values, places) {
		share := Share{Name: s.space[i].Name}
		if !math.IsNaN(v) {
			share.Share = &v
		}
		shares = append(shares, share)
	}
	return shares
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// finished returns the report of a search that had come to its end before.
func (s *search) finished() (*Report, error) {
	content, err := os.ReadFile(s.run.Path(tuneResult))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	r := &Report{}
	if err := json.Unmarshal(content, r); err != nil || len(r.Places) != len(s.points) || r.Result == nil || r.Result.Result == nil {
		return nil, nil // concluded again from the trials, of which more may have been asked for
	}
	s.show.Note("note", s.run.Dir+" has come to its end already")
	r.print(s.print, s.ref())
	return r, nil
}

// shown is how many trials the table on the screen has.
const shown = 10

// print shows the ranking and how good the best trial is.
func (r *Report) print(p transcript.Printer, ref string) {
	for i, line := range r.table() {
		subject := ""
		if i == 0 {
			subject = "ranking"
		}
		p.Line(subject, "%s", line)
	}
	if n := len(r.Places) - shown; n > 0 {
		p.Line("", "and %d more in %s/%s", n, r.Run, tuneTable)
	}
	p.Line("matters", "%s", r.matters())
	if r.Usual > 1 {
		u := r.Places[r.Usual-1]
		p.Line("usual", "the usual settings, trial %d, are at place %d: val %s", u.Trial, r.Usual, u.Mark.Value())
	} else if r.Usual == 1 {
		p.Line("usual", "the usual settings are the best: leave them as they are")
	}
	o := r.Result.Result
	text := "rmse " + progress.Loss(o.Metrics["test_rmse"])
	if o.Correct != nil {
		text = progress.Counted(*o.Correct, o.Examples)
	}
	p.Line("result", "test %s   trial %d: %s", text, r.Places[0].Trial, r.Places[0].words())
	p.Line("saved", "%s   as the run of the best trial; all are in its folder %s", r.Run, runs.Trials)
	p.Line("next", "gradus predict %s NEW                  or eval, inspect, export: it is used like a run", ref)
	p.Line("", "gradus train %s/%s      trains the best trial again", r.Run, runs.Config)
}

func (p Place) words() string {
	parts := make([]string, len(p.Values))
	for i, v := range p.Values {
		parts[i] = v.Name + " " + v.Text
	}
	return strings.Join(parts, " · ")
}

// table writes the first places in columns.
func (r *Report) table() []string {
	rows := [][]string{{"trial", "val", "loss", "epochs"}}
	for _, v := range r.Space {
		rows[0] = append(rows[0], v.Name)
	}
	for i, p := range r.Places[:min(shown, len(r.Places))] {
		loss := progress.Loss(p.Mark.Loss)
		if p.Mark.Failed != "" {
			loss = "-"
		}
		row := []string{strconv.Itoa(p.Trial), p.Mark.Value(), loss, strconv.Itoa(p.Mark.Epochs)}
		for _, v := range p.Values {
			row = append(row, v.Text)
		}
		if r.Usual == i+1 {
			row[len(row)-1] += "  (usual)"
		}
		rows = append(rows, row)
	}
	return transcript.Table(rows)
}

// matters says which settings made a difference.
func (r *Report) matters() string {
	var parts []string
	for _, s := range r.Matters {
		if s.Share == nil {
			parts = append(parts, s.Name+" ?")
			continue
		}
		parts = append(parts, fmt.Sprintf("%s %.0f %%", s.Name, 100**s.Share))
	}
	text := strings.Join(parts, " · ") + "   of the differences, each by itself"
	if strings.Contains(text, "?") {
		text += " (? too few trials)"
	}
	return text
}

// csv is the table of all trials.
func (r *Report) csv() []byte {
	var b strings.Builder
	w := csv.NewWriter(&b)
	head := []string{"place", "trial", "val_acc", "val_rmse", "val_loss", "epochs", "rungs", "seconds", "status", "run"}
	for _, v := range r.Space {
		head = append(head, v.Name)
	}
	w.Write(head)
	number := func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
	for i, p := range r.Places {
		m := p.Mark
		acc, rmse, loss, status := "", "", "", "trained"
		switch {
		case m.Failed != "":
			status = "failed: " + m.Failed
		case m.Numbers:
			rmse, loss = number(m.RMSE), number(m.Loss)
		default:
			acc, loss = number(float64(*m.Correct)/float64(m.Of)), number(m.Loss)
		}
		if m.Stopped != "" {
			status = m.Stopped
		}
		row := []string{strconv.Itoa(i + 1), strconv.Itoa(p.Trial), acc, rmse, loss, strconv.Itoa(m.Epochs), strconv.Itoa(p.Rungs), number(m.Seconds), status, m.Run}
		for _, v := range p.Values {
			row = append(row, v.Text)
		}
		w.Write(row)
	}
	w.Flush()
	return []byte(b.String())
}

// Line is the result in a line, for --quiet.
func (r *Report) Line() string {
	return strings.TrimSuffix(r.Result.Line(), r.Result.Run+"\n") + r.Run + "  " + r.Places[0].words() + "\n"
}
