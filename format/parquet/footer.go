package parquet

import (
	"errors"
	"fmt"

	"github.com/gradus-nn/gradus/internal/quote"
)

// The physical types.
const (
	boolean = iota
	int32s
	int64s
	int96s
	floats
	doubles
	byteArrays
	fixedBytes
)

// element is one node of the schema.
type element struct {
	name       string
	physical   int // -1 for a group of columns
	length     int // of fixed bytes
	repetition int // 0 required, 1 optional, 2 repeated
	children   int
	converted  int // the older annotation; -1 for none
	scale      int
	logical    logical
}

// logical is the newer annotation: what the bytes of a value mean.
type logical struct {
	kind     int // field of the union; 0 for none
	scale    int
	unit     int // of times: 1 milli-, 2 micro-, 3 nanoseconds
	unsigned bool
}

// The kinds of logical types that change how a value is read.
const (
	logicalString    = 1
	logicalEnum      = 4
	logicalDecimal   = 5
	logicalDate      = 6
	logicalTime      = 7
	logicalTimestamp = 8
	logicalInteger   = 10
	logicalJSON      = 12
	logicalUUID      = 14
	logicalFloat16   = 15
)

// longestName bounds the name of a column.
const longestName = 1 << 16

// footer reads the schema and the places of the columns.
func (f *File) footer(c *compact) error {
	var elements []element
	leaves := 0
	err := c.fields(func(id int, typ byte) (err error) {
		switch id {
		case 2:
			return c.structs(typ, func(i, n int64) error {
				if n > 4*maxColumns {
					return fmt.Errorf("a schema of %d parts", n)
				}
				e, err := readElement(c)
				elements = append(elements, e)
				if e.physical >= 0 {
					leaves++
				}
				return err
			})
		case 3:
			f.Rows, err = c.int64(typ)
			return err
		case 4:
			if elements == nil {
				return errors.New("row groups before the schema")
			}
			return c.structs(typ, func(i, n int64) error { return f.readGroup(c, int(i), leaves) })
		}
		return c.skip(typ)
	})
	if err != nil {
		return f.inFooter(err)
	}
	if err := f.plan(elements); err != nil {
		return f.inFooter(err)
	}
	return f.check()
}

// inFooter is an error with the place.
func (f *File) inFooter(err error) error {
	var broken *FormatError
	var unsupported *UnsupportedError
	if errors.As(err, &broken) || errors.As(err, &unsupported) {
		return err
	}
	return f.broken("", "the footer: %v", err)
}

func readElement(c *compact) (element, error) {
	e := element{physical: -1, converted: -1}
	err := c.fields(func(id int, typ byte) (err error) {
		switch id {
		case 1:
			e.physical, err = c.int32(typ)
		case 2:
			e.length, err = c.int32(typ)
		case 3:
			e.repetition, err = c.int32(typ)
		case 4:
			e.name, err = c.text(typ, longestName)
		case 5:
			e.children, err = c.int32(typ)
		case 6:
			e.converted, err = c.int32(typ)
		case 7:
			e.scale, err = c.int32(typ)
		case 10:
			e.logical, err = readLogical(c, typ)
		default:
			err = c.skip(typ)
		}
		return err
	})
	if e.children > 0 {
		e.physical = -1
	}
	return e, err
}

func readLogical(c *compact, typ byte) (l logical, err error) {
	if typ != typeStruct {
		return l, errType
	}
	return l, c.fields(func(id int, typ byte) error {
		l.kind = id
		if typ != typeStruct {
			return errType
		}
		return c.fields(func(field int, typ byte) (err error) {
			switch {
			case id == logicalDecimal && field == 1:
				l.scale, err = c.int32(typ)
			case (id == logicalTimestamp || id == logicalTime) && field == 2:
				if typ != typeStruct {
					return errType
				}
				err = c.fields(func(unit int, typ byte) error {
					l.unit = unit
					return c.skip(typ)
				})
			case id == logicalInteger && field == 2:
				l.unsigned = typ == typeFalse // signed?
			default:
				err = c.skip(typ)
			}
			return err
		})
	})
}

// readGroup reads a row group of so many columns.
func (f *File) readGroup(c *compact, number, leaves int) error {
	g := group{rows: -1}
	err := c.fields(func(id int, typ byte) (err error) {
		switch id {
		case 1:
			return c.structs(typ, func(i, n int64) error {
				if n != int64(leaves) {
					return fmt.Errorf("row group %d has %d columns, the schema %d", number+1, n, leaves)
				}
				if g.chunks == nil {
					g.chunks = make([]chunk, 0, n)
				}
				one, err := f.readChunk(c)
				g.chunks = append(g.chunks, one)
				return err
			})
		case 3:
			g.rows, err = c.int64(typ)
			return err
		}
		return c.skip(typ)
	})
	if err == nil && (len(g.chunks) != leaves || leaves == 0 || g.rows < 0) {
		err = fmt.Errorf("row group %d has no columns, or does not say how many rows", number+1)
	}
	f.groups = append(f.groups, g)
	return err
}

func (f *File) readChunk(c *compact) (chunk, error) {
	k := chunk{begin: -1, length: -1, values: -1, codec: -1}
	dictionary := int64(-1)
	err := c.fields(func(id int, typ byte) error {
		switch {
		case id == 1:
			return f.unsupported("", "its columns are in other files; write one file")
		case id == 8 || id == 9:
			return f.unsupported("", "columns are encrypted; write it without encryption")
		case id != 3:
			return c.skip(typ)
		case typ != typeStruct:
			return errType
		}
		return c.fields(func(id int, typ byte) (err error) {
			switch id {
			case 4:
				k.codec, err = c.int32(typ)
			case 5:
				k.values, err = c.int64(typ)
			case 7:
				k.length, err = c.int64(typ)
			case 9:
				k.begin, err = c.int64(typ)
			case 11:
				dictionary, err = c.int64(typ)
			default:
				err = c.skip(typ)
			}
			return err
		})
	})
	if dictionary > 0 && dictionary < k.begin {
		k.begin = dictionary
	}
	if err == nil && (k.begin < 0 || k.length < 0 || k.values < 0 || k.codec < 0) {
		err = errors.New("a column without its place, length, compression or number of values")
	}
	return k, err
}

// plan walks the schema, which is a tree written parents first, and lists the columns.
func (f *File) plan(elements []element) error {
	at, leaf := 0, 0
	var walk func(path string, depth, level int, repeated bool) error
	walk = func(path string, depth, level int, repeated bool) error {
		if level > maxDepth {
			return errDeep
		}
		if at >= len(elements) {
			return errors.New("the schema ends too early")
		}
		e := elements[at]
		at++
		if level > 0 {
			if path != "" {
				path += "."
			}
			path += e.name
			if e.repetition != 0 {
				depth++
			}
			repeated = repeated || e.repetition == 2
		}
		if e.physical >= 0 {
			if level == 0 {
				return errors.New("the schema has no columns")
			}
			if repeated {
				f.skipped(path)
			} else {
				f.Columns = append(f.Columns, Column{Name: path, Type: e.describe(), element: e, depth: depth, position: leaf})
			}
			leaf++
			return nil
		}
		for range e.children {
			if err := walk(path, depth, level+1, repeated); err != nil {
				return err
			}
		}
		return nil
	}
	if err := walk("", 0, 0, false); err != nil {
		return err
	}
	if at != len(elements) {
		return fmt.Errorf("%d parts of the schema belong to no column", len(elements)-at)
	}
	for _, c := range f.Columns {
		if e := c.element; e.physical > fixedBytes || e.physical == fixedBytes && (e.length < 1 || e.length > longestName) {
			return fmt.Errorf("column %s is of type %d with length %d", quote.Short(c.Name), e.physical, e.length)
		}
	}
	return nil
}

// skipped notes a column that is passed over; of a map the key and the value are one.
func (f *File) skipped(path string) {
	const most = 100
	if len(f.Skipped) < most {
		f.Skipped = append(f.Skipped, path)
	}
}

// check makes sure that the columns are within the file, each byte once, and have a value a row.
func (f *File) check() error {
	if len(f.Columns) == 0 {
		return f.unsupported("", "no column has one value a row; want numbers or text, not lists")
	}
	if len(f.Columns) > maxColumns {
		return f.unsupported("", "%d columns; want at most %d", len(f.Columns), maxColumns)
	}
	if f.Rows < 0 || f.Rows > f.budget()/int64(len(f.Columns)) {
		return f.broken("", "%d rows of %d columns in %d bytes: no table is packed so densely", f.Rows, len(f.Columns), f.size)
	}
	rows, bytes := int64(0), int64(0)
	for i, g := range f.groups {
		if g.rows > f.Rows-rows {
			return f.broken("", "row group %d ends beyond the %d rows of the file", i+1, f.Rows)
		}
		rows += g.rows
		for _, k := range g.chunks {
			if k.begin < int64(len(Magic)) || k.length > f.size || k.begin > f.size-k.length {
				return f.broken("", "row group %d: a column of %d bytes from byte %d on, in a file of %d", i+1, k.length, k.begin, f.size)
			}
			if bytes += k.length; bytes > f.size {
				return f.broken("", "its columns have more bytes than the file: %d", f.size)
			}
		}
		for _, c := range f.Columns {
			if k := g.chunks[c.position]; k.values != g.rows {
				return f.broken(c.Name, "%d values in the %d rows of row group %d", k.values, g.rows, i+1)
			}
		}
	}
	if rows != f.Rows {
		return f.broken("", "the row groups have %d rows, the file says %d", rows, f.Rows)
	}
	return nil
}
