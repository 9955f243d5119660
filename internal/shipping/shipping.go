// Package shipping writes models for other tools and for other machines, once what would be written has given the same answers.
package shipping

import (
	"io/fs"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/saved"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/model/exporter"
	"github.com/gradus-nn/gradus/model/gopackage"
	"github.com/gradus-nn/gradus/nn"
)

// Schema is the version of Exported.
const Schema = "gradus.export/1"

// Exported is what was written, as --json prints it.
type Exported struct {
	Schema     string   `json:"schema"`
	Model      string   `json:"model"`
	File       string   `json:"file"` // or folder
	Format     string   `json:"format"`
	Files      int      `json:"files"`
	Bytes      int      `json:"bytes"`
	Rows       int      `json:"rows"` // on which the answers were compared, and
	RowsOf     string   `json:"rows_of"`
	Difference float64  `json:"difference"` // the largest between the answers
	Inside     []string `json:"inside"`     // what the file carries beside the weights
	Checks     []string `json:"checks,omitempty"`
	Warnings   []string `json:"warnings,omitempty"`
}

// A Product is what an export writes: one file, whose name is empty, or the files of a folder.
type Product struct {
	Files  []ProductFile
	Folder bool
	Mode   fs.FileMode // of a file that can be run; 0 for others
}

// A ProductFile is a file of a product; its name has slashes.
type ProductFile struct {
	Name string
	Data []byte
}

// bytes is the size of the product.
func (p *Product) bytes() int {
	n := 0
	for _, f := range p.Files {
		n += len(f.Data)
	}
	return n
}

// An exporting is an export at work.
type exporting struct {
	*Product
	*asked
	model    *model.Model
	path     string    // where it is to be written
	want     []float32 // the model's answers [n, out]
	written  *gopackage.Package
	checks   []string // sentences about what else was compared
	warnings []string
}

// Export returns what is to be written to path for the model that ref means in one of the [Formats], once it has been
// read again and has given the same answers.
func Export(root, ref, format, path string) (*Exported, *Product, error) {
	u, err := saved.Open(root, ref)
	if err != nil {
		return nil, nil, err
	}
	f := formats[format]
	r := &Exported{Schema: Schema, Model: u.Path, Format: format, Warnings: u.Model.Warnings}
	e := &exporting{Product: &Product{Folder: f.folder}, model: u.Model, path: path}
	if e.asked, err = ask(u); err != nil {
		return nil, nil, err
	}
	if e.want, err = e.answers(); err != nil {
		return nil, nil, err
	}
	if err := f.write(e); err != nil {
		why := err.Error()
		for _, room := range []string{"importer: ", "exporter: ", "gopackage: "} {
			why = strings.TrimPrefix(why, room)
		}
		return nil, nil, exit.Dataf("%s cannot be exported to %s: %s", u.Path, format, why)
	}
	if r.Difference, err = f.compare(e); err != nil {
		return nil, nil, exit.Checkf("what would be written as %s does not answer as the model does, which is a defect in gradus: %w; nothing was written", format, err)
	}
	if tolerance := f.tolerance; r.Difference > tolerance {
		return nil, nil, exit.Checkf("the %s file would answer differently by %.3g (want at most %v) on %d rows; nothing was written", format, r.Difference, tolerance, e.n)
	}
	r.Files, r.Bytes, r.Rows, r.RowsOf, r.Inside, r.Checks = len(e.Files), e.bytes(), e.n, e.source, f.inside(u.Model), e.checks
	r.Warnings = slices.Concat(r.Warnings, e.warnings)
	if text := f.without(u.Model); text != "" {
		r.Warnings = append(r.Warnings, text)
	}
	return r, e.Product, nil
}

// Name is the file or folder that a model is exported to if no other is named: the run, or the model's file, in the
// folder where the command was called.
func Name(root, ref, format string) (string, error) {
	path, run, err := saved.Find(root, ref)
	if err != nil {
		return "", err
	}
	name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	if run != nil {
		name = filepath.Base(run.Dir)
	}
	f := formats[format]
	if f.name != nil {
		return f.name(name), nil
	}
	return name + f.extension, nil
}

// answers are the model's to what is asked.
func (e *exporting) answers() ([]float32, error) {
	return answers(e.model, e.asked)
}

// one makes the product a single file.
func (e *exporting) one(data []byte, err error) error {
	e.Files = []ProductFile{{Data: data}}
	return err
}

// again compares the answers of a model that was read from what is to be written.
func (e *exporting) again(back *model.Model, err error) (float64, error) {
	if err != nil {
		return 0, err
	}
	if (back.Columns == nil) != (e.model.Columns == nil) {
		return math.Inf(1), nil
	}
	have, err := answers(back, e.asked)
	return exporter.Difference(have, e.want), err
}

// answers are those of a model to what is asked.
func answers(m *model.Model, a *asked) ([]float32, error) {
	net, err := m.Net(nn.Config{Batch: 1, Threads: 1})
	if err != nil {
		return nil, exit.With(exit.Data, err)
	}
	defer net.Close()
	y, err := net.Predict(a.features(m))
	return y, exit.With(exit.Data, err)
}
