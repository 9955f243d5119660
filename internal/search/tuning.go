package search

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/tune"
)

// Form is the version of the file that a Tuning is stored in.
const Form = 1

// Methods of a search.
const (
	Halving = "halving" // all trials a little, the best third longer, and again
	Random  = "random"  // every trial to its end
)

// A Tuning is everything that decides a search: the content of tune.yaml.
type Tuning struct {
	Form     *int            `yaml:"gradus-tune,omitempty"`
	Trials   *int            `yaml:"trials,omitempty"`
	Grown    []int           `yaml:"grown-from,omitempty"` // how many trials there were before more were asked for, each time
	Method   *string         `yaml:"method,omitempty"`
	Space    yaml.MapSlice   `yaml:"space,omitempty"`
	Settings *recipe.Request `yaml:"settings,omitempty"` // of all trials
}

// Read reads a search from a file.
func Read(path string) (*Tuning, error) {
	t := &Tuning{}
	if err := recipe.ReadYAML(path, t); err != nil {
		return nil, err
	}
	if t.Form != nil && *t.Form != Form {
		return nil, fmt.Errorf("%s: written in form %d, which this gradus does not know (it knows %d); use a newer gradus", path, *t.Form, Form)
	}
	if t.Settings == nil {
		t.Settings = &recipe.Request{}
	}
	if _, err := t.space(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return t, nil
}

// trials is how many are searched.
func (t *Tuning) trials() int {
	if t.Trials == nil {
		return defaultTrials
	}
	return *t.Trials
}

// grow asks for more trials than the search has had, and reports whether these are more.
func (t *Tuning) grow(asked *int) (bool, error) {
	had := t.trials()
	switch {
	case asked == nil || *asked == had:
		return false, nil
	case *asked < had:
		return false, &recipe.FieldError{Field: "trials", Text: fmt.Sprintf("is %d, but the search has %d trials; want more, or leave it out", *asked, had)}
	}
	t.Grown, t.Trials = append(t.Grown, had), asked
	return true, nil
}

// space reads the declared space. A list in the file is a list of choices.
func (t *Tuning) space() (tune.Space, error) {
	var s tune.Space
	for _, item := range t.Space {
		name := fmt.Sprint(item.Key)
		text, err := choices(name, item.Value)
		if err != nil {
			return nil, err
		}
		d, err := Dimension(name, text)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(s, func(o tune.Dimension) bool { return o.Name == d.Name }) {
			return nil, exit.Usagef("the space names %s twice", name)
		}
		s = append(s, d)
	}
	return s, nil
}

// choices writes what the file says of a setting as on the command line: 0.1, 1e-4:1e-1, or [32, 64] as 32|64.
func choices(name string, value any) (string, error) {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	words := make([]string, len(list))
	for i, v := range list {
		switch v.(type) {
		case string, bool, int, int64, uint64, float64:
			words[i] = fmt.Sprint(v)
		default:
			return "", &recipe.FieldError{Field: name, Text: "is neither a value, nor a range such as 1e-4:1e-1, nor a list of values such as [32, 64]"}
		}
	}
	return strings.Join(words, "|"), nil
}

// Dimension reads what a setting may be in a search.
func Dimension(name, text string) (tune.Dimension, error) {
	names, whole := recipe.Searchable()
	if !slices.Contains(names, name) {
		if slices.Contains(recipe.Settings(), name) {
			return tune.Dimension{}, &recipe.FieldError{Field: name, Text: "cannot be searched: all trials must be judged by the same examples; it can be one of " + strings.Join(names, ", ")}
		}
		return tune.Dimension{}, &recipe.FieldError{Field: name, Text: "is no setting that can be searched; want one of " + strings.Join(names, ", ")}
	}
	d, err := tune.Parse(name, text, whole[name])
	if err != nil {
		return d, &recipe.FieldError{Field: name, Text: strings.TrimPrefix(err.Error(), "tune: "+name+" ")}
	}
	if len(d.Choices) == 0 && !recipe.Numeric(name) {
		return d, &recipe.FieldError{Field: name, Text: fmt.Sprintf("is %q, but it is no number and has no range; want choices such as A|B", text)}
	}
	return d, nil
}

// IsRange reports whether the text of a setting stands for more than one value.
func IsRange(name, text string) bool {
	numeric := recipe.Numeric(name)
	if names, _ := recipe.Searchable(); !numeric && !slices.Contains(names, name) {
		return false // a column may be called a|b
	}
	d, err := tune.Parse(name, text, false)
	return err != nil && strings.ContainsAny(text, "|") || err == nil && len(d.Choices) > 1 || numeric && strings.Contains(text, ":")
}

// Is reports whether a file describes a search, and not a single training.
func Is(path string) bool {
	keys := map[string]any{}
	if recipe.ReadYAML(path, &keys) != nil {
		return false
	}
	for _, key := range []string{"gradus-tune", "space", "settings", "trials"} {
		if _, ok := keys[key]; ok {
			return true
		}
	}
	return false
}

// yaml writes the search as a file that can be run again.
func (t *Tuning) yaml(comment string) ([]byte, error) {
	var b bytes.Buffer
	for line := range strings.Lines(comment) {
		fmt.Fprintf(&b, "# %s\n", strings.TrimSpace(line))
	}
	err := yaml.NewEncoder(&b).Encode(t)
	return b.Bytes(), err
}
