// Package recipes holds named trainings whose results are published: the settings of the books and papers, the figure that
// they print, where they print it, and the band in which a sound implementation lands whatever its random numbers.
package recipes

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/internal/runs"
)

// A Recipe is a training with a published result.
type Recipe struct {
	Name     string
	What     string // in a line
	Settings string // as in config.yaml
	Data     string // what data to name, where they do not come with gradus; else empty
	Claims   []Claim
}

// A Claim is a published figure and the band that a replication must reach.
type Claim struct {
	Figure    Figure
	Published string // as printed
	Source    string
	Low, High float64 // the band, both ends included; 0 and 1e308 where it is open
	BestOf    int     // the figure is that of the best of so many runs; 0 is every run's
}

// A Figure is one number that a training comes to.
type Figure string

// The figures. Accuracies are those of the examples that judge an epoch.
const (
	FirstAccuracy Figure = "accuracy after the first epoch"
	LastAccuracy  Figure = "accuracy at the end"
	BestAccuracy  Figure = "best accuracy of an epoch"
	LastLoss      Figure = "mean loss of the last steps" // since the last whole epoch, batch by batch as they were learnt from
)

// open is the end of a band that has none.
const open = 1e308

// All lists the recipes: Saito's, Nielsen's, then others.
func All() []Recipe { return slices.Concat(saito, nielsen, others) }

// ByName finds a recipe.
func ByName(name string) (Recipe, error) {
	var names []string
	for _, r := range All() {
		if r.Name == name {
			return r, nil
		}
		names = append(names, r.Name)
	}
	return Recipe{}, fmt.Errorf("no recipe is called %q; want list, or one of %s", name, strings.Join(names, ", "))
}

// Request returns the settings.
func (r Recipe) Request() (*recipe.Request, error) {
	q := &recipe.Request{}
	if err := yaml.UnmarshalWithOptions([]byte(r.Settings), q, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("recipes: %s: %w", r.Name, err)
	}
	return q, nil
}

// An Outcome is a claim with what a training has come to.
type Outcome struct {
	Claim
	Have float64
}

// Within reports whether the figure is within the band. NaN is not.
func (o Outcome) Within() bool { return o.Have >= o.Low && o.Have <= o.High }

// Band writes the band: ">= 0.965", "0.94 to 0.955".
func (c Claim) Band() string {
	switch {
	case c.High == open:
		return fmt.Sprintf(">= %v", c.Low)
	case c.Low == 0:
		return fmt.Sprintf("<= %v", c.High)
	}
	return fmt.Sprintf("%v to %v", c.Low, c.High)
}

// An epoch is a line of metrics.jsonl, where what is missing or no finite number becomes NaN.
type epoch struct {
	Loss     number `json:"train_loss"`
	Accuracy number `json:"val_acc"`
}

type number float64

// UnmarshalJSON is called for null as well.
func (n *number) UnmarshalJSON(text []byte) error {
	*n = number(math.NaN())
	if string(text) == "null" {
		return nil
	}
	return json.Unmarshal(text, (*float64)(n))
}

// Judge compares a finished run with the claims. It reads the figures from the run's folder.
func (r Recipe) Judge(dir string) ([]Outcome, error) {
	f, err := os.Open(filepath.Join(dir, runs.JSONL))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var epochs []epoch
	for d := json.NewDecoder(f); ; {
		e := epoch{number(math.NaN()), number(math.NaN())}
		if err := d.Decode(&e); err == io.EOF {
			break
		} else if err != nil {
			return nil, fmt.Errorf("recipes: %s: %w", f.Name(), err)
		}
		epochs = append(epochs, e)
	}
	if len(epochs) == 0 {
		return nil, fmt.Errorf("recipes: %s has no epoch", f.Name())
	}
	var all []Outcome
	for _, c := range r.Claims {
		all = append(all, Outcome{c, float64(c.Figure.of(epochs))})
	}
	return all, nil
}

func (f Figure) of(epochs []epoch) number {
	last := epochs[len(epochs)-1]
	switch f {
	case FirstAccuracy:
		return epochs[0].Accuracy
	case LastAccuracy:
		return last.Accuracy
	case BestAccuracy:
		best := epochs[0].Accuracy
		for _, e := range epochs {
			best = max(best, e.Accuracy)
		}
		return best
	case LastLoss:
		return last.Loss
	}
	panic("recipes: no figure is called " + string(f))
}
