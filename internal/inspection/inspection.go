// Package inspection looks into files of weights, and at what two of them differ in.
package inspection

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"maps"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/gradus-nn/gradus/format/safetensors"
	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/internal/saved"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/model/importer"
	"github.com/gradus-nn/gradus/train"
)

// InspectSchema is the version of Inspection.
const InspectSchema = "gradus.inspect/1"

// An Inspection is what is in a file of weights, as --json prints it.
type Inspection struct {
	Schema     string            `json:"schema"`
	File       string            `json:"file"`
	Bytes      int64             `json:"bytes"`
	Format     string            `json:"format,omitempty"` // npz, npy, pickle or network2; of another tool
	Sealed     bool              `json:"sealed"`           // carries a checksum over the whole file, which was right
	SHA256     string            `json:"sha256"`           // of the weights alone
	Parameters int               `json:"parameters"`
	Layers     string            `json:"layers,omitempty"` // of a .gradus file
	Summary    string            `json:"-"`
	Step       int               `json:"step,omitempty"` // of a checkpoint
	Epoch      int               `json:"epoch,omitempty"`
	Tensors    []TensorStats     `json:"tensors"`
	Attached   int               `json:"attached"` // tensors of a checkpoint that are not the network's
	Info       *model.Info       `json:"info,omitempty"`
	Metadata   map[string]string `json:"metadata,omitempty"` // of a plain file
	Warnings   []string          `json:"warnings,omitempty"`
}

// TensorStats describes one tensor. The numbers are those of its finite elements.
type TensorStats struct {
	Name   string  `json:"name"`
	DType  string  `json:"dtype"`
	Shape  []int   `json:"shape"`
	Mean   float64 `json:"mean"`
	SD     float64 `json:"sd"`
	Min    float64 `json:"min"`
	Max    float64 `json:"max"`
	Zeros  float64 `json:"zeros"`  // share of elements
	NaN    int     `json:"nan"`    // elements that are no numbers, and
	Inf    int     `json:"inf"`    // infinite ones
	Opaque bool    `json:"opaque"` // of a type without statistics
}

// Inspect reads a .gradus file, a run's model, or a file of another tool: see package importer.
func Inspect(root, ref string) (*Inspection, error) {
	path, _, err := saved.Find(root, ref)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, exit.With(exit.Data, err)
	}
	format, file, err := importer.Read(path)
	if err != nil {
		return nil, exit.With(exit.Data, err)
	}
	r := &Inspection{Schema: InspectSchema, File: path, Bytes: info.Size(), Sealed: file.Checksum != ""}
	own := slices.DeleteFunc(slices.Clone(file.Tensors), func(t safetensors.Tensor) bool { return strings.HasPrefix(t.Name, model.AttachedPrefix) })
	for _, t := range own {
		s := stats(t)
		r.Tensors = append(r.Tensors, s)
		r.Parameters += t.Len()
	}
	if format != importer.Safetensors {
		r.Format = string(format)
	}
	m, err := importer.Open(path)
	if err != nil {
		r.plain(file, err)
		return r, nil
	}
	r.Attached = len(file.Tensors) - len(own)
	return r, r.describe(m)
}

// describe adds what a model knows about itself.
func (r *Inspection) describe(m *model.Model) (err error) {
	r.SHA256, r.Info, r.Warnings = m.SHA256(), &m.Info, m.Warnings
	r.Layers, r.Parameters = recipe.Sketch(m.Spec), m.Spec.Parameters()
	if r.Attached > 0 {
		if s, err := train.LoadSnapshot(r.File); err == nil {
			r.Step, r.Epoch = s.Step, len(s.History)
		} else {
			r.Warnings = append(r.Warnings, err.Error())
		}
	}
	r.Summary, err = m.Spec.Summary()
	return err
}

// plain adds what a file knows that is no network. Its hash is that of all tensors in the order of the file.
func (r *Inspection) plain(file *safetensors.File, why error) {
	h := sha256.New()
	r.Parameters = 0
	for _, t := range file.Tensors {
		h.Write(t.Data)
		r.Parameters += t.Len()
	}
	r.SHA256, r.Metadata = hex.EncodeToString(h.Sum(nil)), maps.Clone(file.Metadata)
	r.Tensors = nil
	for _, t := range file.Tensors {
		r.Tensors = append(r.Tensors, stats(t))
	}
	switch _, ours := file.Metadata["gradus.format"]; {
	case ours:
		r.Warnings = append(r.Warnings, errors.Unwrap(why).Error())
	case r.Format != "":
		r.Warnings = append(r.Warnings, why.Error())
	}
}

func stats(t safetensors.Tensor) TensorStats {
	s := TensorStats{Name: t.Name, DType: string(t.DType), Shape: slices.Clone(t.Shape)}
	if s.Shape == nil {
		s.Shape = []int{}
	}
	values, err := t.Float64s()
	if err != nil {
		s.Opaque = true
		return s
	}
	n, zeros := 0, 0
	sum, squares := 0.0, 0.0 // Welford 1962: one pass, without cancellation
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range values {
		switch {
		case math.IsNaN(v):
			s.NaN++
			continue
		case math.IsInf(v, 0):
			s.Inf++
			continue
		case v == 0:
			zeros++
		}
		n++
		d := v - sum
		sum += d / float64(n)
		squares += d * (v - sum)
		low, high = min(low, v), max(high, v)
	}
	if n > 0 {
		s.Mean, s.SD, s.Min, s.Max = sum, math.Sqrt(squares/float64(n)), low, high
		s.Zeros = float64(zeros) / float64(len(values))
	}
	return s
}
