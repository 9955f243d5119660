package recipe

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/dataset/catalog"
	"github.com/gradus-nn/gradus/format/parquet"
	"github.com/gradus-nn/gradus/preprocess/columns"
)

// A Table is what is known about data that came from a file of rows and columns.
type Table struct {
	Schema  *columns.Schema // fitted to the training examples
	Rows    int             // in the file
	Dropped []int           // lines of rows without a target
	Notes   []string        // what of the file is not read
	Shared  int             // test examples whose features occur among the training examples, too
	SHA256  string          // of the file

	path   string
	header bool
	held   heldNames
	opened *opened  // the arrays that they are in
	parts  []string // val, test: that the file has examples of its own for

	// Only until the data are divided.
	cells *columns.Table
	guess *columns.Schema // not fitted
	rows  []uint32        // with a target; nil: all
}

// IsTable reports whether a name means a file of rows and columns: by its ending, if it is no name of a set.
func IsTable(name string) bool {
	low := strings.TrimSuffix(strings.ToLower(name), ".gz")
	return slices.Contains([]string{".csv", ".tsv", ".tab", ".txt", ".parquet", ".pq"}, filepath.Ext(low))
}

// IsRows reports whether a file is one of rows by its content, whatever it is called.
func IsRows(name string) bool { return look(name).begins(parquet.Magic) }

// tableForm are files of rows and columns.
var tableForm = form{
	is: func(q *Request, p *place) bool {
		return IsTable(or(q.Data, "")) || p.name == embedded || p.begins(parquet.Magic) || q.Target != nil || q.Task != nil || q.Columns != nil || q.Header != nil
	},
	load:  (*Request).loadTable,
	whole: (*Request).wholeTable,
}

func (q *Request) wholeTable() (*dataset.Set, func(train, test *dataset.Set) (*Data, error), error) {
	return q.wholeTableOf(nil)
}

func (q *Request) wholeTableOf(a *opened) (*dataset.Set, func(train, test *dataset.Set) (*Data, error), error) {
	t, err := q.readTable(a)
	if err != nil {
		return nil, nil, err
	}
	t.parts = nil // the parts of a cross-validation are made of what there is to train on
	return t.ordinals(), func(train, test *dataset.Set) (*Data, error) { return t.data(t.numbered(train), t.numbered(test)) }, nil
}

// splitTable keeps the draw of a table's test part apart from other uses of the seed.
const splitTable = 0x7461626c65 // "table"

// testShare is the part of a table that is kept back to judge the end by.
const testShare = 0.2

// loadTable reads a table and divides it.
func (q *Request) loadTable() (*Data, error) { return q.loadTableOf(nil) }

// loadTableOf does so with arrays that have been read, if they are not nil.
func (q *Request) loadTableOf(a *opened) (*Data, error) {
	t, err := q.readTable(a)
	if err != nil {
		return nil, err
	}
	n := t.examples()
	if or(q.TestData, "") != "" || slices.Contains(t.parts, "test") { // which judges the end: all rows are there to learn from
		if n < 2 {
			return nil, fmt.Errorf("%s has %d rows with a target; want 2 or more", t.path, n)
		}
		return t.data(columns.Part{Rows: t.rows})
	}
	classes := t.classes()
	train, test := dataset.Divide(n, classes, 1-testShare, rand.New(rand.NewPCG(or(q.Seed, 0), splitTable)))
	if len(train) < 2 || len(test) < 1 {
		return nil, fmt.Errorf("%s has %d rows with a target; want 3 or more", t.path, n)
	}
	return t.data(t.part(train, classes), t.part(test, classes))
}

// readTable reads a table and finds out what its columns are.
func (q *Request) readTable(a *opened) (*Table, error) {
	t := &Table{path: or(q.Data, ""), held: q.held()}
	if t.path == "" {
		return nil, fieldf("data", "is missing: --target is for a table; which file?")
	}
	if or(q.Scale, "auto") == "none" {
		return nil, fieldf("scale", "is none, but the columns of a table are always scaled")
	}
	o := columns.Options{Target: or(q.Target, ""), Task: columns.Task(or(q.Task, ""))}
	var err error
	if o.Kinds, err = parseKinds(or(q.Columns, "")); err != nil {
		return nil, err
	}
	header, err := parseHeader(or(q.Header, "auto"))
	if err != nil {
		return nil, err
	}
	f, err := OpenRows(t.path, RowOptions{Target: o.Target, Part: "train", opened: a})
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if header == columns.Guess {
		header = f.Header
	}
	if f.Target != "" {
		o.Target = f.Target
	}
	if t.parts, t.Notes = f.Parts, f.Notes; len(t.parts) > 0 {
		t.opened = a
	}
	if t.cells, err = columns.Read(f.Watched(q.Watch), f.Options, header); err != nil {
		return nil, err
	}
	f.Reader = nil // arrays that it holds are not needed again
	if t.SHA256, err = f.SHA256(); err != nil {
		return nil, err
	}
	if q.DataSHA256 != nil && *q.DataSHA256 != t.SHA256 {
		return nil, fieldf("data", "is %s, but the file is no longer the one that the run was made with (SHA-256 %.12s…, now %.12s…)", t.path, *q.DataSHA256, t.SHA256)
	}
	if t.guess, err = columns.Infer(t.cells, o); err != nil {
		var option *columns.OptionError
		if errors.As(err, &option) {
			return nil, &FieldError{option.Option, option.Text}
		}
		return nil, err
	}
	t.rows, t.Dropped = t.guess.Examples(t.cells)
	t.Rows = t.cells.Len()
	return t, nil
}

// data fits the columns to the rows to learn from and returns them with those to judge by, if these are not in a file of their own.
func (t *Table) data(train columns.Part, test ...columns.Part) (*Data, error) {
	own := *t
	var err error
	if own.Schema, err = t.guess.Fit(t.cells, train.Rows); err != nil {
		return nil, err
	}
	name := t.name()
	d := &Data{Table: &own}
	parts := append([]columns.Part{train}, test...)
	for i := range parts {
		parts[i].Name = name + []string{" train", " test"}[i]
	}
	sets, err := own.Schema.Sets(t.cells, parts...)
	if err != nil {
		return nil, err
	}
	if d.Train = sets[0]; len(sets) > 1 {
		d.Test = sets[1]
		own.Shared = d.Train.Overlap(d.Test)
	}
	if err := own.judge(d); err != nil {
		return nil, err
	}
	own.opened = nil
	own.header, own.cells, own.guess, own.rows = t.cells.Header, nil, nil, nil
	d.Info = catalog.Info{
		Name: name, Description: "the table " + t.path, Train: d.Train.Len(), Test: d.Test.Len(), Shape: d.Train.Shape,
		Classes: d.Train.Classes, Out: d.Train.Out, Columns: own.Schema.Features(), Source: t.path,
	}
	return d, nil
}

// name is the file's without folder and ending.
func (t *Table) name() string {
	name := filepath.Base(t.path)
	for _, ending := range []string{".gz", filepath.Ext(strings.TrimSuffix(name, ".gz"))} {
		name = strings.TrimSuffix(name, ending)
	}
	return name
}

// classes returns the class of every row with a target; nil where numbers or labels are learnt.
func (t *Table) classes() []int32 {
	if t.guess.Task() != columns.Classification {
		return nil
	}
	return t.guess.ClassNumbers(t.cells, t.rows)
}

// part returns the part of the table that has the given examples, which are numbers of rows with a target, and become numbers of rows.
func (t *Table) part(examples []uint32, classes []int32) columns.Part {
	p := columns.Part{Rows: examples}
	if classes != nil {
		p.Labels = make([]int32, len(examples))
		for i, e := range examples {
			p.Labels[i] = classes[e]
		}
	}
	if t.rows != nil {
		for i, e := range examples {
			examples[i] = t.rows[e]
		}
	}
	return p
}

// ordinals returns a set of the rows with a target, whose features are their numbers, so that it can be divided as any other.
func (t *Table) ordinals() *dataset.Set {
	x := ordinals(t.examples())
	if labels := t.classes(); labels != nil {
		s, _ := dataset.FromLabels(t.path, x, nil, labels, t.guess.Classes())
		return s
	}
	s, _ := dataset.FromTargets(t.path, x, nil, make([]float32, t.examples()), 1, nil)
	return s
}

// numbered returns the part of the table that some of the ordinals mean.
func (t *Table) numbered(some *dataset.Set) columns.Part {
	examples := make([]uint32, some.Len())
	for i := range examples {
		examples[i] = uint32(some.Row(i))
	}
	p := t.part(examples, nil)
	p.Labels = some.Labels
	return p
}

// examples returns how many rows have a target.
func (t *Table) examples() int {
	if t.rows == nil {
		return t.cells.Len()
	}
	return len(t.rows)
}

// ordinals is a table of one column: row i holds i.
type ordinals int

func (n ordinals) Len() int   { return int(n) }
func (n ordinals) Width() int { return 1 }

func (n ordinals) Gather32(dst []float32, rows []int) {
	for i, r := range rows {
		dst[i] = float32(r)
	}
}

func (n ordinals) Gather64(dst []float64, rows []int) {
	for i, r := range rows {
		dst[i] = float64(r)
	}
}

// parseKinds reads "zip=category,note=ignored".
func parseKinds(text string) (map[string]columns.Kind, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	kinds := map[string]columns.Kind{}
	for _, part := range strings.Split(text, ",") {
		at := strings.LastIndexByte(part, '=')
		if at < 1 {
			return nil, fieldf("columns", "is %q; want NAME=KIND, apart by commas, such as zip=category,note=ignored", text)
		}
		name, kind := strings.TrimSpace(part[:at]), columns.Kind(strings.TrimSpace(part[at+1:]))
		if kind == "ignore" {
			kind = columns.Ignored
		}
		if !slices.Contains(columns.Kinds, kind) {
			return nil, fieldf("columns", "makes %q a %q; want number, category, boolean, date or ignored", name, kind)
		}
		kinds[name] = kind
	}
	return kinds, nil
}

func parseHeader(text string) (columns.Header, error) {
	switch text {
	case "auto":
		return columns.Guess, nil
	case "yes":
		return columns.Present, nil
	case "no":
		return columns.Absent, nil
	}
	return 0, fieldf("header", "is %q; want yes, no, or auto (a first row without a number is one)", text)
}

const (
	tablePatience = 20   // epochs; small tables are judged by few examples, whose loss wavers
	mostEpochs    = 500  // the early stop comes long before
	fewRows       = 1000 // below which a tenth is too little to judge an epoch by
)

// resolveTable fills in what is usual for tables: an early stop, judged by examples that are held out of the training part.
func (r *Recipe) resolveTable(q *Request, f Facts) {
	if f.Table == nil {
		return
	}
	s := f.Table.Schema
	r.DataSHA256, r.Target, r.Columns = f.Table.SHA256, s.Sought(), or(q.Columns, "")
	r.Task = string(s.Task())
	r.Header = choose(f.Table.header, "yes", "no")
	r.Patience = or(q.Patience, tablePatience)
	if q.Val == nil && r.Patience > 0 && !f.OwnVal {
		r.Val = choose(f.Examples < fewRows, 0.2, 0.1)
	}
}

// tableUnits sizes the hidden layer by the data: twice what goes in and out, within bounds.
func tableUnits(f Facts) int {
	const least, most = 32, 128
	return min(max(2*(f.Input.Size()+f.Outputs), least), most)
}
