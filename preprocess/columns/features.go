package columns

import (
	"encoding/binary"
	"fmt"
	"math"
	"runtime"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/internal/spill"
	"github.com/gradus-nn/gradus/kernel"
)

// features are the features of all rows of a table in records of equal length: numbers as float32, a category as the number of its
// value. They become [Width] when a batch is gathered, so that a category of 200 values takes a byte a row and not 800.
//
// A record has all its numbers first; then a code for each group of features of which at most one is 1: code k stands for the
// k-th, 0 for none.
type features struct {
	n, width int
	stride   int // bytes of a record
	runs     []run
	groups   []group
	memory   *spill.Memory
	data     []byte
}

// A run is numbers that stand side by side, in the record and among the features.
type run struct{ at, feature, n int }

// A group is features of which at most one is 1.
type group struct{ at, size, feature int }

func (f *features) Len() int   { return f.n }
func (f *features) Width() int { return f.width }

func (f *features) Gather32(dst []float32, rows []int) { gatherRecords(f, dst, nil, rows) }
func (f *features) Gather64(dst []float64, rows []int) { gatherRecords(f, dst, nil, rows) }

func (f *features) GatherIndexed32(dst []float32, index []uint32, rows []int) {
	gatherRecords(f, dst, index, rows)
}

func (f *features) GatherIndexed64(dst []float64, index []uint32, rows []int) {
	gatherRecords(f, dst, index, rows)
}

// AppendKey appends bytes that are the same for two rows if all their features are.
func (f *features) AppendKey(dst []byte, row int) []byte {
	dst = append(dst, f.data[row*f.stride:(row+1)*f.stride]...)
	runtime.KeepAlive(f)
	return dst
}

// together is how many records are asked for before the first is read, so that the waits for memory overlap.
const together = 32

// gatherRecords decodes rows, or where there is an index, index[r] for each of rows.
func gatherRecords[F kernel.Float](f *features, dst []F, index []uint32, rows []int) {
	clear(dst)
	var records [together][]byte
	for len(rows) > 0 {
		n := min(together, len(rows))
		for i, r := range rows[:n] {
			if index != nil {
				r = int(index[r])
			}
			record := f.data[r*f.stride : (r+1)*f.stride]
			_ = touch(record)
			records[i] = record
		}
		for i, record := range records[:n] {
			decodeRecord(f, dst[i*f.width:(i+1)*f.width], record)
		}
		rows, dst = rows[n:], dst[n*f.width:]
	}
	runtime.KeepAlive(f) // of which data may be mapped
}

// touch reads a byte of each end of a record: it may lie in two lines of the cache.
//
//go:noinline
func touch(record []byte) byte { return record[0] ^ record[len(record)-1] }

// decodeRecord writes the features of a record to out, which is zero.
func decodeRecord[F kernel.Float](f *features, out []F, record []byte) {
	for _, g := range f.runs {
		to := out[g.feature : g.feature+g.n]
		from := record[g.at : g.at+4*g.n]
		for k := range to {
			to[k] = F(math.Float32frombits(binary.LittleEndian.Uint32(from[4*k:])))
		}
	}
	for _, g := range f.groups {
		if k := code(record[g.at:], g.size); k > 0 {
			out[g.feature+k-1] = 1
		}
	}
}

// code reads the number of a feature of a group.
func code(record []byte, size int) int {
	switch size {
	case 1:
		return int(record[0])
	case 2:
		return int(binary.LittleEndian.Uint16(record))
	}
	return int(binary.LittleEndian.Uint32(record))
}

func setCode(record []byte, size, k int) {
	switch size {
	case 1:
		record[0] = byte(k)
	case 2:
		binary.LittleEndian.PutUint16(record, uint16(k))
	default:
		binary.LittleEndian.PutUint32(record, uint32(k))
	}
}

// codeSize returns the bytes that hold 0 to n.
func codeSize(n int) int {
	switch {
	case n <= math.MaxUint8:
		return 1
	case n <= math.MaxUint16:
		return 2
	}
	return 4
}

// A place is where a column of the schema is in a record.
type place struct {
	column  int // of the schema
	numbers int // of the record: 1 for a number, 5 for a date, 0 for a category
	at      int // of the first number
	group   int // -1: none
}

// layout plans the records of a schema.
func (s *Schema) layout() (*features, []place) {
	f := &features{width: s.Width()}
	var places []place
	feature := 0
	for i := range s.Columns {
		c := &s.Columns[i]
		width := c.Width()
		if width == 0 {
			continue
		}
		p := place{column: i, at: f.stride, group: -1}
		switch c.Kind {
		case Number:
			p.numbers = 1
		case Date:
			p.numbers = dateFeatures
		}
		if n := p.numbers; n > 0 {
			if k := len(f.runs) - 1; k >= 0 && f.runs[k].feature+f.runs[k].n == feature {
				f.runs[k].n += n
			} else {
				f.runs = append(f.runs, run{f.stride, feature, n})
			}
			f.stride += 4 * n
		}
		if n := width - p.numbers; n > 0 {
			p.group = len(f.groups)
			f.groups = append(f.groups, group{size: codeSize(n), feature: feature + p.numbers})
		}
		places = append(places, p)
		feature += width
	}
	for i := range f.groups {
		f.groups[i].at = f.stride
		f.stride += f.groups[i].size
	}
	return f, places
}

// encode makes the features of all rows of the table. b counts what it meets in the chosen ones.
func (b *Binding) encode(t *Table, chosen rowSet) (*features, error) {
	f, places := b.schema.layout()
	f.n = t.Len()
	if f.stride > 0 && f.n > math.MaxInt/f.stride {
		return nil, fmt.Errorf("columns: %s has %d rows of %d features, more than this machine can address", t.Name, f.n, f.width)
	}
	var err error
	if f.memory, err = spill.Alloc("", int64(f.n)*int64(f.stride), memory()); err != nil {
		return nil, err
	}
	f.data = f.memory.Bytes()
	met := make([][]encounter, len(t.blocks))
	err = t.each(func(k int, from *block) error {
		met[k] = make([]encounter, len(b.met))
		records := f.data[from.first*f.stride : (from.first+from.n)*f.stride]
		for _, p := range places {
			e := encoder{f: f, place: p, c: &b.schema.Columns[p.column], b: b, met: &met[k][p.column], chosen: chosen}
			e.column(from, records)
		}
		return nil
	})
	for _, met := range met {
		for i := range met {
			b.met[i].join(met[i])
		}
	}
	return f, err
}

// join adds what was met in later rows.
func (e *encounter) join(later encounter) {
	e.unknown += later.unknown
	e.gaps += later.gaps
	e.bad += later.bad
	if e.first == "" {
		e.first = later.first
	}
}

// An encoder writes one column of one block.
type encoder struct {
	f *features
	place
	c      *Column
	b      *Binding
	met    *encounter
	chosen rowSet
}

// A feature set is what a cell becomes.
type encoded struct {
	numbers           [dateFeatures]float32
	k                 int // of the group
	gap, unknown, bad bool
}

// column writes the features of the column for every row of the block.
func (e *encoder) column(from *block, records []byte) {
	j := e.b.at[e.place.column]
	c := &from.columns[j]
	if c.size == 0 {
		var text []byte
		for i := range from.n {
			text = from.text(text[:0], i, c)
			v := e.cell(text)
			e.put(records, from, i, &v, text)
		}
		return
	}
	words := make([]encoded, len(c.words))
	for k, word := range c.words {
		words[k] = e.cell(word)
	}
	var (
		lowest = lowestOf(c.size)
		text   []byte
		known  map[int64]encoded // of numbers that are categories
	)
	if e.c.Kind != Number {
		known = map[int64]encoded{}
	}
	for i, code := range from.allCodes(nil, c) {
		if code < c.least {
			e.put(records, from, i, &words[code-lowest], c.words[code-lowest])
			continue
		}
		if e.c.Kind == Number {
			if x, ok := c.form.number(code, e.c.DecimalComma); ok {
				binary.LittleEndian.PutUint32(records[i*e.f.stride+e.at:], math.Float32bits(e.c.standardize(x)))
				continue
			}
		}
		v, ok := known[code]
		text = c.form.append(text[:0], code)
		if !ok {
			if v = e.cell(text); known != nil {
				known[code] = v
			}
		}
		e.put(records, from, i, &v, text)
	}
}

// cell works out what a cell becomes, as Features does.
func (e *encoder) cell(cell []byte) (v encoded) {
	c := e.c
	v.gap = missing(cell)
	switch c.Kind {
	case Category, Boolean:
		if v.gap {
			if c.Missing {
				v.k = len(c.Values) + 1
			}
		} else if k, known := e.b.values[e.place.column][string(c.fold(cell))]; known {
			v.k = k + 1
		} else {
			v.unknown = true
		}
		return v
	}
	x, ok := c.parse(cell)
	if !ok {
		x = c.Median
		v.bad = !v.gap
		if c.Missing {
			v.k = 1
		}
	}
	if c.Kind == Date {
		dateTo(v.numbers[:], x, c.Mean, c.Std)
	} else {
		v.numbers[0] = c.standardize(x)
	}
	return v
}

// put writes what row i of the block becomes.
func (e *encoder) put(records []byte, from *block, i int, v *encoded, cell []byte) {
	record := records[i*e.f.stride : (i+1)*e.f.stride]
	for k := range e.place.numbers {
		binary.LittleEndian.PutUint32(record[e.at+4*k:], math.Float32bits(v.numbers[k]))
	}
	if e.group >= 0 {
		g := &e.f.groups[e.group]
		setCode(record[g.at:], g.size, v.k)
	}
	if !(v.gap || v.unknown || v.bad) || !e.chosen.has(from.first+i) {
		return
	}
	switch {
	case v.gap:
		e.met.gaps++
	case v.unknown:
		e.met.unknown++
		e.met.keep(cell)
	default:
		e.met.bad++
		e.met.keep(cell)
	}
}

// A Part is rows of a table that are to be a set of their own; nil stands for all.
type Part struct {
	Name string
	Rows []uint32
}

// Sets returns parts of the table that the schema was made for as sets of examples, in the order of their rows. A number to learn
// is standardised, and Set.Unit is its deviation; several have a deviation each, and Set.Unit stays 0: figures are then in
// deviations. The sets do not keep the table.
func (s *Schema) Sets(t *Table, parts ...Part) ([]*dataset.Set, error) {
	b, err := s.Bind(t.Names)
	if err != nil {
		return nil, err
	}
	return b.Sets(t, parts...)
}

// Set is Sets for one part.
func (s *Schema) Set(name string, t *Table, rows []uint32) (*dataset.Set, error) {
	b, err := s.Bind(t.Names)
	if err != nil {
		return nil, err
	}
	return b.Set(name, t, rows)
}

// Set is Schema.Set for the table that is bound.
func (b *Binding) Set(name string, t *Table, rows []uint32) (*dataset.Set, error) {
	sets, err := b.Sets(t, Part{name, rows})
	if err != nil {
		return nil, err
	}
	return sets[0], nil
}

// Sets is Schema.Sets for the table that is bound.
func (b *Binding) Sets(t *Table, parts ...Part) ([]*dataset.Set, error) {
	chosen := rowSetOf(t.Len(), []uint32{})
	for _, p := range parts {
		chosen.add(t.Len(), p.Rows)
	}
	f, err := b.encode(t, chosen)
	if err != nil {
		return nil, err
	}
	whole, err := b.learn(t, f, chosen)
	if err != nil {
		return nil, err
	}
	name, lines := t.Name, t.lines
	sets := make([]*dataset.Set, len(parts))
	for i, p := range parts {
		list := t.listed(p.Rows)
		own := make([]int, len(list))
		for k, row := range list {
			own[k] = int(row)
		}
		set := whole.Subset(own).WithName(p.Name)
		rows := func(row int) int { return row }
		if int64(len(own))*int64(f.width)*4 <= min(dense, memory()) {
			x := make([]float32, len(own)*f.width)
			f.Gather32(x, own)
			if set, err = unpacked(set, x, f.width); err != nil {
				return nil, err
			}
			rows = func(row int) int { return own[row] }
		}
		sets[i] = set.WithOrigin(func(row int) string { return fmt.Sprintf("%s:%d", name, lines.Of(rows(row))) })
	}
	return sets, nil
}

// unpacked returns the set with its features as they are.
func unpacked(s *dataset.Set, x []float32, width int) (*dataset.Set, error) {
	var d *dataset.Set
	var err error
	if s.Labels != nil {
		d, err = dataset.FromLabels(s.Name, dataset.NewFloats(x, width), nil, s.Labels, s.Classes)
	} else {
		d, err = dataset.FromTargets(s.Name, dataset.NewFloats(x, width), nil, s.Targets, s.Out, s.Classes)
	}
	if err != nil {
		return nil, err
	}
	d.Unit, d.Many = s.Unit, s.Many
	return d, nil
}

// learn returns the features as a set whose chosen rows have what is to be learnt of them.
func (b *Binding) learn(t *Table, f *features, chosen rowSet) (*dataset.Set, error) {
	s := b.schema
	task, out := s.Task(), s.Outputs()
	var labels []int32
	var targets []float32
	if task == Classification {
		labels = make([]int32, t.Len())
	} else {
		targets = make([]float32, t.Len()*out)
	}
	err := t.each(func(_ int, from *block) error {
		cells := make([][]byte, len(t.Names))
		text := make([][]byte, len(b.targets))
		for i := range from.n {
			row := from.first + i
			if !chosen.has(row) {
				continue
			}
			for k, j := range b.targets {
				if j >= 0 {
					text[k] = from.appendCell(text[k][:0], i, j)
					cells[j] = text[k]
				}
			}
			var own []float32
			if targets != nil {
				own = targets[row*out : (row+1)*out]
			}
			class, err := b.Targets(own, cells)
			if err != nil {
				return fmt.Errorf("columns: %s:%d: %w", t.Name, t.Line(row), err)
			}
			if labels != nil {
				labels[row] = int32(class)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if task == Classification {
		return dataset.FromLabels(t.Name, f, nil, labels, s.Classes())
	}
	set, err := dataset.FromTargets(t.Name, f, nil, targets, out, s.Classes())
	if err != nil {
		return nil, err
	}
	set.Many = task == Labels
	if task == Regression && out == 1 {
		set.Unit = s.Targets[0].Std
	}
	return set, nil
}
