package session

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/model/exporter"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/preprocess"
)

// ExportSchema is the version of Exported.
const ExportSchema = "gradus.export/1"

// Exported is what was written, as --json prints it.
type Exported struct {
	Schema     string   `json:"schema"`
	Model      string   `json:"model"`
	File       string   `json:"file"`
	Format     string   `json:"format"`
	Bytes      int      `json:"bytes"`
	Rows       int      `json:"rows"` // on which the answers were compared, and
	RowsOf     string   `json:"rows_of"`
	Difference float64  `json:"difference"` // the largest between the answers
	Inside     []string `json:"inside"`     // what the file carries beside the weights
	Warnings   []string `json:"warnings,omitempty"`
}

// parityRows is on how many rows an export is compared with its model.
const parityRows = 256

// Export returns the model that ref means in one of the [ExportFormats], once what would be written has been read again and has given the
// same answers.
func Export(root, ref, format string) (*Exported, []byte, error) {
	u, err := Use(root, ref)
	if err != nil {
		return nil, nil, err
	}
	f := exportFormats[format]
	r := &Exported{Schema: ExportSchema, Model: u.Path, Format: format, Warnings: u.Model.Warnings}
	data, err := f.write(u.Model)
	if err != nil {
		why := strings.TrimPrefix(strings.TrimPrefix(err.Error(), "importer: "), "exporter: ")
		return nil, nil, exit.Dataf("%s cannot be exported to %s: %s", u.Path, format, why)
	}
	r.Bytes, r.Inside = len(data), f.inside(u.Model)
	if text := f.without(u.Model); text != "" {
		r.Warnings = append(slices.Clone(r.Warnings), text)
	}
	raw, source, err := u.measured(parityRows)
	if err != nil {
		return nil, nil, err
	}
	r.Rows, r.RowsOf = len(raw)/u.Model.Spec.Input.Size(), source
	want, err := u.answers(raw)
	if err != nil {
		return nil, nil, err
	}
	have, err := f.answers(u.Model, data, raw)
	if err != nil {
		return nil, nil, exit.Checkf("what would be written as %s cannot be read again, which is a defect in gradus: %w; nothing was written", format, err)
	}
	if r.Difference = exporter.Difference(have, want); r.Difference > exporter.Tolerance {
		return nil, nil, exit.Checkf("the %s file would answer differently by %.3g (want at most %v) on %d rows; nothing was written", format, r.Difference, exporter.Tolerance, r.Rows)
	}
	return r, data, nil
}

// ExportName is the file that a model is exported to if no other is named: the run, or the model's file, in the folder where
// the command was called.
func ExportName(root, ref, format string) (string, error) {
	path, run, err := ModelFile(root, ref)
	if err != nil {
		return "", err
	}
	name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	if run != nil {
		name = filepath.Base(run.Dir)
	}
	return name + exportFormats[format].extension, nil
}

// answers are the model's own, for rows as they were measured.
func (u *Used) answers(raw []float32) ([]float32, error) {
	net, err := u.Model.Net(nn.Config{Batch: 1, Threads: 1})
	if err != nil {
		return nil, exit.With(exit.Data, err)
	}
	defer net.Close()
	x := slices.Clone(raw)
	u.Model.Preprocess.Apply(x, u.Model.Spec.Input.Size())
	y, err := net.Predict(x)
	return y, exit.With(exit.Data, err)
}

// measured returns up to n rows of what the model is judged by, or of seeded random numbers where that is not to be had, as
// they were before the preprocessing.
func (u *Used) measured(n int) (raw []float32, source string, err error) {
	width := u.Model.Spec.Input.Size()
	if set, err := u.Set("", "test"); err == nil && set.X.Width() == width {
		source = set.Name
		for i := range min(n, set.Len()) {
			raw = append(raw, set.Example(i)...)
		}
	} else {
		source = "random numbers (seed 1)"
		rng := rand.New(rand.NewPCG(1, 0))
		for range n * width {
			raw = append(raw, float32(rng.NormFloat64()))
		}
	}
	return raw, source, undo(u.Model.Preprocess, raw, width)
}

// undo takes the preprocessing back, up to rounding.
func undo(steps preprocess.Pipeline, x []float32, width int) error {
	for i := len(steps) - 1; i >= 0; i-- {
		switch s := steps[i].(type) {
		case preprocess.PixelScale:
			for j := range x {
				x[j] *= s.Divide
			}
		case preprocess.Standardize:
			for j := range x {
				x[j] = float32(x[j]*s.Std[j%width]) + s.Mean[j%width]
			}
		default:
			return fmt.Errorf("the preprocessing step %T has no way back", s)
		}
	}
	return nil
}
