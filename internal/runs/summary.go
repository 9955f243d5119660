package runs

import (
	"encoding/json"
	"errors"
	"os"
	"time"

	"github.com/gradus-nn/gradus/internal/durable"
	"github.com/gradus-nn/gradus/internal/recipe"
)

// Outcome is how a run ended: the content of result.json.
type Outcome struct {
	Schema     string             `json:"schema"`
	Status     string             `json:"status"` // finished, early stop, interrupted, failed
	Why        string             `json:"why,omitempty"`
	Epochs     int                `json:"epochs"`
	Steps      int                `json:"steps"`
	Seconds    float64            `json:"seconds"`
	Measured   string             `json:"measured,omitempty"` // test, val
	Correct    *int               `json:"correct,omitempty"`
	Examples   int                `json:"examples,omitempty"`
	Metrics    map[string]float64 `json:"metrics,omitempty"` // by their names in metrics.csv
	BestEpoch  int                `json:"best_epoch,omitempty"`
	Best       float64            `json:"best,omitempty"`
	Parameters int                `json:"parameters"`
	SHA256     string             `json:"sha256,omitempty"` // of the weights in Model
	Model      string             `json:"model"`            // the file with the weights that were judged
	Warnings   []string           `json:"warnings,omitempty"`
}

// OutcomeSchema is the version of Outcome.
const OutcomeSchema = "gradus.result/1"

// A Summary is a line in the list of runs.
type Summary struct {
	Number  int       `json:"number"`
	Name    string    `json:"name"`
	Dir     string    `json:"dir"`
	Begun   time.Time `json:"begun"`
	Status  string    `json:"status"` // that of the outcome; running; or unfinished, which --resume continues
	Data    string    `json:"data,omitempty"`
	Layers  string    `json:"layers,omitempty"`
	Opt     string    `json:"opt,omitempty"`
	LR      float64   `json:"lr,omitempty"`
	Outcome *Outcome  `json:"result,omitempty"`
}

// List summarises the runs in root, by number. A folder that is damaged or not ours shows what can be read of it.
func List(root string) ([]Summary, error) {
	all, err := list(root)
	if err != nil {
		return nil, err
	}
	summaries := []Summary{}
	for _, r := range all {
		summaries = append(summaries, r.Summary())
	}
	return summaries, nil
}

// Names lists the runs in root and "latest".
func Names(root string) ([]string, error) {
	all, err := list(root)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	names := []string{latest}
	for _, r := range all {
		names = append(names, r.Name())
	}
	return names, nil
}

// Summary describes the run.
func (r *Run) Summary() Summary {
	s := Summary{Number: r.Number, Name: r.Name(), Dir: r.Dir, Status: "unfinished"}
	for _, file := range []string{Tune, Config} { // the settings of a search are written first
		if info, err := os.Stat(r.Path(file)); err == nil && s.Begun.IsZero() {
			s.Begun = info.ModTime().UTC().Truncate(time.Second)
		}
	}
	if q, err := recipe.Read(r.Path(Config)); err == nil {
		s.Data, s.Layers, s.Opt, s.LR = text(q.Data), text(q.Layers), text(q.Opt), number(q.LR)
	}
	if o, err := r.Outcome(); err == nil {
		s.Outcome, s.Status = o, o.Status
	}
	if r.busy() {
		s.Status, s.Outcome = "running", nil
	}
	return s
}

// Outcome reads how the run ended.
func (r *Run) Outcome() (*Outcome, error) {
	content, err := os.ReadFile(r.Path(Result))
	if err != nil {
		return nil, err
	}
	o := &Outcome{}
	return o, json.Unmarshal(content, o)
}

// busy reports whether somebody is training in the folder. A folder that cannot be locked at all is nobody's.
func (r *Run) busy() bool {
	unlock, err := r.Lock()
	if err == nil {
		unlock()
	}
	var locked *durable.LockedError
	return errors.As(err, &locked)
}

func text(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}

func number(p *float64) float64 {
	if p == nil {
		return 0
	}
	return *p
}
