// Package gopackage writes a model as a package of Go that depends on nothing but the standard library: the weights, the
// arithmetic, and what is done to a row before it.
//
//	predict.go        Row with a field for every column, Prediction, Predict(Row) (Prediction, error)
//	weights.bin       weights and constants, little-endian float32
//	arithmetic files  copied from package source
//	predict_test.go   a test that asks testdata/rows.tsv, and a benchmark
//	go.mod            if wanted
//
// The answers are those of gradus to the bit, on every processor: the copied arithmetic is the reference of package kernel.
// [Package.Ask] runs the very functions that are copied, on rows, so that this can be told before anything is written.
package gopackage

import (
	"bytes"
	"embed"
	"encoding/binary"
	"fmt"
	"go/format"
	"go/token"
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"unicode"

	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/model/gopackage/source"
	"github.com/gradus-nn/gradus/preprocess/columns"
)

// A File is one of the package's.
type File struct {
	Name string // with slashes
	Data []byte
}

// Options say what the model does not.
type Options struct {
	Name   string // of the package: see Name
	Module bool   // write a go.mod
}

// A Package is a model that is to be written.
type Package struct {
	model   *model.Model
	options Options
	program *program
	fields  []field // nil for a row of mere numbers
}

// New reports why a model cannot be written as a package, if it cannot.
func New(m *model.Model, o Options) (*Package, error) {
	if err := m.Check(); err != nil {
		return nil, fmt.Errorf("gopackage: %w", err)
	}
	if !token.IsIdentifier(o.Name) || o.Name == "main" || o.Name == "_" {
		return nil, fmt.Errorf("gopackage: %q cannot be the name of a package", o.Name)
	}
	p := &Package{model: m, options: o}
	var err error
	if p.program, err = compile(m); err != nil {
		return nil, fmt.Errorf("gopackage: %w", err)
	}
	const mostFields = 256
	switch in := m.Spec.Input.Size(); {
	case m.Columns != nil:
		p.fields = fieldsOf(m.Columns)
	case len(m.Features) == in && in <= mostFields:
		taken := map[string]bool{}
		for i, name := range m.Features {
			p.fields = append(p.fields, field{Name: identifier(name, taken), Type: "float32", Kind: "float", Column: name, Doc: "as it was measured", at: i, width: 1})
		}
	}
	return p, nil
}

// Name makes the name of a package of a file's or folder's: "2-My.houses" is myhouses.
func Name(path string) string {
	var parts []string
	for _, part := range strings.FieldsFunc(strings.ToLower(path), func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if strings.Trim(part, "0123456789") != "" {
			parts = append(parts, part)
		}
	}
	name := strings.TrimLeft(strings.Join(parts, ""), "0123456789")
	if !token.IsIdentifier(name) || name == "main" {
		name += "model"
	}
	return name
}

// Typed returns the nearest row that the generated type Row can hold, of a model of tables: a boolean is yes, no or missing,
// and a date has whole seconds.
func (p *Package) Typed(row []columns.Value) []columns.Value {
	typed := slices.Clone(row)
	for i := range p.fields {
		f := &p.fields[i]
		typed[f.index] = f.typed(row[f.index])
	}
	return typed
}

// Ask returns the answers of the package's arithmetic to rows of a table, which Typed has been through: [rows, out] as
// [nn.Net.Predict] gives them.
func (p *Package) Ask(rows [][]columns.Value) []float32 {
	var all []float32
	for _, row := range rows {
		x := make([]float32, p.program.buffers[0])
		for i := range p.fields {
			p.fields[i].features(x, row[p.fields[i].index])
		}
		all = append(all, p.program.run(x)...)
	}
	return all
}

// AskNumbers is Ask for a model that is not of tables: x [rows, in] as measured.
func (p *Package) AskNumbers(x []float32) []float32 {
	var all []float32
	in := p.program.buffers[0]
	for ; len(x) >= in; x = x[in:] {
		all = append(all, p.program.run(slices.Clone(x[:in]))...)
	}
	return all
}

// Rows are what the package's own test asks: of a table, or numbers.
type Rows struct {
	Values  [][]columns.Value // which Typed has been through
	Numbers []float32
	Answers []float32 // the model's [rows, out]
}

// CopiedMark begins every copied file.
const CopiedMark = "// Copied from gradus; DO NOT EDIT.\n"

//go:embed predict.tmpl predict_test.tmpl
var templates embed.FS

// Files returns the package's files.
func (p *Package) Files(r Rows) ([]File, error) {
	v, err := p.view()
	if err != nil {
		return nil, fmt.Errorf("gopackage: %w", err)
	}
	var files []File
	for _, name := range []string{"predict", "predict_test"} {
		t, err := template.ParseFS(templates, name+".tmpl")
		if err != nil {
			return nil, err
		}
		var b bytes.Buffer
		if err := t.Execute(&b, v); err != nil {
			return nil, err
		}
		text, err := format.Source(b.Bytes())
		if err != nil {
			return nil, fmt.Errorf("gopackage: %s.go: %w", name, err)
		}
		files = append(files, File{name + ".go", text})
	}
	uses := maps.Clone(p.program.uses)
	add := func(file string) {
		uses[file] = true
		for _, f := range source.Needs[file] {
			uses[f] = true
		}
	}
	for i := range p.fields {
		if f := (map[string]string{"number": "number.go", "date": "date.go", "text": "category.go", "bool": "boolean.go"})[p.fields[i].Kind]; f != "" {
			add(f)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(uses)) {
		text, err := source.Files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("gopackage: %w", err)
		}
		head := CopiedMark + "// Copyright 2026 The Gradus Authors. SPDX-License-Identifier: Apache-2.0\n\n"
		files = append(files, File{name, []byte(head + strings.Replace(string(text), "package source\n", "package "+p.options.Name+"\n", 1))})
	}
	weights, err := binary.Append(nil, binary.LittleEndian, p.program.numbers)
	if err != nil {
		return nil, err
	}
	files = append(files, File{"weights.bin", weights}, File{"testdata/rows.tsv", p.rows(r)})
	if p.options.Module {
		files = append(files, File{"go.mod", []byte("module example.com/" + p.options.Name + "\n\ngo 1.22\n")})
	}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return files, nil
}

// bits writes a number with as many digits as bring it back.
func bits(v float64, size int) string { return strconv.FormatFloat(v, 'g', -1, size) }
