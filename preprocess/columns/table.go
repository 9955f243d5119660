package columns

import (
	"fmt"
	"io"
	"sort"

	"github.com/gradus-nn/gradus/format/csv"
	"github.com/gradus-nn/gradus/internal/spill"
)

// A Table is all rows of a file, in blocks that hold every column in the narrowest form that gives back its text: a few bytes a
// cell. What is more than a limit lies in a temporary file that is mapped to memory, so that a table may be larger than memory.
type Table struct {
	Name      string
	Names     []string // of the columns
	Header    bool     // the names stand in the file; otherwise they are column_1, column_2 ...
	Separator byte

	rows   int
	blocks []*block
	lines  Lines
}

// Lines says in which lines of a file the rows of a table begin. It is small, and does not keep the table.
type Lines []lines

// A Header says whether the first row holds names.
type Header int

// Whether the first row holds names.
const (
	Guess   Header = iota // it does unless one of its cells is a number
	Present               // it does
	Absent                // it does not
)

// Read reads a table.
func Read(r io.Reader, o csv.Options, header Header) (*Table, error) {
	return read(r, o, func(first [][]byte) bool { return header == Present || header == Guess && !anyNumber(first) })
}

// Read reads a table for a schema that was fitted to another one, and binds it: by the names in its first row, or without
// such, by position.
func (s *Schema) Read(r io.Reader, o csv.Options) (*Table, *Binding, error) {
	t, err := read(r, o, s.Names)
	if err != nil {
		return nil, nil, err
	}
	first := make([][]byte, len(t.Names))
	for j := range first {
		first[j] = t.Cell(0, j)
	}
	b, err := s.bindTo(t.Names, t.Header, first)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", o.Name, err)
	}
	return t, b, nil
}

// bindTo binds by name where there are names. Where there are none, the first row of values has to look like one.
func (s *Schema) bindTo(names []string, header bool, first [][]byte) (*Binding, error) {
	if header {
		return s.Bind(names)
	}
	b, err := s.BindPositions(len(names))
	if err != nil {
		return nil, err
	}
	for i, c := range s.Columns {
		if c.Kind != Number {
			continue
		}
		if cell := trim(first[b.at[i]]); !missing(cell) {
			if _, ok := number(cell, c.DecimalComma); !ok {
				return nil, fmt.Errorf("columns: the first row has none of the names of the training table, %s, and %q where by position %q would be, which is a number", list(s.names()), cell, c.Name)
			}
		}
	}
	return b, nil
}

// names returns the names of the columns that the schema uses.
func (s *Schema) names() []string {
	var names []string
	for _, c := range s.Columns {
		if c.Kind != Ignored {
			names = append(names, c.Name)
		}
	}
	return names
}

// inMemory is how many bytes of cells, and of features, are held in memory; more of them go to a temporary file. Tests change it;
// below 0 it is what the machine can spare.
var inMemory int64 = -1

func memory() int64 {
	if inMemory < 0 {
		return spill.Budget()
	}
	return inMemory
}

// mostDense is how many bytes of features are kept as they are: gathering them copies, which is faster than to decode them.
const mostDense = 16 << 20

// read reads a table whose first row holds names if isHeader says so.
func read(r io.Reader, o csv.Options, isHeader func(first [][]byte) bool) (*Table, error) {
	in, err := csv.NewReader(r, o)
	if err != nil {
		return nil, err
	}
	t := &Table{Name: o.Name, Separator: in.Separator()}
	wrong := func(line int, format string, args ...any) error {
		return &csv.FormatError{Name: t.Name, Line: line, Reason: fmt.Sprintf(format, args...)}
	}
	first, err := in.Read()
	if err == io.EOF {
		return nil, wrong(0, "it is empty; want a row of names and rows of values")
	}
	if err != nil {
		return nil, err
	}
	t.Header = isHeader(first)
	if t.Names, err = names(first, t.Header); err != nil {
		return nil, wrong(in.Line(), "%v", err)
	}
	store := spill.New("", memory())
	defer store.Close()
	take := func(p packedRows) error {
		if p.n == 0 {
			return nil
		}
		p.block.first, p.lines.row = t.rows, t.rows
		t.rows += p.n
		t.blocks, t.lines = append(t.blocks, p.block), append(t.lines, p.lines)
		return nil
	}
	width := len(first)
	if !t.Header {
		alone := newPackers(width, store)
		rows, err := alone.pack(0, func(csv.Rows) csv.Rows { return rowOf(first, in.Line()) })
		if err != nil {
			return nil, err
		}
		take(rows)
	}
	packers := newPackers(width, store)
	err = csv.Blocks(in, 0, func(b *csv.Block) (packedRows, error) { return packers.pack(b.Number(), b.Rows) }, take)
	if err != nil {
		return nil, err
	}
	if t.rows == 0 {
		return nil, wrong(0, "it has a row of names, but no rows of values")
	}
	return t, store.Seal()
}

// rowOf returns a row as rows.
func rowOf(cells [][]byte, line int) csv.Rows {
	rows := csv.Rows{Lines: []int{line}}
	for _, cell := range cells {
		from := len(rows.Text)
		rows.Text = append(rows.Text, cell...)
		rows.Cells = append(rows.Cells, csv.Cell{From: uint32(from), To: uint32(len(rows.Text))})
	}
	return rows
}

// names returns the names of the columns: those of the first row, or made ones.
func names(first [][]byte, header bool) ([]string, error) {
	list := make([]string, len(first))
	at := map[string]int{}
	for i, cell := range first {
		name := string(trim(cell))
		if !header || name == "" {
			name = fmt.Sprintf("column_%d", i+1)
		}
		if j, twice := at[name]; twice {
			return nil, fmt.Errorf("columns %d and %d are both called %q; rename one of them", j+1, i+1, name)
		}
		at[name] = i
		list[i] = name
	}
	return list, nil
}

func anyNumber(cells [][]byte) bool {
	for _, cell := range cells {
		if _, ok := number(trim(cell), false); ok {
			return true
		}
	}
	return false
}

// Len returns the number of rows.
func (t *Table) Len() int { return t.rows }

// Line returns the line of the file in which row i begins.
func (t *Table) Line(i int) int { return t.lines.Of(i) }

// Lines returns Line for those who need nothing else of the table.
func (t *Table) Lines() Lines { return t.lines }

// Of returns the line in which row i begins.
func (l Lines) Of(i int) int {
	k := sort.Search(len(l), func(k int) bool { return l[k].row > i }) - 1
	if i -= l[k].row; l[k].listed != nil {
		return l[k].first + int(l[k].listed[i])
	}
	return l[k].first + i
}

// Cell returns the text of a cell without the spaces around it, which must not be changed.
func (t *Table) Cell(row, column int) []byte {
	k := sort.Search(len(t.blocks), func(k int) bool { return t.blocks[k].first > row }) - 1
	b := t.blocks[k]
	c := &b.columns[column]
	if c.size > 0 {
		if code := b.code(row-b.first, c); code < c.least {
			return c.word(code)
		}
	}
	return b.appendCell(nil, row-b.first, column)
}
