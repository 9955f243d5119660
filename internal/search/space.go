package search

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/tune"
)

// draw makes the points of all trials and checks that each can be trained.
func (s *search) draw() error {
	n := s.Tuning.trials()
	if n < 1 || n > mostTrials {
		return &recipe.FieldError{Field: "trials", Text: fmt.Sprintf("is %d; want 1 to %d, such as %d", n, mostTrials, defaultTrials)}
	}
	first := s.usualPoint()
	s.usual = first != nil
	for i, n := range append(slices.Clone(s.Tuning.Grown), n) {
		had := len(s.points)
		if n < had || n < 1 {
			return &recipe.FieldError{Field: "grown-from", Text: fmt.Sprintf("is %v of %d trials; want numbers that rise", s.Tuning.Grown, s.Tuning.trials())}
		}
		if i == 0 {
			s.points = s.space.Points(n, s.base.Seed, first)
			s.first = len(s.points)
			continue
		}
		s.points = s.space.More(s.points, n, s.base.Seed)
		if s.grown && i == len(s.Tuning.Grown) && len(s.points) > had {
			s.had = had
		}
	}
	if s.grown && s.had == 0 { // the space has no more
		s.Tuning.Grown = s.Tuning.Grown[:len(s.Tuning.Grown)-1]
	}
	for i, p := range s.points {
		q, err := s.request(tune.Trial{Number: i + 1, Values: p})
		if err == nil {
			_, err = recipe.Resolve(q, s.data.Facts())
		}
		if err != nil {
			return exit.With(exit.Data, fmt.Errorf("trial %d (%s) cannot be trained: %w", i+1, s.describe(p), err))
		}
	}
	return nil
}

// usualPoint returns what is usual where the space is open, or nil if that is not within the space.
func (s *search) usualPoint() []string {
	usual := map[string]string{}
	for _, v := range s.base.Values() {
		usual[v.Name] = v.Text
	}
	var point []string
	for _, d := range s.space {
		if len(d.Choices) == 0 {
			if !d.Contains(usual[d.Name]) {
				return nil
			}
			point = append(point, usual[d.Name])
			continue
		}
		i := slices.IndexFunc(d.Choices, func(choice string) bool {
			own := &recipe.Request{}
			if d.Name == "layers" {
				choice = s.sizes(choice)
			}
			if own.Set(d.Name, choice) != nil {
				return false
			}
			r, err := recipe.Resolve(own.Over(s.settings), s.data.Facts())
			if err != nil {
				return false
			}
			for _, v := range r.Values() {
				if v.Name == d.Name {
					return v.Text == usual[d.Name]
				}
			}
			return usual[d.Name] == ""
		})
		if i < 0 {
			return nil
		}
		point = append(point, d.Choices[i])
	}
	return point
}

// usualSpace is what is searched if nothing is named: what most often matters.
func (s *search) usualSpace() tune.Space {
	rate := "3e-4:3e-2"
	if o := s.base.Opt; o != "adam" && o != "adamw" && o != "rmsprop" {
		rate = "3e-3:1"
	}
	space := []string{"lr", rate}
	if s.settings.Layers == nil && s.settings.From == nil {
		space = append(space, "layers", "32|64|128|64,32")
	}
	if s.settings.Batch == nil {
		space = append(space, "batch", choose(s.data.Train.Len() < largeData, "16|32|64", "32|64|128"))
	}
	if s.settings.L2 == nil && s.base.Opt != "adamw" && s.data.Train.Kind() != dataset.Real {
		space = append(space, "l2", "0|0.1|1")
	}
	var all tune.Space
	for i := 0; i < len(space); i += 2 {
		d, err := Dimension(space[i], space[i+1])
		if err != nil {
			panic(err) // they are constants
		}
		all = append(all, d)
	}
	return all
}

func choose(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}

// request returns all settings of a trial.
func (s *search) request(trial tune.Trial) (*recipe.Request, error) {
	own := &recipe.Request{}
	if trial.Number == 1 && s.usual {
		return own.Over(s.settings), nil // the schedule and the like are chosen with what is left open
	}
	for i, d := range s.space {
		value := trial.Values[i]
		if d.Name == "layers" {
			value = s.sizes(value)
		}
		if err := own.Set(d.Name, value); err != nil {
			return nil, err
		}
	}
	return own.Over(s.settings), nil
}

// onlySizes is a list of units: "128,64".
var onlySizes = regexp.MustCompile(`^\s*\d+(\s*,\s*\d+)*\s*$`)

// sizes completes the sizes of hidden layers, 128,64, by those of input and output. What has them already stays.
func (s *search) sizes(text string) string {
	if !onlySizes.MatchString(text) {
		return text
	}
	in, out := strconv.Itoa(s.data.Train.Shape.Size()), strconv.Itoa(s.data.Train.Out)
	words := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
	if len(words) > 1 && words[0] == in && words[len(words)-1] == out {
		return text
	}
	return in + "," + strings.Join(words, ",") + "," + out
}

// describe is the point in words: "lr 0.003 · layers 64".
func (s *search) describe(values []string) string {
	parts := make([]string, len(values))
	for i, v := range values {
		parts[i] = s.space[i].Name + " " + v
	}
	return strings.Join(parts, " · ")
}
