package columns

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/gradus-nn/gradus/kernel"
)

// A decoder says what the codes of a column become, in the blocks that are packed with one form and one list of words.
//
// Codes below bound have an entry in a table: words, and in a column of numbers all codes of one byte, unless there are few rows. Other
// codes are numbers, and are worked out: a feature from the value, the place in a group by a hash table.
type decoder struct {
	place
	c      *Column
	form   form
	size   int   // bytes of a code
	lowest int64 // the code of the first entry
	bound  int64

	values []float32 // of the entries [numbers]
	groups []int32   // of the entries: the feature of the group that is 1, from 1; 0 for none
	odds   []odd     // of the entries

	plain  bool      // a number is its code divided by power, as form.number has it
	power  float64   // of ten
	absent encoded   // of a code that is no number of this column
	known  codeTable // of the values of a category: as groups
}

// decoder returns how the column of a place is read in blocks that pack it as c, for so many rows.
func (b *Binding) decoder(p place, c *packed, rows int) *decoder {
	d := &decoder{place: p, c: &b.schema.Columns[p.column], form: c.form, size: c.size, lowest: lowestOf(c.size), bound: c.least}
	switch d.c.Kind {
	case Number, Date:
		d.absent = b.cell(p.column, []byte("x"))
		d.power = float64(powers[c.form.decimals])
		d.plain = c.size < 8 && (c.form.decimals == 0 || (c.form.mark == ',') == d.c.DecimalComma)
	default:
		d.absent = encoded{odd: oddUnknown}
		for k, value := range d.c.Values {
			if code, ok := c.form.code([]byte(value)); ok {
				d.known.put(code, int32(k+1))
			}
		}
	}
	for _, word := range c.words {
		d.enter(b.cell(p.column, word))
	}
	if d.c.Kind == Number && d.size == 1 && rows >= allBytes {
		for ; d.bound <= math.MaxInt8; d.bound++ {
			if x, ok := d.number(d.bound); ok {
				d.enter(encoded{numbers: [dateFeatures]float32{x}})
			} else {
				d.enter(d.absent)
			}
		}
	}
	return d
}

// allBytes is how many codes of one byte there are.
const allBytes = 1 << 8

// enter appends an entry.
func (d *decoder) enter(e encoded) {
	d.values = append(d.values, e.numbers[:d.numbers]...)
	d.groups = append(d.groups, int32(e.k))
	d.odds = append(d.odds, e.odd)
}

// number returns the feature of a code without an entry, in a column of numbers.
func (d *decoder) number(code int64) (x float32, ok bool) {
	v, ok := d.form.number(code, d.c.DecimalComma)
	return d.c.standardize(v), ok
}

// A column of a sheaf is what its codes became: the numbers of a cell one after the other, and its place in the group.
type column struct {
	numbers [together * dateFeatures]float32
	groups  [together]int32
}

// translate works out what the codes at a place of records become.
func (d *decoder) translate(to *column, records [][]byte, at int) {
	var buffer [together]int64
	groups := to.groups[:len(records)]
	if d.numbers == 0 && d.size == 1 {
		for i, record := range records {
			if entry := int(record[at] ^ 0x80); entry < len(d.groups) { // record[at] is a number with a sign
				groups[i] = d.groups[entry]
			} else {
				groups[i] = d.known.get(int64(int8(record[at])))
			}
		}
		return
	}
	if d.numbers == 1 && d.size == 1 && len(d.values) == allBytes {
		numbers := to.numbers[:len(records)]
		values, places := d.values[:allBytes], d.groups[:allBytes]
		for i, record := range records {
			entry := record[at] ^ 0x80
			numbers[i], groups[i] = values[entry], places[entry]
		}
		return
	}
	codes := buffer[:len(records)]
	loadCodes(codes, records, at, d.size)
	d.translateCodes(to, codes)
}

// translateCodes is translate of codes that have been read.
func (d *decoder) translateCodes(to *column, codes []int64) {
	groups := to.groups[:len(codes)]
	switch {
	case d.numbers == 0:
		for i, code := range codes {
			if code < d.bound {
				groups[i] = d.groups[code-d.lowest]
			} else {
				groups[i] = d.known.get(code)
			}
		}
	case d.numbers == 1:
		numbers := to.numbers[:len(codes)]
		clear(groups)
		for i, code := range codes {
			if code >= d.bound && d.plain {
				numbers[i] = d.c.standardize(float64(code) / d.power)
			} else if code < d.bound {
				numbers[i], groups[i] = d.values[code-d.lowest], d.groups[code-d.lowest]
			} else if x, ok := d.number(code); ok {
				numbers[i] = x
			} else {
				numbers[i], groups[i] = d.absent.numbers[0], int32(d.absent.k)
			}
		}
	default: // dates, of which none is a plain number
		for i, code := range codes {
			values, k := d.absent.numbers[:], d.absent.k
			if code < d.bound {
				entry := int(code - d.lowest)
				values, k = d.values[dateFeatures*entry:dateFeatures*(entry+1)], int(d.groups[entry])
			}
			copy(to.numbers[dateFeatures*i:], values)
			groups[i] = int32(k)
		}
	}
}

// scatter writes the features of a column to rows of dst, which begin at the places at and are zero.
func scatter[F kernel.Float](p *place, dst []F, at []int, from *column) {
	switch p.numbers {
	case 0:
	case 1:
		dst, numbers := dst[p.feature:], from.numbers[:len(at)]
		for i, at := range at {
			dst[at] = F(numbers[i])
		}
	default:
		for i, at := range at {
			for k := range p.numbers {
				dst[at+p.feature+k] = F(from.numbers[p.numbers*i+k])
			}
		}
	}
	if p.groupSize > 0 {
		first, groups := p.feature+p.numbers-1, from.groups[:len(at)]
		for i, at := range at {
			if k := groups[i]; k > 0 {
				dst[at+first+int(k)] = 1
			}
		}
	}
}

// put writes a column to records, which begin at the places at.
func (p *place) put(records []byte, at []int, from *column) {
	for i, at := range at {
		for k := range p.numbers {
			binary.LittleEndian.PutUint32(records[at+p.at+4*k:], math.Float32bits(from.numbers[p.numbers*i+k]))
		}
	}
	groups := from.groups[:len(at)]
	switch {
	case p.groupSize == 1:
		for i, at := range at {
			records[at+p.groupAt] = byte(groups[i])
		}
	case p.groupSize > 1:
		for i, at := range at {
			setCode(records[at+p.groupAt:], p.groupSize, int(groups[i]))
		}
	}
}

// met counts what training was not prepared for in column j of the chosen rows of a block.
func (d *decoder) met(from *block, j int, chosen rowSet) (e encounter) {
	plain := d.c.Kind == Number && d.plain
	if plain && !slices.ContainsFunc(d.odds, func(o odd) bool { return o != fine }) {
		return e
	}
	var buffer [256]int64
	for lo := 0; lo < from.n; lo += len(buffer) {
		codes := buffer[:min(len(buffer), from.n-lo)]
		from.codesFrom(lo, codes, &from.columns[j])
		for i, code := range codes {
			o := fine
			if code < d.bound {
				o = d.odds[code-d.lowest]
			} else if !plain {
				o = d.oddNumber(code)
			}
			if o != fine && chosen.has(from.first+lo+i) {
				e.add(o, func() []byte { return from.appendCell(nil, lo+i, j) })
			}
		}
	}
	return e
}

// oddNumber says what training was not prepared for in a code that has no entry.
func (d *decoder) oddNumber(code int64) odd {
	switch d.c.Kind {
	case Number:
		if _, ok := d.number(code); !ok {
			return oddBad
		}
	case Date:
		return oddBad
	default:
		if d.known.get(code) == 0 {
			return oddUnknown
		}
	}
	return fine
}

// loadCodes reads the codes at a place of records.
func loadCodes(codes []int64, records [][]byte, at, size int) {
	records = records[:len(codes)]
	switch size {
	case 1:
		for i, record := range records {
			codes[i] = int64(int8(record[at]))
		}
	case 2:
		for i, record := range records {
			codes[i] = int64(int16(binary.LittleEndian.Uint16(record[at:])))
		}
	case 4:
		for i, record := range records {
			codes[i] = int64(int32(binary.LittleEndian.Uint32(record[at:])))
		}
	default:
		for i, record := range records {
			codes[i] = int64(binary.LittleEndian.Uint64(record[at:]))
		}
	}
}
