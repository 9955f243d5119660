package runs

import (
	"slices"

	"github.com/gradus-nn/gradus/internal/recipe"
)

// A Comparison puts runs beside each other.
type Comparison struct {
	Runs    []Summary `json:"runs"`
	Columns []Column  `json:"settings"` // those that are not the same in all runs
	Same    int       `json:"same"`     // settings that are the same
	Apart   bool      `json:"apart"`    // the runs were not judged by the same examples
}

// A Column is a setting with its value in each run; "" where a run has none.
type Column struct {
	Name   string   `json:"name"`
	Values []string `json:"values"`
}

// judging are the settings that decide by which examples a run is judged.
var judging = []string{
	"data", "data-sha256", "target", "task", "columns", "header", "split", "val", "val-data", "val-data-sha256",
	"test-data", "test-data-sha256", "seed", "size", "channels", "fit",
}

// Compare reads the settings of runs and keeps those that differ.
func Compare(all []*Run) (*Comparison, error) {
	c := &Comparison{}
	settings := make([]map[string]string, len(all))
	for i, r := range all {
		q, err := recipe.Read(r.Path(Config))
		if err != nil {
			return nil, err
		}
		settings[i] = map[string]string{}
		for _, v := range q.Values() {
			settings[i][v.Name] = v.Text
		}
		c.Runs = append(c.Runs, r.Summary())
	}
	for _, name := range recipe.Settings() {
		column := Column{Name: name}
		for _, s := range settings {
			column.Values = append(column.Values, s[name])
		}
		switch first := column.Values[0]; {
		case slices.ContainsFunc(column.Values, func(v string) bool { return v != first }):
			c.Columns = append(c.Columns, column)
			c.Apart = c.Apart || slices.Contains(judging, name)
		case first != "":
			c.Same++
		}
	}
	return c, nil
}
