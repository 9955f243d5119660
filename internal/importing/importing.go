// Package importing makes models of gradus of those of other tools: what package importer reads, with what the file does not tell.
package importing

import (
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/gradus-nn/gradus/internal/build"
	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/model/importer"
	"github.com/gradus-nn/gradus/preprocess"
)

// Schema is the version of Imported.
const Schema = "gradus.import/1"

// Options say what to read, and what the file does not tell.
type Options struct {
	From, To string
	Act      string // between the layers: relu, or one for each gap
	Output   string // softmax, sigmoid, linear
	Scale    string // none, 255, or 255,0.13,0.31: divided, then less the mean and by the deviation
	Classes  string // names, apart by commas
	Data     string // the set that the model is for
}

// Imported is a model of another tool that has become one of gradus, as --json prints it.
type Imported struct {
	Schema     string   `json:"schema"`
	From       string   `json:"from"`
	Format     string   `json:"format"`
	File       string   `json:"file"`
	Layers     string   `json:"layers"`
	Parameters int      `json:"parameters"`
	DType      string   `json:"dtype"`
	SHA256     string   `json:"sha256"` // of the weights
	Data       string   `json:"data,omitempty"`
	Classes    []string `json:"classes,omitempty"`
	Warnings   []string `json:"warnings,omitempty"`

	Preprocess preprocess.Pipeline `json:"preprocess,omitempty"`
}

// Name is what an imported file is called if nobody says: as it was, with another ending.
func Name(from string) string {
	name := filepath.Base(from)
	for _, ext := range []string{".gz", filepath.Ext(strings.TrimSuffix(name, ".gz"))} {
		name = strings.TrimSuffix(name, ext)
	}
	return name + ".gradus"
}

// Import reads a model of another tool and saves it as a .gradus file.
func Import(o Options) (*Imported, error) {
	options, err := o.parse()
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(o.From); errors.Is(err, fs.ErrNotExist) {
		return nil, exit.Dataf("%s: there is no such file", o.From)
	}
	format, err := importer.Detect(o.From)
	if err != nil {
		return nil, exit.With(exit.Data, err)
	}
	m, err := importer.OpenWith(o.From, options)
	if err != nil {
		return nil, exit.With(exit.Data, err)
	}
	if m.Tool == "" {
		m.Tool = "gradus " + build.Read().String()
	}
	if o.Data != "" {
		m.Data = o.Data
		data, err := (&recipe.Request{Data: &o.Data}).Load()
		if err != nil {
			return nil, exit.With(exit.Data, err)
		}
		if names := data.Train.Classes; options.Classes == nil && len(names) == len(m.Classes) {
			m.Classes = names
		}
	}
	if err := m.Save(o.To); err != nil {
		return nil, exit.With(exit.Failed, err)
	}
	r := &Imported{
		Schema: Schema, From: o.From, Format: string(format), File: o.To, Layers: recipe.Sketch(m.Spec), Parameters: m.Spec.Parameters(),
		DType: string(m.DType()), SHA256: m.SHA256(), Data: m.Data, Classes: m.Classes, Warnings: m.Warnings,
		Preprocess: m.Preprocess,
	}
	return r, nil
}

// parse reads the settings as package importer takes them.
func (o Options) parse() (importer.Options, error) {
	var options importer.Options
	var err error
	if o.Act != "" {
		if options.Between, err = recipe.ParseActivations(o.Act); err != nil {
			return options, usage(err)
		}
	}
	if o.Output != "" {
		if options.Output, err = recipe.ParseOutput(o.Output); err != nil {
			return options, usage(err)
		}
	}
	if o.Classes != "" {
		for _, name := range strings.Split(o.Classes, ",") {
			name = strings.TrimSpace(name)
			if name == "" || slices.Contains(options.Classes, name) {
				return options, exit.Usagef("--classes is %q; want a name for each output, all different: cat,dog", o.Classes)
			}
			options.Classes = append(options.Classes, name)
		}
	}
	if o.Scale != "" {
		if options.Scale, err = parseScale(o.Scale); err != nil {
			return options, err
		}
	}
	return options, nil
}

func usage(err error) error { return exit.Usagef("gradus import: --%v", err) }

// parseScale reads what is done to every number: none, 255, or 255,0.1307,0.3081.
func parseScale(text string) (func(inputs int) preprocess.Pipeline, error) {
	if text == "none" {
		return func(int) preprocess.Pipeline { return nil }, nil
	}
	var numbers []float32
	for _, word := range strings.Split(text, ",") {
		v, err := strconv.ParseFloat(strings.TrimSpace(word), 32)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			numbers = nil
			break
		}
		numbers = append(numbers, float32(v))
	}
	if len(numbers) == 1 && numbers[0] > 0 {
		return func(int) preprocess.Pipeline { return preprocess.Pipeline{preprocess.PixelScale{Divide: numbers[0]}} }, nil
	}
	if len(numbers) == 3 && numbers[0] > 0 && numbers[2] > 0 {
		return func(inputs int) preprocess.Pipeline {
			return preprocess.Pipeline{
				preprocess.PixelScale{Divide: numbers[0]},
				preprocess.Standardize{Mean: slices.Repeat(numbers[1:2], inputs), Std: slices.Repeat(numbers[2:3], inputs)},
			}
		}, nil
	}
	return nil, exit.Usagef("gradus import: --scale is %q; want none, a divisor such as 255, or divisor, mean and deviation such as 255,0.1307,0.3081", text)
}
