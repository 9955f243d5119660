package session

import (
	"fmt"
	"time"

	"github.com/gradus-nn/gradus/internal/build"
	"github.com/gradus-nn/gradus/internal/machine"
	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/internal/transcript"
	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/preprocess/columns"
)

// Environment is the content of env.json: what a run was made with, none of which changes a bit of its weights.
type Environment struct {
	Schema  string     `json:"schema"`
	Gradus  build.Info `json:"gradus"`
	Command []string   `json:"command"`
	Begun   time.Time  `json:"begun"`
	CPU     string     `json:"cpu"`
	CPUs    int        `json:"cpus"`
	Threads int        `json:"threads"`
	Kernel  string     `json:"kernel"`
	Seed    uint64     `json:"seed"`
}

func environment(t *Training) Environment {
	m := machine.Describe()
	return Environment{
		Schema: "gradus.env/1", Gradus: build.Read(), Command: t.Command, Begun: time.Now().UTC().Truncate(time.Second),
		CPU: m.Model, CPUs: m.CPUs, Threads: t.net.Threads(), Kernel: kernel.Active(), Seed: t.recipe.Seed,
	}
}

// DataRecord is the content of data.json.
type DataRecord struct {
	Schema      string   `json:"schema"`
	Name        string   `json:"name"`
	Source      string   `json:"source,omitempty"`
	Train       int      `json:"train"`
	Val         int      `json:"val,omitempty"`
	Test        int      `json:"test"`
	Shape       []int    `json:"shape"`
	Outputs     int      `json:"outputs"`
	Classes     []string `json:"classes,omitempty"`
	Columns     []string `json:"columns,omitempty"`
	ClassCounts []int    `json:"class_counts,omitempty"` // of the training examples
	Scaling     string   `json:"scaling,omitempty"`

	Table   *columns.Schema `json:"table,omitempty"`   // of a table: what its columns are
	Dropped []int           `json:"dropped,omitempty"` // lines without a target
	Shared  int             `json:"shared,omitempty"`  // test examples that occur in the training part, too
	SHA256  string          `json:"sha256,omitempty"`  // of the file
	Images  *ImageRecord    `json:"images,omitempty"`

	ValFile  *recipe.HeldFile `json:"val_file,omitempty"` // files of their own that judge
	TestFile *recipe.HeldFile `json:"test_file,omitempty"`

	JudgedBy    string `json:"epochs_judged_by"`      // test, or val: what val_loss and val_acc of metrics.csv are about
	Fingerprint string `json:"fingerprint,omitempty"` // of the training examples; once the training has ended
}

func (t *Training) dataRecord() DataRecord {
	if t.about == nil {
		d := dataRecord(t.recipe, t.data, t.parts)
		t.about = &d
	}
	return *t.about
}

func dataRecord(r *recipe.Recipe, data *recipe.Data, parts *recipe.Division) DataRecord {
	d := DataRecord{
		Schema: "gradus.data/1", Name: r.Data, Source: data.Info.Source,
		Train: parts.Train.Len(), Test: parts.Test.Len(), Shape: data.Train.Shape, Outputs: data.Train.Out,
		Classes: parts.Train.Classes, Columns: data.Info.Columns, JudgedBy: parts.Judge, ClassCounts: parts.Train.ClassCounts(),
	}
	if r.Scale != "none" {
		d.Scaling = string(data.Info.Scaling)
	}
	d.ValFile, d.TestFile = data.ValFile, data.TestFile
	if a := data.Table; a != nil {
		d.Table, d.Dropped, d.Shared, d.SHA256 = a.Schema, a.Dropped, a.Shared, a.SHA256
	}
	if a := data.Images; a != nil {
		d.Images, d.Shared, d.SHA256 = imageRecord(a), a.Shared, a.SHA256
	}
	if parts.Judge == "val" {
		d.Val = parts.HeldOut.Len()
	}
	return d
}

// DescribeData is the line about data that have been divided.
func DescribeData(r *recipe.Recipe, data *recipe.Data, parts *recipe.Division) string {
	d := dataRecord(r, data, parts)
	s := fmt.Sprintf("%s  %s train", data.Info.Name, nn.Thousands(d.Train))
	if d.Val > 0 {
		s += fmt.Sprintf(" · %s val", nn.Thousands(d.Val))
	}
	s += fmt.Sprintf(" · %s test   %v → %d ", nn.Thousands(d.Test), data.Train.Shape, d.Outputs)
	if len(d.Classes) > 0 {
		s += "classes"
	} else {
		s += transcript.Plural(d.Outputs, "number")
	}
	if d.Scaling != "" {
		s += "   (" + d.Scaling + ")"
	}
	return s
}
