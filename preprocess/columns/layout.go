package columns

import (
	"encoding/binary"
	"math"
)

// A layout says which features the columns of a schema become, and how they lie in a record: all numbers first, as float32; then a code
// for each group of features of which at most one is 1, as those of a category: code k stands for the k-th, 0 for none. A category of
// 200 values takes a byte and not 800.
type layout struct {
	width  int // features
	stride int // bytes of a record
	places []place
}

// A place is where a column of the schema is among the features and in a record.
type place struct {
	column    int // of the schema
	feature   int // the first
	numbers   int // 1 for a number, 5 for a date, 0 for a category; features of a group follow
	at        int // of the first number in a record
	groupAt   int
	groupSize int // bytes of the group's code; 0: there is no group
}

// layout plans the records of a schema.
func (s *Schema) layout() *layout {
	l := &layout{}
	for i := range s.Columns {
		c := &s.Columns[i]
		width := c.Width()
		if width == 0 {
			continue
		}
		p := place{column: i, feature: l.width, at: l.stride}
		switch c.Kind {
		case Number:
			p.numbers = 1
		case Date:
			p.numbers = dateFeatures
		}
		if n := width - p.numbers; n > 0 {
			p.groupSize = codeSize(n)
		}
		l.places = append(l.places, p)
		l.stride += 4 * p.numbers
		l.width += width
	}
	for i := range l.places {
		p := &l.places[i]
		p.groupAt = l.stride
		l.stride += p.groupSize
	}
	return l
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

// getCode reads the code of a group.
func getCode(record []byte, size int) int {
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

// encoded is what a cell becomes.
type encoded struct {
	numbers [dateFeatures]float32
	k       int // of the group
	odd     odd
}

// cell works out what a cell of a column of the schema becomes, as Features does.
func (b *Binding) cell(column int, cell []byte) (e encoded) {
	c := &b.schema.Columns[column]
	gap := missing(cell)
	if gap {
		e.odd = oddGap
	}
	switch c.Kind {
	case Category, Boolean:
		if gap {
			if c.Missing {
				e.k = len(c.Values) + 1
			}
		} else if k, known := b.values[column][string(c.fold(cell))]; known {
			e.k = k + 1
		} else {
			e.odd = oddUnknown
		}
		return e
	}
	x, ok := c.parse(cell)
	if !ok {
		x = c.Median
		if !gap {
			e.odd = oddBad
		}
		if c.Missing {
			e.k = 1
		}
	}
	if c.Kind == Date {
		dateTo(e.numbers[:], x, c.Mean, c.Std)
	} else {
		e.numbers[0] = c.standardize(x)
	}
	return e
}
